"""Durable memory in SQLite or PostgreSQL; the only room SQLAlchemy lives in."""

from driver.store.store import SqlStore, open_store

__all__ = ["SqlStore", "open_store"]
