"""What befalls a site: one small file a family, each misfortune registered by its kind."""
