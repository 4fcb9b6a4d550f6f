"""Which addresses webhooks and media never go to: link-local ones and metadata services, which only leak secrets."""

import socket
from ipaddress import IPv4Address, IPv6Address, ip_address

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

METADATA = frozenset(map(ip_address, ("100.100.100.200", "192.0.0.192", "fd00:ec2::254", "fd20:ce::254")))
"""Addresses of cloud providers' metadata services beside the link-local 169.254.169.254."""


class ForbiddenAddressError(OSError):
    """A host leads to an address that is not called."""

    def __init__(self, host: str, address: str) -> None:
        super().__init__(
            f"{address} is link-local or a cloud's metadata service and is not called; --webhook-allow {host} allows it"
        )


def is_forbidden(address: str) -> bool:
    """Return whether an address, as text, is one of those; anything that is not an address is not."""
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed.sixtofour or parsed
    return parsed.is_link_local or parsed.is_multicast or parsed in METADATA


class SsrfGuard(AbstractResolver):
    """Resolves names as the system does and refuses those that lead out of bounds, whatever they are called.

    Names in ``allow`` may lead anywhere.
    """

    def __init__(self, allow: tuple[str, ...] = ()) -> None:
        self._allow = frozenset(name.lower() for name in allow)
        self._system = ThreadedResolver()

    def check(self, host: str) -> None:
        """Check a host that may be an address already, which is not resolved.

        Raises:
            ForbiddenAddressError: when it is out of bounds.
        """
        if host.lower() not in self._allow and is_forbidden(host):
            raise ForbiddenAddressError(host, host)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return a name's addresses.

        Raises:
            ForbiddenAddressError: when one of them is out of bounds.
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
