"""Protocols and frozen records for what the services need from outside; the outer packages implement them."""
