"""The date forms that list filters accept, as ranges of whole seconds.

Officially a filter is a day, ``YYYY-MM-DD`` in GMT. In practice Twilio has also accepted full ISO 8601 times with ``Z``
or an offset, years, months, RFC 2822 dates and ``MM/DD/YYYY HH:MM:SS TZ`` (its specification examples and issue
tracker), so all of them are parsed here.
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from functools import lru_cache

_YEAR = r"(\d{4})"
_MONTH = r"(\d{4})-(\d{2})"
_DAY = r"(\d{4})-(\d{2})-(\d{2})"
_AMERICAN = r"(\d{1,2})/(\d{1,2})/(\d{4})(?: (\d{2}):(\d{2}):(\d{2})(?: ([A-Z]{1,3}))?)?"
_ZONES = {
    "GMT": 0,
    "UTC": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
"""UTC offsets of North American time zones, in hours; no other names are accepted."""


@lru_cache(maxsize=1024)
def seconds_range(text: str) -> tuple[int, int] | None:
    """Return the first and last second (Unix time) that a filter value covers, or None if it is not a date."""
    try:
        return _read(text.strip()) if text.isascii() else None
    except (ValueError, OverflowError, TypeError, LookupError):
        return None


def _read(text: str) -> tuple[int, int] | None:
    if match := re.fullmatch(_DAY, text):
        first = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
        return _range(first, first + timedelta(days=1))
    if match := re.fullmatch(_MONTH, text):
        year, month = int(match[1]), int(match[2])
        return _range(datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC))
    if match := re.fullmatch(_YEAR, text):
        return _range(datetime(int(match[1]), 1, 1, tzinfo=UTC), datetime(int(match[1]) + 1, 1, 1, tzinfo=UTC))
    if match := re.fullmatch(_AMERICAN, text):
        month, day, year = int(match[1]), int(match[2]), int(match[3])
        if match[4] is None:
            first = datetime(year, month, day, tzinfo=UTC)
            return _range(first, first + timedelta(days=1))
        zone = timezone(timedelta(hours=_ZONES[match[7] or "GMT"]))
        return _second(datetime(year, month, day, int(match[4]), int(match[5]), int(match[6]), tzinfo=zone))
    if text[:4].isdigit():
        return _second(datetime.fromisoformat(text))
    return _second(parsedate_to_datetime(text))


def _range(first: datetime, after: datetime) -> tuple[int, int]:
    return int(first.timestamp()), int(after.timestamp()) - 1


def _second(when: datetime) -> tuple[int, int]:
    aware = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    second = int(aware.timestamp())
    return second, second
