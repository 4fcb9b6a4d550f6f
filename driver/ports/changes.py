"""What a driver on standby reads along: the state that another driver keeps, as it stands in the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from driver.domain.asset import Asset
from driver.domain.events import Event


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read: the active driver's term, its transactions in it, and the number of the last event."""

    term: int
    beat: int
    seq: int


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything as it is: where the active driver answers, the stored assets, and the marks."""

    place: Place
    address: str
    assets: Mapping[str, Asset]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What was stored since a place: events in order and assets. ``marks`` is None unless some have changed."""

    place: Place
    events: tuple[Event, ...] = ()
    assets: tuple[Asset, ...] = ()
    marks: Mapping[str, str] | None = field(default=None)
