"""Blocks webhooks and media from link-local addresses and metadata services, which could only leak secrets."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

METADATA = frozenset(map(ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")))
"""Metadata services of cloud providers, in addition to the link-local 169.254.169.254."""


class ForbiddenAddressError(OSError):
    """A host resolves to a forbidden address."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{address} is a blocked address (link-local or cloud metadata); allow it with --webhook-allow {host}"
        )


def is_forbidden(address: str) -> bool:
    """Return whether a string is a forbidden address; False if it is not an address."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed.sixtofour or parsed
    return parsed.is_link_local or parsed.is_multicast or parsed in METADATA


class SsrfGuard(AbstractResolver):
    """Resolves names with the system's resolver and refuses forbidden addresses.

    Names in ``allow`` may resolve to any address.
    """

    def __init__(self, allow: tuple[str, ...] = ()) -> None:
        self._allow = frozenset(name.lower() for name in allow)
        self._system = ThreadedResolver()

    def check(self, host: str) -> None:
        """Check a host in case it is an address; names are not resolved.

        Raises:
            ForbiddenAddressError: if the address is forbidden.
        """
        if host.lower() not in self._allow and is_forbidden(host):
            raise ForbiddenAddressError(host, host)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name.

        Raises:
            ForbiddenAddressError: if one of them is forbidden.
        """
        found = await self._system.resolve(host, port, family)
        if host.lower() not in self._allow:
            for each in found:
                if is_forbidden(each["host"]):
                    raise ForbiddenAddressError(host, each["host"])
        return found

    async def close(self) -> None:
        """Release the system's resolver."""
        await self._system.close()
