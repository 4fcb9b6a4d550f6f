"""Alembic's scripts: one file for each step from a released schema to the next."""
