"""Durable memory in SQLite or PostgreSQL; the only room SQLAlchemy lives in."""

from driver.store.follower import SqlFollower
from driver.store.leader_election import AlreadyLedError, Candidate, candidate
from driver.store.leadership import Candidacy, Leader
from driver.store.notifications import Notifications
from driver.store.store import SqlStore, led_by, open_store

__all__ = [
    "AlreadyLedError",
    "Candidacy",
    "Candidate",
    "Leader",
    "Notifications",
    "SqlFollower",
    "SqlStore",
    "candidate",
    "led_by",
    "open_store",
]
