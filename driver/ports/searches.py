"""What part of a list somebody asks for; an empty field asks for everything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """Messages from or to a person's ``number``, with ``text`` in their bodies or numbers, within a time."""

    number: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Lines of the audit whose columns hold a text, within a time."""

    location: str = ""
    user: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmSearch:
    """What happened to alarms of these assets, within a time; no ``names`` are all events of alarms."""

    asset_ids: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """How many alarms were raised in each ten minutes, and of each asset."""

    by_time: Mapping[datetime, int] = field(default_factory=dict)
    by_asset: Mapping[str, int] = field(default_factory=dict)
