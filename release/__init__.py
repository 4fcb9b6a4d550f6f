"""What ``make release`` does."""
