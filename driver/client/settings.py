"""The servers a client may use and when it goes over to another one, named like the platform's data server settings.

Source: the platform's documentation of data servers: Server Address, Priority, Reconnect to primary server when
available, Primary server retry interval (s), Connection retries before failover, Connection retry delay (ms), Heartbeat
interval (s).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Server:
    """A data server: its ``url``, and its ``priority``, of which the smallest goes first."""

    url: str
    priority: int = 1

    @property
    def address(self) -> str:
        """The Server Address as the platform writes it, such as ``127.0.0.1:9622``."""
        parts = urlsplit(self.url)
        return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


@dataclass(frozen=True, slots=True)
class FailoverSettings:
    """When a client goes over to another server; times in seconds unless the name says otherwise.

    ``reconnect_to_primary``: go back to the server of the smallest priority once it is available again; with two
    servers at most, as on the platform. ``heartbeat_interval_s``: how often a silent server is asked for a sign of
    life; one that gives none within half of that is lost.
    """

    reconnect_to_primary: bool = True
    primary_retry_interval_s: float = 30.0
    connection_retries: int = 3
    connection_retry_delay_ms: int = 1000
    heartbeat_interval_s: float = 15.0


def in_order(urls: Sequence[str]) -> tuple[Server, ...]:
    """Return servers whose priority is their place in the list."""
    return tuple(Server(url.rstrip("/"), place) for place, url in enumerate(urls, 1))
