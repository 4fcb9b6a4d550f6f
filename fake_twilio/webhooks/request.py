"""What a webhook is made of and what becomes of it: its form, its address, its outcome."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote_plus, urljoin, urlsplit

Parameters = list[tuple[str, str]]

_HOST = re.compile(r"https?://[^/?#]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """What the server answered."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class NoResponse(Exception):  # noqa: N818 - an outcome, not a mistake of this program
    """Why there is no answer: the code of the alert, a sentence, and whether the connection was never made."""

    code: int
    reason: str
    connecting: bool = False


class WebhookOutcome(NamedTuple):
    """What became of one webhook: the answer, or the alert's code and a sentence.

    ``asked`` are the headers of the last request, without what logs in; ``warnings`` are further alerts.
    """

    answer: WebhookResponse | None
    code: int
    reason: str
    url: str
    asked: tuple[tuple[str, str], ...] = ()
    warnings: tuple[int, ...] = ()


MAX_REDIRECTS = 10
"""Redirects that are followed in a row."""

FOLLOWED = frozenset({301, 302, 303, 307})
"""Statuses of redirects that are followed; Twilio's page of error 11216 names them."""


def callable_url(url: str) -> bool:
    """Return whether Twilio would accept this as a webhook URL.

    Http or https, a host without underscores, at most 4000 characters.
    """
    if len(url) > 4000 or not _HOST.match(url) or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and "_" not in (host or "")


def is_local(url: str) -> bool:
    """Return whether an address that can be called leads to the machine that calls it."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def joined(base: str, reference: str) -> str:
    """Return the address that a reference means where it was read; unchanged when it is not an address."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def encode(parameters: Iterable[tuple[str, str]]) -> bytes:
    """Return parameters in form encoding, in their order."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value, errors='replace')}" for name, value in parameters).encode()
