"""Times of day, weekdays and time zones in the configuration."""

from datetime import datetime, time
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator


def _time(value: object) -> time:
    try:
        return datetime.strptime(value, "%H:%M").time()  # type: ignore[arg-type] # noqa: DTZ007 - a time without a day
    except (TypeError, ValueError):
        raise ValueError("expected a time of day in quotes, for example '22:00'") from None


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise ValueError("expected a time zone such as 'America/Toronto'") from None
    return name


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
TimeOfDay = Annotated[time, BeforeValidator(_time)]
Zone = Annotated[str, AfterValidator(_zone)]
