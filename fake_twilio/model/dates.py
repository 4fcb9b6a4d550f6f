"""Date formats of Twilio's APIs."""

from datetime import UTC, datetime
from functools import lru_cache

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def rfc2822(when: datetime) -> str:
    """Return ``Thu, 24 Aug 2023 05:01:45 +0000``, the format of the 2010 API; ``when`` is in UTC."""
    return _second(int(when.timestamp()))


@lru_cache(maxsize=4096)
def _second(since_1970: int) -> str:
    """Return the date of a second, cached for all messages of that second."""
    when = datetime.fromtimestamp(since_1970, UTC)
    return (
        f"{_DAYS[when.weekday()]}, {when.day:02d} {_MONTHS[when.month - 1]} {when.year:04d} "
        f"{when.hour:02d}:{when.minute:02d}:{when.second:02d} +0000"
    )


def http_date(when: datetime) -> str:
    """Return the format of HTTP's ``Date`` header; ``when`` is in UTC."""
    return rfc2822(when)[:-5] + "GMT"


def iso_seconds(when: datetime) -> str:
    """Return ``2015-07-30T20:12:31Z``, the format of the v1 product APIs; ``when`` is in UTC."""
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def iso_milliseconds(when: datetime) -> str:
    """Return ``2026-11-23T05:15:00.123Z``, the format of the control API."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
