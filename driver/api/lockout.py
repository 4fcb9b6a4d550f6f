"""Slows down password guessing per address and name, so that nobody can lock out somebody else by guessing."""

import ipaddress
import math
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

from driver.api.problems import AccessError
from driver.runtime.clock import Clock

#: Wrong passwords in a row after which an address has to wait before it tries the same name again.
MAX_FAILURES = 5
#: The first waiting time, which each further wrong password doubles, and the maximum.
FIRST_WAIT, MAX_WAIT = timedelta(seconds=60), timedelta(hours=1)
#: Time after the last attempt after which wrong passwords no longer count.
FORGOTTEN_AFTER = timedelta(days=1)
#: Maximum number of pairs of address and name that are stored; the oldest are dropped.
MAX_KEPT = 10_000
#: Logins that may wait to be checked, in total and per address; others must try again after a second.
MAX_WAITING, MAX_WAITING_PER_ADDRESS = 32, 8


@dataclass(slots=True)
class _Tries:
    count: int
    last: timedelta
    locked_until: timedelta


class Lockout:
    """Counts wrong passwords. Unknown names are treated like known ones, so callers cannot find out which exist."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tries: dict[tuple[str, str], _Tries] = {}
        self._waiting: Counter[str] = Counter()

    def begin(self, address: str | None, name: str) -> None:
        """Count an attempt, which ``succeeded`` reverts; concurrent attempts do not circumvent the limit.

        Raises:
            AccessError: This address has to wait (429).
        """
        key, now = (_network(address), name), self._clock.monotonic()
        tries = self._tries.pop(key, None)
        if tries is None or now - tries.last > FORGOTTEN_AFTER:
            tries = _Tries(0, now, now)
        self._tries[key] = tries
        if tries.locked_until > now:
            raise _wait("too many wrong passwords", (tries.locked_until - now).total_seconds())
        tries.count, tries.last = tries.count + 1, now
        if tries.count >= MAX_FAILURES:
            tries.locked_until = now + min(MAX_WAIT, FIRST_WAIT * 2 ** min(tries.count - MAX_FAILURES, 10))
        while len(self._tries) > MAX_KEPT:
            del self._tries[next(iter(self._tries))]

    def succeeded(self, address: str | None, name: str) -> None:
        """Reset the count of wrong passwords."""
        self._tries.pop((_network(address), name), None)

    @contextmanager
    def turn(self, address: str | None) -> Iterator[None]:
        """Occupy a place in the queue while the context lasts.

        Raises:
            AccessError: Too many logins are already waiting (429).
        """
        key = _network(address)
        if self._waiting.total() >= MAX_WAITING or self._waiting[key] >= MAX_WAITING_PER_ADDRESS:
            raise _wait("too many concurrent logins", 1)
        self._waiting[key] += 1
        try:
            yield
        finally:
            self._waiting[key] -= 1
            self._waiting += Counter()  # drops those that are zero


def _wait(why: str, seconds: float) -> AccessError:
    wait = math.ceil(seconds)
    return AccessError(f"{why}; try again in {wait} s", 429, {"Retry-After": str(wait)})


def _network(address: str | None) -> str:
    """Return the part of the address that a client cannot change at will: all of it, or the network with IPv6."""
    try:
        known = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if isinstance(known, ipaddress.IPv6Address):
        return str(known.ipv4_mapped or ipaddress.ip_network((int(known), 64), strict=False))
    return str(known)
