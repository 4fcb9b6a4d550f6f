"""Persistent storage in SQLite or PostgreSQL. No other package uses SQLAlchemy."""

from driver.store.follower import SqlFollower
from driver.store.leader_election import AlreadyLedError, Candidate, UnlikeDriverError
from driver.store.leadership import Candidacy, Leader
from driver.store.notifications import CHANGES, Notifications
from driver.store.requests import AT_ONCE, REQUESTS, SqlRequests
from driver.store.store import SqlStore, led_by

__all__ = [
    "AT_ONCE",
    "CHANGES",
    "REQUESTS",
    "AlreadyLedError",
    "Candidacy",
    "Candidate",
    "Leader",
    "Notifications",
    "SqlFollower",
    "SqlRequests",
    "SqlStore",
    "UnlikeDriverError",
    "led_by",
]
