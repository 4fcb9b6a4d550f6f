"""The HTTP session to Twilio. The machine's proxy and certificate settings are read once, when it opens.

aiohttp's own ``trust_env`` rereads the environment and ``~/.netrc`` for every request, in separate threads, and an
entry there for Twilio's host, or a default one, would make every request fail.
"""

import ipaddress
import os
import ssl
import sys
from collections.abc import Mapping
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from driver.errors import StartError
from driver.runtime.tls_trust import trusting


def open_session(base_url: str) -> aiohttp.ClientSession:
    """Return a session for requests to ``base_url``, through the machine's proxy for it, if one is configured.

    The gateway limits the requests in flight, so the session does not.

    Raises:
        StartError: the proxy is of an unsupported kind, or a certificate file does not exist.
    """
    proxy, tls = way_to(base_url)
    connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=60, ssl=tls)
    return aiohttp.ClientSession(connector=connector, proxy=proxy)


def way_to(base_url: str) -> tuple[URL | None, ssl.SSLContext | bool]:
    """Return the proxy and the TLS settings of a session; raises the same error as ``open_session``."""
    target = URL(base_url)
    return proxy_for(target), trusting() if target.scheme == "https" else True


_DEFAULT_PORTS = {"http": 80, "https": 443}


def proxy_for(target: URL, environment: Mapping[str, str] | None = None) -> URL | None:
    """Return the proxy for an address, or None if it is reached directly.

    Raises:
        StartError: the proxy is of an unsupported kind.
    """
    environment = os.environ if environment is None else environment
    name, value = _named(target.scheme, environment)
    if value:
        if _excepted(target, environment.get("no_proxy") or environment.get("NO_PROXY") or ""):
            return None
    elif sys.platform in ("win32", "darwin"):  # pragma: no cover - settings of these systems
        name, value = "the system's settings", getproxies().get(target.scheme, "")
        if not value or proxy_bypass(f"{target.host}:{target.port}"):
            return None
    if not value:
        return None
    try:
        proxy = URL(value if "://" in value else f"http://{value}")
        usable = proxy.scheme == "http" and bool(proxy.host)
    except ValueError:
        raise StartError(f"the proxy in {name} cannot be used: its address is invalid") from None
    if not usable:
        raise StartError(f"the proxy {proxy.with_user(None)} cannot be used: {name} must name an http:// proxy")
    return proxy


def _named(scheme: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Return the name and value of the variable set for a scheme; lower case takes precedence."""
    names = (f"{scheme}_proxy", f"{scheme}_proxy".upper(), "all_proxy", "ALL_PROXY")
    return next(((name, environment[name].strip()) for name in names if environment.get(name, "").strip()), ("", ""))


def _excepted(target: URL, exceptions: str) -> bool:
    """Return whether ``NO_PROXY`` covers a host: ``*``, a domain and its subdomains, an address, a network; a port."""
    host = (target.host or "").lower().rstrip(".")
    port = target.port or _DEFAULT_PORTS.get(target.scheme)
    return any(_fits(entry.strip().lower(), host, port) for entry in exceptions.replace(" ", ",").split(","))


def _fits(entry: str, host: str, port: int | None) -> bool:
    if entry == "*":
        return True
    if not _is_network(entry):
        name, colon, wanted = entry.rpartition(":")
        if colon and wanted.isdecimal():
            if int(wanted) != port:
                return False
            entry = name
    entry = entry.strip("[]")
    if _is_network(entry):
        try:
            return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
        except ValueError:
            return False
    domain = entry.removeprefix("*").strip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _is_network(entry: str) -> bool:
    try:
        ipaddress.ip_network(entry, strict=False)
    except ValueError:
        return False
    return True
