"""What the driver does: services over the pure domain, knowing neither HTTP nor SQL."""
