"""What the driver does: services on top of the pure domain, independent of HTTP and SQL."""
