"""The part ``user:password@`` of a webhook URL: how it proves to the customer's server who calls.

Source: Twilio's documentation of webhook security (HTTP Basic and Digest authentication).
"""

import base64
from typing import NamedTuple
from urllib.parse import unquote, urlsplit


class UrlCredentials(NamedTuple):
    """A user and a password for somebody's server."""

    user: str
    password: str

    @property
    def basic(self) -> str:
        """The Authorization header of HTTP Basic."""
        return "Basic " + base64.b64encode(f"{self.user}:{self.password}".encode()).decode()


def without_userinfo(url: str) -> tuple[str, UrlCredentials | None]:
    """Return the URL without ``user:password@``, and the login that they are; None when there is none.

    Anything that is not a URL is returned unchanged.
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
    """Put the user information of ``url``, if any, back into ``target``."""
    userinfo, at, _ = urlsplit(url).netloc.rpartition("@")
    parts = urlsplit(target)
    return parts._replace(netloc=f"{userinfo}@{parts.netloc}").geturl() if at else target
