"""The servers of a client and its failover settings, named like the platform's data server settings.

Source: the platform's documentation of data servers: Server Address, Priority, Reconnect to primary server when
available, Primary server retry interval (s), Connection retries before failover, Connection retry delay (ms), Heartbeat
interval (s).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Server:
    """A data server: its ``url`` and its ``priority``; the lowest number is tried first."""

    url: str
    priority: int = 1

    @property
    def address(self) -> str:
        """The Server Address as the platform writes it, such as ``127.0.0.1:9622``."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


@dataclass(frozen=True, slots=True)
class FailoverSettings:
    """When a client fails over to another server. Times are in seconds unless the name says otherwise.

    ``reconnect_to_primary``: return to the server with the lowest priority number once it is available again; with at
    most two servers, as on the platform. ``heartbeat_interval_s``: how often a silent server is pinged; one that does
    not respond within half of that counts as lost.
    """

    reconnect_to_primary: bool = True
    primary_retry_interval_s: float = 30.0
    connection_retries: int = 3
    connection_retry_delay_ms: int = 1000
    heartbeat_interval_s: float = 15.0


def in_order(urls: Sequence[str]) -> tuple[Server, ...]:
    """Return servers whose priority is their position in the list."""
    return tuple(Server(url.rstrip("/"), place) for place, url in enumerate(urls, 1))
