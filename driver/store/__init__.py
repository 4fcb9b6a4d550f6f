"""Durable memory in SQLite or PostgreSQL; the only room SQLAlchemy lives in."""

from driver.store.leader_election import AlreadyLedError, Candidate, candidate
from driver.store.leadership import Claim, Leader
from driver.store.store import SqlStore, led_by, open_store

__all__ = ["AlreadyLedError", "Candidate", "Claim", "Leader", "SqlStore", "candidate", "led_by", "open_store"]
