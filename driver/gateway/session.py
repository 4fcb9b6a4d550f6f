"""The HTTP session to Twilio: what the machine says about proxies and certificates is read once, when it opens.

aiohttp's own ``trust_env`` reads the environment and ``~/.netrc`` anew for every request, in threads of their own, and
an entry there for Twilio's host, or a default one, would keep every request from being made.
"""

import aiohttp
from yarl import URL

from driver.config.trust import trusting
from driver.gateway.proxies import proxy_for


def open_session(base_url: str) -> aiohttp.ClientSession:
    """Return a session for calls to ``base_url``, over the proxy that the machine names for it, if it names one.

    The gateway bounds how many calls are in flight, so the session does not.

    Raises:
        StartError: the proxy is of a kind that cannot be used, or a file with certificates is not there.
    """
    target = URL(base_url)
    proxy = proxy_for(target)
    tls = trusting() if target.scheme == "https" else True
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=60, ssl=tls)
    return aiohttp.ClientSession(connector=connector, proxy=proxy)
