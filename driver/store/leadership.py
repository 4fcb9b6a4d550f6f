"""Who leads: of all drivers on a database one works, in a *term* that is counted up whenever another takes over.

The first statement of every transaction renews the leader's lease and finds out whether its term still is the present
one, so a driver that slept while another took over can write nothing any more. A driver that waits watches the lease:
if it is not renewed for a while, the lead may be taken although the leader's process still seems to be there.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, bindparam, insert, select, update

from driver.errors import NotActiveError
from driver.runtime.clock import Clock
from driver.runtime.idle import Wakeup
from driver.store import schema
from driver.store.locks import Lock

_TABLE = schema.leadership
_ONLY = 1


@dataclass(frozen=True, slots=True)
class Candidacy:
    """What a driver says of itself when it takes the lead.

    ``session`` names this run of the driver, ``address`` where its data server answers, ``version`` is the driver's.
    After ``lapse_s`` seconds without a transaction of its own, another one may take over; 0: never, only its lock
    counts.
    """

    session: str
    address: str = ""
    lapse_s: float = 0.0
    version: str = ""


@dataclass(frozen=True, slots=True)
class Leader:
    """Who leads, as it stands in the database. ``beat`` counts the transactions of the term."""

    term: int
    beat: int
    session: str
    address: str
    lapse_s: float
    version: str = ""


def leader(connection: Connection) -> Leader | None:
    """Return who leads, or led last; None if nobody ever did."""
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
    """The moment at which a transaction began, by both clocks."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._at, self._wall = clock.monotonic(), clock.now()

    @property
    def passed(self) -> timedelta:
        """The time since then."""
        return self._clock.monotonic() - self._at

    @property
    def passed_by_the_wall(self) -> timedelta:
        """The time since then by the wall clock, which may have been set meanwhile."""
        return self._clock.now() - self._wall


class Leadership:
    """The term of the driver that leads. ``ended`` is given when another driver turns out to have taken over."""

    def __init__(self, term: int, candidacy: Candidacy, lock: Lock, *, clock: Clock, begun: "BegunTerm") -> None:
        self.term = term
        self.lost = False
        self.ended = Wakeup()
        self._lapse = timedelta(seconds=candidacy.lapse_s)
        self._lock = lock
        self._clock = clock
        self._beat = 0
        self._begun = begun
        mine = (_TABLE.c.term == term) & (_TABLE.c.beat == bindparam("present_beat"))
        self._renewal = update(_TABLE).where(mine).values(beat=bindparam("next_beat"))

    def renew(self, connection: Connection) -> None:
        """Begin a transaction by renewing the lease in it.

        It is a write, so that nobody can take over between this statement and the end of the transaction. It may be
        called in a thread: it changes nothing here.

        Raises:
            NotActiveError: another driver has taken over, or a transaction was stored that this one believes failed;
                nothing may be written any more from what it remembers.
        """
        renewed = connection.execute(self._renewal, {"present_beat": self._beat, "next_beat": self._beat + 1})
        if renewed.rowcount == 1:
            return
        present = leader(connection)
        if present is not None and present.term == self.term:
            raise NotActiveError("the database has stored more than this driver knows of; it starts over from there")
        where = f" at {present.address}" if present is not None and present.address else ""
        raise NotActiveError(f"another driver{where} has taken over; this one carries out nothing any more")

    def has_moved(self, connection: Connection) -> bool:
        """Return whether a transaction was stored although its end was never heard of."""
        present = leader(connection)
        return present is not None and (present.term, present.beat) == (self.term, self._beat + 1)

    def begin(self) -> "BegunTerm":
        """Return the moment from which the lease counts that a transaction which begins now renews."""
        return BegunTerm(self._clock)

    def end(self) -> None:
        """Take note that the lead is lost."""
        self.lost = True
        self.ended.give()

    def renewed(self, begun: "BegunTerm") -> None:
        """Take note that a transaction was committed which began at that moment."""
        self._beat += 1
        self._begun = begun

    @property
    def certain(self) -> bool:
        """Whether no other driver can have taken over yet, by this one's clocks.

        The monotonic clock of a machine that was suspended or moved may have stood still; then the wall clock shows it.
        """
        if self.lost or not self._lapse:
            return not self.lost
        return max(self._begun.passed, self._begun.passed_by_the_wall) < self._lapse / 2

    @property
    def lapsed(self) -> bool:
        """Whether the lead is lost, or another driver may already have it."""
        if self.lost or not self._lapse:
            return self.lost
        return max(self._begun.passed, self._begun.passed_by_the_wall) >= self._lapse

    @property
    def next_beat(self) -> int:
        """The number of the transaction that is carried out now, within the term."""
        return self._beat + 1

    @property
    def lapses_in(self) -> timedelta:
        """The time until another driver may take over, unless something is stored before."""
        return self._lapse - self._begun.passed

    async def keep_lock(self) -> None:
        """Take the lock again if it was lost without anybody's doing."""
        await self._lock.keep()
