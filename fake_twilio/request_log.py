"""Logs of every request answered and every webhook attempt, bounded, with a count of dropped entries."""

import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from fake_twilio.records import dataclass

CAPACITY = 10_000
"""Maximum number of entries per log."""

BODY_LIMIT = 16_384
"""Maximum number of bytes kept of a body."""


class Exchange(NamedTuple):
    """One request to Twilio's API and its response.

    ``seconds`` is how long the response took, in real time; ``messages_before`` is the number of the newest message at
    that time, which orders entries and messages with the same timestamp.
    """

    number: int
    at: datetime
    operation: str
    method: str
    target: str
    account_sid: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    status: int
    response: bytes
    response_type: str
    request_id: str
    fault: str
    seconds: float
    messages_before: int


@dataclass(frozen=True, slots=True)
class WebhookAttempt:
    """One attempt to call a webhook, answered or not. ``kind`` is ``callback`` or ``inbound_webhook``.

    ``messages_before`` and ``requests_before`` are the numbers of the newest message and request when it ended.
    """

    number: int
    at: datetime
    kind: str
    message_sid: str
    account_sid: str
    sender: str
    to: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: str
    attempt: int
    status: int | None
    response: str
    response_type: str
    error: str
    fault: str
    seconds: float
    messages_before: int
    requests_before: int
    event: str = ""
    signed_url: str = ""
    """The URL that was signed, together with the form, without ``user:password@``."""
    forged: bool = False


T = TypeVar("T", Exchange, WebhookAttempt)


class Journal(Generic[T]):
    """The newest entries of one type, oldest first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self.entries: deque[T] = deque(maxlen=capacity)
        self.count = 0

    @property
    def dropped(self) -> int:
        """Number of entries dropped to make room."""
        return self.count - len(self.entries)

    def next_number(self) -> int:
        """Return the number of the next entry, starting at 1."""
        self.count += 1
        return self.count

    def add(self, entry: T) -> None:
        """Add an entry, whose number is from ``next_number``."""
        self.entries.append(entry)

    def since(self, number: int = 0) -> Iterator[T]:
        """Yield the entries after the one with this number."""
        return (entry for entry in self.entries if entry.number > number)


_SECRET_HEADERS = frozenset({b"authorization", b"proxy-authorization", b"cookie"})
_SECRET_VALUES = rb'("(?:secondary_)?(?:auth_token|access_token|secret)"\s*:\s*")[^"]*'


_SECRET_FIELDS = rb'(?i)(client_secret=|"(?:clientSecret|password)"\s*:\s*")[^&"]*'


@lru_cache(maxsize=512)
def open_headers(headers: tuple[tuple[bytes, bytes], ...]) -> tuple[tuple[bytes, bytes], ...]:
    """Return a request's headers without those that carry secrets; cached, because clients repeat their headers."""
    return tuple([pair for pair in headers if pair[0].lower() not in _SECRET_HEADERS])


def form_without_secrets(body: bytes) -> bytes:
    """Return a request's body with secrets and passwords removed."""
    return re.sub(_SECRET_FIELDS, rb"\1[removed]", body) if b"ecret" in body or b"password" in body else body


def without_secrets(body: bytes) -> bytes:
    """Return a response with tokens and secrets removed."""
    if b"_token" in body or b"secret" in body:
        return re.sub(_SECRET_VALUES, rb"\1[removed]", body)
    return body
