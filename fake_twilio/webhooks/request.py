"""The data of a webhook request: parameters, URL, outcome."""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote_plus, urljoin, urlsplit

from fake_twilio.records import dataclass

Parameters = list[tuple[str, str]]

_HOST = r"(?i)https?://[^/?#]"


@dataclass(frozen=True, slots=True)
class WebhookResponse:
    """The response of the customer's server."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    content_type: str
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class NoResponse(Exception):  # noqa: N818 - an outcome, not a mistake of this program
    """A request without a response: the alert's code, the reason, and whether connecting failed."""

    code: int
    reason: str
    connecting: bool = False


class WebhookOutcome(NamedTuple):
    """The outcome of a webhook: the response, or the alert's code and the reason.

    ``asked`` holds the headers of the last request without credentials; ``warnings`` are further alerts.
    """

    answer: WebhookResponse | None
    code: int
    reason: str
    url: str
    asked: tuple[tuple[str, str], ...] = ()
    warnings: tuple[int, ...] = ()


MAX_REDIRECTS = 10
"""The maximum number of redirects in a row."""

FOLLOWED = frozenset({301, 302, 303, 307})
"""The redirect statuses that are followed, as listed on Twilio's page about error 11216."""


def callable_url(url: str) -> bool:
    """Return whether Twilio would accept a URL for a webhook.

    It must be http or https, with a host without underscores, and have at most 4000 characters.
    """
    if len(url) > 4000 or not re.match(_HOST, url) or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return bool(host) and "_" not in (host or "")


def is_local(url: str) -> bool:
    """Return whether a valid URL refers to the local machine."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def joined(base: str, reference: str) -> str:
    """Resolve a reference against a base URL; an invalid reference is returned unchanged."""
    try:
        return urljoin(base, reference)
    except ValueError:
        return reference


def encode(parameters: Iterable[tuple[str, str]]) -> bytes:
    """Encode parameters as a form, in their order."""
    return "&".join(f"{quote_plus(name)}={quote_plus(value, errors='replace')}" for name, value in parameters).encode()
