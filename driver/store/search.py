"""Queries for paged and searchable lists, newest first.

An index leads to the start of a page. Search terms without an index, such as a word in a text, are searched in a
limited number of rows at a time. A page may then be short although more follow, but no search keeps the database busy
for long.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    FromClause,
    Select,
    and_,
    func,
    literal,
    or_,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from driver.ports.store import AlarmSearch, AuditSearch, MessageSearch
from driver.store import schema
from driver.store.row_codec import Row

#: Maximum number of rows searched for one page.
MAX_SCANNED = 10_000
#: The length of the slots in which alarms are counted.
TEN_MINUTES = 600_000_000

#: Characters that people put between the digits of a number, and the pattern of a number without them.
_BETWEEN_DIGITS = str.maketrans("", "", " ()./-\u00a0")
_NUMBER = re.compile(r"\+?[0-9]+")

Terms = Callable[[FromClause], Sequence[ColumnElement[bool]]]


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The queries of a page: its rows and one more, and the place where the search stopped, if it did."""

    keys: tuple[str, ...]
    rows: Select[Any]
    stopped: Select[Any] | None

    def place(self, row: Row) -> str:
        """Return the place of a row in its list as text."""
        values = (row[key] for key in self.keys)
        return "~".join(str(schema.micros(value) if isinstance(value, datetime) else value) for value in values)


def messages(size: int, cursor: str, search: MessageSearch) -> ListQuery:
    """Return the query for messages, from a time and SID onward."""
    table = schema.messages
    keys = (table.c.created_at, table.c.sid)
    bounds = _bounds(keys, cursor, search)

    def terms(row: FromClause) -> Sequence[ColumnElement[bool]]:
        text = search.text
        return [or_(_holds(row.c.body, text), *_of_numbers(row, text))] if text else []

    if not search.number:
        return _search(select(table).where(*bounds), keys, terms, size=size)
    # Each of the two columns has its own index.
    most = MAX_SCANNED if search.text else size + 1
    sides = [
        _newest(select(table).where(column == search.number, *bounds), keys).limit(most).subquery()
        for column in (table.c.from_number, table.c.to_number)
    ]
    both = union_all(*(select(side) for side in sides)).subquery()
    return _search(select(both), (both.c.created_at, both.c.sid), terms, size=size)


def outbound_messages(size: int, text: str) -> ListQuery:
    """Return the query for executions of messages with a text in their ids, numbers or contents, newest first."""
    table = schema.executions
    keys = (table.c.execution_id,)

    def terms(row: FromClause) -> Sequence[ColumnElement[bool]]:
        whole = (row.c.execution_id == text, row.c.message_sid == text)
        written = orjson.dumps(text).decode()[1:-1]  # as the parameters are stored
        return [or_(*whole, _holds(row.c.parameters, written), *_of_numbers(row, text))]

    return _search(select(table).where(table.c.from_number.is_not(None)), keys, terms, size=size)


def audit(size: int, cursor: str, search: AuditSearch) -> ListQuery:
    """Return the query for audit entries, from a time and entry number onward."""
    table = schema.audit
    keys = (table.c.at, table.c.entry_id)

    def terms(row: FromClause) -> Sequence[ColumnElement[bool]]:
        wanted = (
            (row.c.location, search.location),
            (row.c.user_name, search.user),
            (row.c.command_or_status, search.kind),
        )
        return [_holds(column, text) for column, text in wanted if text]

    return _search(select(table).where(*_bounds(keys, cursor, search)), keys, terms, size=size)


def alarm_events(size: int, cursor: str, search: AlarmSearch) -> ListQuery:
    """Return the query for events of alarms, from a time and event number onward."""
    table = schema.events
    keys = (table.c.observed_at, table.c.seq)

    def terms(row: FromClause) -> Sequence[ColumnElement[bool]]:
        found = [row.c.name.in_(search.names)] if search.names else []
        return found if search.asset_ids is None else [*found, row.c.asset_id.in_(search.asset_ids)]

    rows = select(table).where(schema.OF_ALARMS, *_bounds(keys, cursor, search))
    return _search(rows, keys, terms, size=size)


def alarm_counts(since: datetime, until: datetime) -> Sequence[Any]:
    """Return the queries that count the alarms raised: per ten minutes, and per asset."""
    table = schema.events
    raised: list[Any] = [schema.OF_ALARMS, table.c.name == "AlarmRaised", *_within(table.c.observed_at, since, until)]
    slot = type_coerce(table.c.observed_at, BigInteger) // TEN_MINUTES
    count = func.count().label("raised")
    by_time = select(slot.label("slot"), count).where(*raised).group_by("slot")
    by_asset = select(table.c.asset_id, count).where(*raised).group_by(table.c.asset_id)
    return by_time, by_asset


def _search(query: Select[Any], keys: Sequence[ColumnElement[Any]], terms: Terms, *, size: int) -> ListQuery:
    newest = _newest(query, keys)
    names = tuple(str(key.key) for key in keys)
    looked_at = newest.limit(MAX_SCANNED).subquery()
    wanted = terms(looked_at)
    if not wanted:
        return ListQuery(names, newest.limit(size + 1), None)
    places = [looked_at.c[name] for name in names]
    rows = _newest(select(looked_at).where(*wanted), places).limit(size + 1)
    return ListQuery(names, rows, newest.with_only_columns(*keys).offset(MAX_SCANNED - 1).limit(1))


def _newest(query: Select[Any], keys: Sequence[ColumnElement[Any]]) -> Select[Any]:
    return query.order_by(*(key.desc() for key in keys))


def _within(column: Column[Any], since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    return [*([column >= since] if since else []), *([column < until] if until else [])]


def _bounds(
    keys: tuple[Column[Any], Column[Any]], cursor: str, search: MessageSearch | AuditSearch | AlarmSearch
) -> list[ColumnElement[bool]]:
    """Return the conditions of rows within the period of a search and after a cursor: a time and an id."""
    time, number = keys
    within = _within(time, search.since, search.until)
    if not cursor:
        return within
    moment, _, last = cursor.partition("~")
    place = (schema.moment(int(moment)), number.type.python_type(last))
    values = (literal(value, key.type) for key, value in zip(keys, place, strict=True))
    return [*within, tuple_(*keys) < tuple_(*values)]


def _of_numbers(row: FromClause, text: str) -> list[ColumnElement[bool]]:
    """Return the conditions that one of the two numbers equals or contains the text."""
    plain, columns = text.translate(_BETWEEN_DIGITS), (row.c.from_number, row.c.to_number)
    if _NUMBER.fullmatch(plain):
        return [column.contains(plain, autoescape=True) for column in columns]
    return [and_(column.not_like("+%"), _holds(column, text)) for column in columns]


def _holds(column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that a column contains a text, ignoring case.

    For an ASCII text, the databases' own ``upper`` is sufficient. SQLite's handles only ASCII, but is twice as fast as
    ours (``lower``, in ``engines``); PostgreSQL's is also twice as fast as its ``ILIKE``.
    """
    if text.isascii():
        return func.upper(column).contains(text.upper(), autoescape=True)
    return column.icontains(text, autoescape=True)
