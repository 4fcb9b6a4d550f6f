"""Roles of people and programs at the data server and the debug tools."""

from enum import StrEnum


class Role(StrEnum):
    """What a user or token may do; each role includes the ones before it."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Return whether this role includes ``needed``."""
        return _RANKS[self] >= _RANKS[needed]


_RANKS = {role: rank for rank, role in enumerate(Role)}
