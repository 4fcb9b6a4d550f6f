"""Talks to running drivers over their data servers, and goes over to another one when one is lost."""
