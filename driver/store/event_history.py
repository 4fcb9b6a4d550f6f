"""Which events a client can resume from: those it saw in this database, not in a database that this one replaced.

A restored backup continues numbering events from the time of the backup, so a number alone does not identify an event.
Each term has a random history id, and is stored with the number of its first event. A client sends the id of the term
it listened to, and the last number it saw there. It has seen only events of this database if the term is stored here
and reached that number. After a restore, the term ended earlier or is missing.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, func, insert, select, update

from driver.store import schema

_TABLE = schema.terms
#: Number of terms kept; a client that listened to an older one starts over with a snapshot.
MAX_TERMS = 1000


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its history id, its first event, and whether events before it were lost."""

    number: int
    history_id: str
    first_seq: int
    set_back: bool


class History:
    """The terms of a database, up to the current one."""

    def __init__(self, terms: Sequence[Term]) -> None:
        self._terms = tuple(terms)

    @property
    def present(self) -> Term:
        """The current term."""
        return self._terms[-1]

    def includes(self, seq: int, history_id: str) -> bool:
        """Return whether the event with this number is the one that was seen under this history id.

        Without an id, only this database counts: numbers from the first lost event on may have been other events'.
        """
        if not history_id:
            return all(seq < term.first_seq for term in self._terms if term.set_back)
        places = [place for place, term in enumerate(self._terms) if term.history_id == history_id]
        later = self._terms[places[0] + 1 :] if places else ()
        return bool(places) and all(seq < term.first_seq for term in later)


def begin(connection: Connection, number: int, *, torn: bool) -> History:
    """Store the term that begins, inside the caller's transaction.

    ``torn`` is whether the write-ahead log is missing, which a database that was not closed has. If the previous term
    was not closed either, its last commits are lost, or this is a copy made while a driver was running.
    """
    last_seq = connection.scalar(select(func.max(schema.events.c.seq))) or 0
    left_open = connection.scalar(select(_TABLE.c.closed).order_by(_TABLE.c.term.desc()).limit(1)) == 0
    connection.execute(
        insert(_TABLE).values(
            term=number,
            history_id=secrets.token_hex(8),
            first_seq=last_seq + 1,
            set_back=int(torn and left_open),
            closed=0,
        )
    )
    connection.execute(delete(_TABLE).where(_TABLE.c.term <= number - MAX_TERMS))
    return known(connection)


def known(connection: Connection) -> History:
    """Return the stored terms."""
    rows = connection.execute(select(_TABLE).order_by(_TABLE.c.term))
    return History([Term(row.term, row.history_id, row.first_seq, bool(row.set_back)) for row in rows])


def close(connection: Connection, number: int) -> None:
    """Record that a term ended properly, unless another one has begun."""
    present = select(schema.leadership.c.term).scalar_subquery()
    connection.execute(update(_TABLE).where(_TABLE.c.term == number, present == number).values(closed=1))
    connection.commit()
