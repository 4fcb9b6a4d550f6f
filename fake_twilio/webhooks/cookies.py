"""Cookies of webhooks, stored per pair of numbers, and deleted after four idle hours or when they expire.

Source: Twilio's documentation of cookies in messaging webhooks.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from fake_twilio.model.message import Message
from fake_twilio.webhooks.request import WebhookResponse

IDLE = timedelta(hours=4)
MAX_PAIRS = 10_000
"""The maximum number of pairs stored."""

MAX_COOKIES = 20
"""The maximum number of cookies stored per pair; the newest are kept."""


class _Jar(NamedTuple):
    """The cookies of a pair of numbers (value and expiry by name), and when they were last used."""

    cookies: dict[str, tuple[str, datetime | None]]
    used: datetime


class Cookies:
    """Stores the cookies that customers' servers set."""

    def __init__(self) -> None:
        self._jars: dict[tuple[str, str], _Jar] = {}

    def get(self, message: Message, now: datetime) -> str:
        """Return the Cookie header for a message's pair of numbers; empty if there is none."""
        jar = self._jars.get(_pair(message))
        if jar is None or now - jar.used > IDLE:
            return ""
        alive = {name: (value, end) for name, (value, end) in jar.cookies.items() if end is None or now < end}
        self._jars[_pair(message)] = _Jar(alive, now)
        return "; ".join(f"{name}={value}" for name, (value, _) in alive.items())

    def keep(self, message: Message, answer: WebhookResponse, now: datetime) -> None:
        """Store the cookies that a response sets."""
        given = [value for name, value in answer.headers if name.lower() == "set-cookie"]
        if not given:
            return
        pair = _pair(message)
        jar = self._jars.pop(pair, None)
        cookies = dict(jar.cookies) if jar is not None and now - jar.used <= IDLE else {}
        for text in given:
            crumb, *attributes = text.split(";")
            name, _, value = crumb.strip().partition("=")
            cookies.pop(name, None)
            cookies[name] = (value, _end(attributes, now))
        while len(cookies) > MAX_COOKIES:
            del cookies[next(iter(cookies))]
        while len(self._jars) >= MAX_PAIRS:
            del self._jars[next(iter(self._jars))]
        self._jars[pair] = _Jar(cookies, now)

    def clear(self) -> None:
        """Delete all cookies."""
        self._jars.clear()


def _end(attributes: list[str], now: datetime) -> datetime | None:
    """Return when a cookie expires, or None if it does not say; ``Max-Age`` overrides ``Expires``."""
    given = {name.strip().lower(): value.strip() for name, _, value in (text.partition("=") for text in attributes)}
    age = given.get("max-age", "")
    if age.isascii() and age.removeprefix("-").isdigit():
        seconds = min(int(age[:10]), int(IDLE.total_seconds())) if age.isdigit() else 0
        return now + timedelta(seconds=seconds)
    try:
        when = parsedate_to_datetime(given["expires"])
    except (KeyError, ValueError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when


def _pair(message: Message) -> tuple[str, str]:
    return (message.sender or "", message.to)
