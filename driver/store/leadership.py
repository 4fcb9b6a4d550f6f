"""Leadership: only one driver on a database is active, in a *term* that increments whenever another one takes over.

The first statement of every transaction renews the leader's lease and checks that its term is still the current one, so
a driver that slept while another took over can no longer write anything. A waiting driver watches the lease: if it is
not renewed for a while, the lead may be taken although the leader's process still seems to be running.
"""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from driver.errors import NotActiveError
from driver.runtime.clock import Clock
from driver.store import schema
from driver.store.locks import Lock

_TABLE = schema.leadership
_ONLY = 1


@dataclass(frozen=True, slots=True)
class Candidacy:
    """What a driver declares about itself when it takes the lead.

    ``session`` identifies this run of the driver, ``address`` is that of its data server, ``version`` is the driver's.
    After ``lapse_s`` seconds without a transaction of this driver, another may take over; 0: only its lock counts.
    """

    session: str
    address: str = ""
    lapse_s: float = 0.0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Leader:
    """The leader, as stored in the database. ``beat`` counts the transactions of the term."""

    term: int
    beat: int
    session: str
    address: str
    lapse_s: float
    version: str = ""


def leader(connection: Connection) -> Leader | None:
    """Return the current or last leader; None if there has never been one."""
    row = connection.execute(select(_TABLE)).first()
    return Leader(row.term, row.beat, row.session, row.address, row.lapse_ms / 1000, row.version) if row else None


def take_over(connection: Connection, candidacy: Candidacy) -> int:
    """Begin a new term, inside the caller's transaction; return its number."""
    values = {
        "session": candidacy.session,
        "address": candidacy.address,
        "lapse_ms": round(candidacy.lapse_s * 1000),
        "beat": 0,
        "version": candidacy.version,
    }
    connection.execute(update(_TABLE).values(term=_TABLE.c.term + 1, **values))
    present = leader(connection)
    if present is None:
        connection.execute(insert(_TABLE).values(leader_id=_ONLY, term=1, **values))
        return 1
    return present.term


class BegunTerm:
    """The time at which a transaction began, on both clocks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at, self._wall = clock.monotonic(), clock.now()

    @property
    def passed(self) -> timedelta:
        """The time elapsed since then."""
        return self._clock.monotonic() - self._at

    @property
    def passed_by_the_wall(self) -> timedelta:
        """The time elapsed since then on the wall clock, which may have been set meanwhile."""
        return self._clock.now() - self._wall


class Leadership:
    """The term of the leading driver. ``ended`` is triggered when another driver turns out to have taken over."""

    def __init__(self, term: int, candidacy: Candidacy, lock: Lock, *, clock: Clock, begun: "BegunTerm") -> None:
        self.term = term
        self.lost = False
        self.ended = asyncio.Event()
        self._lapse = timedelta(seconds=candidacy.lapse_s)
        self._lock = lock
        self._clock = clock
        self._beat = 0
        self._begun = begun
        mine = (_TABLE.c.term == term) & (_TABLE.c.beat == bindparam("present_beat"))
        self._renewal = update(_TABLE).where(mine).values(beat=bindparam("next_beat"))

    def renew(self, connection: Connection) -> None:
        """Begin a transaction by renewing the lease in it.

        The renewal is a write, so nobody can take over between this statement and the end of the transaction. This
        method may be called in a thread, because it does not change the object.

        Raises:
            NotActiveError: another driver has taken over, or a transaction was stored that this driver believes failed;
                its state in memory must no longer be written.
        """
        renewed = connection.execute(self._renewal, {"present_beat": self._beat, "next_beat": self._beat + 1})
        if renewed.rowcount == 1:
            return
        present = leader(connection)
        if present is not None and present.term == self.term:
            raise NotActiveError("the database has stored more than this driver knows; the driver starts over")
        where = f" at {present.address}" if present is not None and present.address else ""
        raise NotActiveError(f"another driver{where} has taken over; this driver is no longer active")

    def has_moved(self, connection: Connection) -> bool:
        """Return whether a transaction was stored although its confirmation never arrived."""
        present = leader(connection)
        return present is not None and (present.term, present.beat) == (self.term, self._beat + 1)

    def begin(self) -> "BegunTerm":
        """Return the time from which the lease counts if it is renewed by a transaction that begins now."""
        return BegunTerm(self._clock)

    def end(self) -> None:
        """Record that the lead is lost."""
        self.lost = True
        self.ended.set()

    def renewed(self, begun: "BegunTerm") -> None:
        """Record that a transaction that began at that time was committed."""
        self._beat += 1
        self._begun = begun

    @property
    def certain(self) -> bool:
        """Whether no other driver can have taken over yet, according to this driver's clocks.

        The monotonic clock may stop while a machine is suspended or moved; then the wall clock shows the elapsed time.
        """
        if self.lost or not self._lapse:
            return not self.lost
        return max(self._begun.passed, self._begun.passed_by_the_wall) < self._lapse / 2

    @property
    def lapsed(self) -> bool:
        """Whether the lead is lost, or may already have been taken by another driver."""
        if self.lost or not self._lapse:
            return self.lost
        return max(self._begun.passed, self._begun.passed_by_the_wall) >= self._lapse

    @property
    def next_beat(self) -> int:
        """The number, within the term, of the transaction in progress."""
        return self._beat + 1

    @property
    def lapses_in(self) -> timedelta:
        """The time until another driver may take over, unless something is stored before then."""
        return self._lapse - self._begun.passed

    async def keep_lock(self) -> None:
        """Take the lock again if it was lost by accident."""
        await self._lock.keep()
