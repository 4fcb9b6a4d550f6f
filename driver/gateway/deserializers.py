"""Conversion of Twilio's rows to the driver's records: odd characters are replaced, absurd values are rejected."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from driver.domain.message import MAX_SID, is_sid
from driver.domain.storable_text import storable_count, storable_text
from driver.ports.gateway import RemoteMessage, UnreadableMessage

#: No SID, number, status or text from Twilio is longer; anything longer is rejected.
MAX_SHORT, MAX_NUMBER, MAX_BODY, MAX_MEDIA = MAX_SID, 256, 20_000, 4_000


def message(row: Mapping[str, Any]) -> RemoteMessage:
    """Return a row as a message.

    Raises:
        ValueError: the row is not that of a message; the error says what is wrong with it.
    """
    read = _Reader(row)
    sid = read.text("sid", MAX_SHORT)
    if not is_sid(sid):
        raise ValueError("Twilio's response has no SID")
    created, sent = _moment(row.get("date_created")), _moment(row.get("date_sent"))
    return RemoteMessage(
        sid=sid,
        direction="inbound" if row.get("direction") == "inbound" else "outbound",
        from_number=read.text("from", MAX_NUMBER),
        to_number=read.text("to", MAX_NUMBER),
        body=read.text("body", MAX_BODY),
        status=read.text("status", MAX_SHORT),
        created_at=created,
        sent_at=sent or created,
        error_code=storable_count(row.get("error_code")),
        segments=storable_count(row.get("num_segments")),
        media_count=storable_count(row.get("num_media")) or 0,
        messaging_service_sid=read.text("messaging_service_sid", MAX_SHORT),
        replaced=tuple(read.replaced),
    )


def unreadable(row: Mapping[str, Any], reason: str) -> UnreadableMessage:
    """Return as much of a row as can be shown to a person."""
    sid, from_number, to_number = (storable_text(str(row.get(key) or ""))[:MAX_SHORT] for key in ("sid", "from", "to"))
    inbound, created = row.get("direction") == "inbound", _moment(row.get("date_created"))
    return UnreadableMessage(sid, from_number, to_number, reason, inbound=inbound, created_at=created)


def media_address(row: Mapping[str, Any], base: str) -> str:
    """Return the URL of a media item; empty if the row has none."""
    path = row.get("uri")
    return (
        base + storable_text(path.removesuffix(".json")) if isinstance(path, str) and 0 < len(path) < MAX_MEDIA else ""
    )


def short_text(row: Mapping[str, Any], key: str, most: int = MAX_NUMBER) -> str:
    """Return a text value of a row; empty if it has none."""
    return _Reader(row).text(key, most)


class _Reader:
    """Reads text values and records those in which characters had to be replaced."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._row = row
        self.replaced: list[str] = []

    def text(self, key: str, most: int) -> str:
        value = self._row.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise ValueError(f"{key!r} in Twilio's response is not text")  # noqa: TRY004 - a bad value, not a bad call
        if len(value) > most:
            raise ValueError(f"{key!r} in Twilio's response has {len(value)} characters; expected at most {most}")
        clean = storable_text(value)
        if clean != value:
            self.replaced.append(key)
        return clean


def _moment(value: object) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value) if isinstance(value, str) else None
    except (ValueError, OverflowError):
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
