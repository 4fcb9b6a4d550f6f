"""Database tables. Times are microseconds since 1970 in UTC: sortable, exact, and the same in both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Dialect, Index, Integer, MetaData, Table, Text, TypeDecorator, text

from driver.domain import commands

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(value: datetime) -> int:
    """Return a time as the number that is stored."""
    return (value - EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """Return the time of a stored number."""
    return EPOCH + timedelta(microseconds=value)


class Moment(TypeDecorator[datetime]):
    """A timezone-aware time, stored as an integer."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Return the number to store for a time."""
        return None if value is None else micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time of a stored number."""
        return None if value is None else moment(int(value))


def _texts(*names: str) -> list[Column[str]]:
    """Return columns of text that is never absent."""
    return [Column(name, Text, nullable=False) for name in names]


metadata = MetaData()

_Serial = BigInteger().with_variant(Integer, "sqlite")

#: Executions that failed and were not requeued. It contains literal values, for an index that covers only these rows.
DEAD = text(f"state IN {tuple(map(str, commands.DEAD))} AND result <> '{commands.REQUEUED}'")

#: Unfinished executions, likewise. The migration limits PostgreSQL's indexes, whose dialect is not imported here.
OPEN = text(f"state IN {tuple(str(state) for state in commands.ExecutionState if not state.final)}")

executions = Table(
    "executions",
    metadata,
    Column("execution_id", Text, primary_key=True),
    Column("command_id", Text, unique=True),
    *_texts("asset_id", "scope", "command", "parameters", "user", "workstation", "state"),
    Column("created_at", Moment, nullable=False),
    Column("finished_at", Moment),
    *_texts("result", "reason", "message_sid"),
    Column("attempts", Text, nullable=False, server_default="[]"),
    # The following columns are used for outbound messages, and are NULL for every other command.
    Column("from_number", Text),
    Column("to_number", Text),
    Column("due_at", Moment),
    Column("position", BigInteger),
    Column("expires_at", Moment),
    Column("first_at", Moment),
    Column("in_doubt", Integer),
    Column("lookups", Integer),
    Column("severity", Integer),
    Index("executions_open", "position", sqlite_where=OPEN),
    Index("dead_letters", "execution_id", sqlite_where=DEAD),
    Index("executions_by_time", "created_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("sid", Text, primary_key=True),
    *_texts("direction", "from_number", "to_number", "body", "status"),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    *_texts("execution_id", "asset_id"),
    Column("error_code", Integer),
    Column("segments", Integer),
    Column("media", Text, nullable=False),
    Index("messages_by_time", "created_at", "sid"),
    Index("messages_by_status", "direction", "status", "created_at"),
    Index("messages_from", "from_number", "created_at", "sid"),
    Index("messages_to", "to_number", "created_at", "sid"),
)

#: ``term`` and ``beat`` identify the transaction that last wrote a row, so that other drivers find the changes.
assets = Table(
    "assets",
    metadata,
    Column("asset_id", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("term", BigInteger, nullable=False, server_default="0"),
    Column("beat", BigInteger, nullable=False, server_default="0"),
)

#: Events of alarms. An index covers them; a query uses it only if it states the same condition.
OF_ALARMS = text("name LIKE 'Alarm%'")

events = Table(
    "events",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("event_id", Text, nullable=False, unique=True),
    *_texts("asset_id", "item_id", "item_type", "name", "parameters", "initial"),
    Column("occurred_at", Moment, nullable=False),
    Column("observed_at", Moment, nullable=False),
    Index("events_by_time", "observed_at"),
    # Covers only alarms, by its migration; stating that here would import the dialects of both databases.
    Index("events_of_alarms", "observed_at", "seq"),
)

audit = Table(
    "audit",
    metadata,
    Column("entry_id", _Serial, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    *_texts("device_type", "command_or_status", "action", "computer", "user_name", "location"),
    Index("audit_by_time", "at", "entry_id"),
)

marks = Table("marks", metadata, Column("name", Text, primary_key=True), Column("value", Text, nullable=False))

leadership = Table(
    "leadership",
    metadata,
    Column("leader_id", Integer, primary_key=True, autoincrement=False),
    Column("term", BigInteger, nullable=False),
    Column("beat", BigInteger, nullable=False),
    *_texts("session", "address"),
    Column("lapse_ms", Integer, nullable=False),
    Column("version", Text, nullable=False, server_default=""),
)

terms = Table(
    "terms",
    metadata,
    Column("term", BigInteger, primary_key=True, autoincrement=False),
    Column("history_id", Text, nullable=False),
    Column("first_seq", BigInteger, nullable=False),
    Column("set_back", Integer, nullable=False),
    Column("closed", Integer, nullable=False),
)

#: Requests that standbys took for the active driver; ``term`` is that of the driver executing the request, if any.
requests = Table(
    "requests",
    metadata,
    Column("request_id", Text, primary_key=True),
    *_texts("kind", "content"),
    Column("taken_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger),
    Column("term", BigInteger),
    Column("answer", Text),
)
