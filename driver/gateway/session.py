"""The HTTP session to Twilio: what the machine says about proxies is read once, its other logins are left alone.

aiohttp's own ``trust_env`` reads the environment and ``~/.netrc`` anew for every request, in threads of their own, and
an entry there for Twilio's host, or a default one, would keep every request from being made.
"""

from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from driver.errors import StartError


def open_session(base_url: str) -> aiohttp.ClientSession:
    """Return a session for calls to ``base_url``, over the proxy that the machine names for it, if it names one.

    The gateway bounds how many calls are in flight, so the session does not.

    Raises:
        StartError: the proxy is of a kind that cannot be used.
    """
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=60)
    return aiohttp.ClientSession(connector=connector, proxy=_proxy(URL(base_url)))


def _proxy(target: URL) -> URL | None:
    named = getproxies().get(target.scheme)
    if not named or proxy_bypass(f"{target.host}:{target.port}"):
        return None
    proxy = URL(named if "://" in named else f"http://{named}")
    if proxy.scheme != "http":
        shown = proxy.with_user(None)
        raise StartError(f"the proxy {shown} cannot be used: {target.scheme}_proxy must name one of kind http")
    return proxy
