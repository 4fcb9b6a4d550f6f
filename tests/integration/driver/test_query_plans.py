"""The cost of a list, a filter, a start or a cleanup does not grow with the tables: no query scans or sorts them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from driver.ports.store import AlarmSearch, AuditSearch, MessageSearch
from driver.store import SqlStore, retention
from driver.store.store import remember
from harness.driver.open_store import open_store

#: The tables that grow as long as the driver runs.
GROWING = ("events", "messages", "executions", "audit")
#: Indexes that contain only the requested rows.
SMALL_INDEXES = ("dead_letters", "executions_open")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
CURSORS = {
    "messages": "1767225600000000~SM1",
    "executions": "e1",
    "audit": "1767225600000000~5",
    "alarms": "1767225600000000~5",
}


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    async with open_store(url) as store:
        yield store


@contextmanager
def explained(connection: Connection) -> Iterator[list[tuple[str, str]]]:
    """Collect each query of the connection with the database's plan for it."""
    plans: list[tuple[str, str]] = []

    def explain(conn: Connection, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if statement.startswith(("SELECT", "DELETE")):
            ask = "EXPLAIN QUERY PLAN " if conn.dialect.name == "sqlite" else "EXPLAIN "
            rows = conn.exec_driver_sql(ask + statement, parameters).all()
            plans.append((statement, "\n".join(str(row[-1]) for row in rows)))

    event.listen(connection, "before_cursor_execute", explain)
    try:
        yield plans
    finally:
        event.remove(connection, "before_cursor_execute", explain)


def assert_flat(plans: list[tuple[str, str]]) -> None:
    assert plans
    for statement, plan in plans:
        lines = [line.strip().removeprefix("->").strip() for line in plan.splitlines()]
        scans = [line for line in lines if line.startswith(tuple(f"Seq Scan on {table} " for table in GROWING))]
        if "WHERE" in statement:  # without a condition, the first rows of any index are the requested ones
            found = [line for line in lines if line.startswith(tuple(f"SCAN {table}" for table in GROWING))]
            scans += [line for line in found if not line.endswith(SMALL_INDEXES)]
        assert not scans, f"{statement}\n{plan}"
        assert "TEMP B-TREE" not in plan, f"{statement}\n{plan}"
        assert "Sort Key" not in plan, f"{statement}\n{plan}"


def prefer_indexes(connection: Connection) -> None:
    """Make PostgreSQL use an index wherever one fits, although its tables are empty here."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET enable_seqscan = off"))
        connection.execute(text("SET enable_sort = off"))
        connection.execute(text("SET enable_bitmapscan = off"))


async def plans_of(store: SqlStore, monkeypatch: pytest.MonkeyPatch, *questions: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    do = store.database.do

    async def explaining(work: Any, **options: Any) -> Any:
        def watched(connection: Connection) -> Any:
            prefer_indexes(connection)
            with explained(connection) as plans:
                result = work(connection)
            found.extend(plans)
            return result

        return await do(watched, **options)

    monkeypatch.setattr(store.database, "do", explaining)
    for question in questions:
        await question()
    return found


async def test_no_list_scans_a_table_that_grows(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    plans = await plans_of(
        store,
        monkeypatch,
        *(lambda cursor=cursor: store.messages(50, cursor) for cursor in ("", CURSORS["messages"])),
        *(lambda cursor=cursor: store.executions(50, cursor) for cursor in ("", CURSORS["executions"])),
        *(lambda cursor=cursor: store.executions(50, cursor, dead=True) for cursor in ("", CURSORS["executions"])),
        *(lambda cursor=cursor: store.audit(50, cursor) for cursor in ("", CURSORS["audit"])),
        lambda: store.events_after(5, 50),
        lambda: store.events_since(5, 50),
        lambda: store.execution("e1"),
        lambda: store.execution_of("c1"),
        lambda: store.message("SM1"),
        lambda: store.known_messages(["SM1", "SM2"]),
        lambda: store.has_older(NOW),
    )
    assert len(plans) >= 15
    assert_flat(plans)


async def test_no_search_reads_more_than_its_share(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conditions without an index are checked on a limited number of rows, which are read in an index's order."""
    plans = await plans_of(
        store,
        monkeypatch,
        *(
            lambda cursor=cursor, wanted=wanted: store.messages(50, cursor, wanted)
            for cursor in ("", CURSORS["messages"])
            for wanted in (MessageSearch(since=NOW), MessageSearch(until=NOW), MessageSearch(text="fire"))
        ),
        *(
            lambda wanted=wanted: store.audit(50, "", wanted)
            for wanted in (AuditSearch(since=NOW), AuditSearch(user="ann"))
        ),
        *(
            lambda wanted=wanted: store.alarm_events(50, CURSORS["alarms"], wanted)
            for wanted in (AlarmSearch(), AlarmSearch(since=NOW), AlarmSearch(names=("AlarmRaised",)))
        ),
    )
    assert len(plans) >= 11
    for statement, plan in plans:
        read = plan.replace("SCAN anon", "SCAN (part)")
        assert "Seq Scan on" not in read, f"{statement}\n{plan}"
        assert not [line for line in read.splitlines() if line.strip() in {f"SCAN {table}" for table in GROWING}]


async def test_the_start_scans_no_table_that_grows(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def start() -> None:
        await store.database.do(lambda connection: remember(connection, NOW))

    plans = await plans_of(store, monkeypatch, start)
    assert_flat(plans)


async def test_retention_scans_no_table(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    async def forget() -> None:
        await store.database.do(
            lambda connection: [connection.execute(deletion) for deletion in retention.deletions(NOW, 200)]
        )

    assert_flat(await plans_of(store, monkeypatch, forget))


def test_a_scan_is_noticed() -> None:
    for plan in (
        "SCAN messages",
        "SCAN executions USING INDEX executions_by_time",
        "Limit\n  ->  Seq Scan on messages  (cost=1..2)",
        "SEARCH messages USING INDEX x\nUSE TEMP B-TREE FOR ORDER BY",
        "Sort\n  Sort Key: messages.created_at",
    ):
        with pytest.raises(AssertionError):
            assert_flat([("SELECT x WHERE y", plan)])
    assert_flat(
        [("SELECT x LIMIT 1", "SCAN messages USING INDEX messages_by_time"), ("SELECT x WHERE y", "SCAN assets")]
    )
