"""The ``user:password@`` part of a webhook URL, which authenticates to the customer's server.

Source: Twilio's documentation of webhook security (HTTP Basic and Digest authentication).
"""

import base64
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class UrlCredentials(NamedTuple):
    """A user and password for a customer's server."""

    user: str
    password: str

    @property
    def basic(self) -> str:
        """The Authorization header of HTTP Basic."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def without_userinfo(url: str) -> tuple[str, UrlCredentials | None]:
    """Return the URL without ``user:password@``, and these credentials or None.

    An invalid URL is returned unchanged.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return url, None
    userinfo, at, host = parts.netloc.rpartition("@")
    if not at:
        return url, None
    user, _, password = userinfo.partition(":")
    return parts._replace(netloc=host).geturl(), UrlCredentials(unquote(user), unquote(password))


def with_userinfo(target: str, url: str) -> str:
    """Insert the ``user:password@`` of ``url``, if any, into ``target``."""
    userinfo, at, _ = urlsplit(url).netloc.rpartition("@")
    parts = urlsplit(target)
    return parts._replace(netloc=f"{userinfo}@{parts.netloc}").geturl() if at else target
