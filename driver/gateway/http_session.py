"""The HTTP session to Twilio: what the machine says about proxies and certificates is read once, when it opens.

aiohttp's own ``trust_env`` reads the environment and ``~/.netrc`` anew for every request, in threads of their own, and
an entry there for Twilio's host, or a default one, would keep every request from being made.
"""

import ssl

import aiohttp
from yarl import URL

from driver.gateway.proxy_settings import proxy_for
from driver.runtime.tls_trust import trusting


def open_session(base_url: str) -> aiohttp.ClientSession:
    """Return a session for calls to ``base_url``, over the proxy that the machine names for it, if it names one.

    The gateway bounds how many calls are in flight, so the session does not.

    Raises:
        StartError: the proxy is of a kind that cannot be used, or a file with certificates is not there.
    """
    proxy, tls = _way(base_url)
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=60, ssl=tls)
    return aiohttp.ClientSession(connector=connector, proxy=proxy)


def check_way(base_url: str) -> None:
    """Make sure that a session can be opened.

    Raises:
        StartError: as ``open_session`` does.
    """
    _way(base_url)


def _way(base_url: str) -> tuple[URL | None, ssl.SSLContext | bool]:
    target = URL(base_url)
    return proxy_for(target), trusting() if target.scheme == "https" else True
