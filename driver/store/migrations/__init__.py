"""Alembic migrations: one file per step from a released schema to the next."""
