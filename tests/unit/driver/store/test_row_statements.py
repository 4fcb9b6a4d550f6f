"""Writing rows: new ones, changed ones, and more than fit in one batch."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, func, insert, select

from driver.store import row_statements, schema
from driver.store.row_statements import PART, RowStatements

AT = datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)


def message(number: int, **changes: Any) -> dict[str, Any]:
    empty = {column.name: None for column in schema.messages.columns}
    needed = dict.fromkeys(("direction", "from_number", "to_number", "body", "execution_id", "asset_id", "media"), "")
    moments = {"created_at": AT + timedelta(seconds=number), "updated_at": AT}
    return {**empty, **needed, **moments, "sid": f"SM{number}", "status": "sent", **changes}


@pytest.fixture
def connection() -> Any:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        schema.metadata.create_all(connection)
        yield connection
    engine.dispose()


def same(row: dict[str, Any]) -> dict[str, Any]:
    return row


def test_rows_are_read_as_sqlalchemy_itself_would_have_written_them(connection: Connection) -> None:
    written, by_sqlalchemy = message(1), message(2, error_code=30003, created_at=AT)
    RowStatements("sqlite").write(connection, schema.messages, [written], row=same, replace=True)
    connection.execute(insert(schema.messages), [by_sqlalchemy])

    found = connection.execute(select(schema.messages).order_by(schema.messages.c.sid)).mappings()
    assert list(map(dict, found)) == [written, by_sqlalchemy]


def test_a_row_takes_the_place_of_the_one_with_its_key(connection: Connection) -> None:
    statements = RowStatements("sqlite")
    for status in ("sent", "delivered"):
        statements.write(connection, schema.messages, [message(1, status=status), message(2)], row=same, replace=True)

    assert list(connection.scalars(select(schema.messages.c.status))) == ["delivered", "sent"]


def test_an_absent_moment_stays_absent(connection: Connection) -> None:
    row: dict[str, Any] = {c.name: None if c.nullable else "" for c in schema.executions.columns}
    RowStatements("sqlite").write(connection, schema.executions, [{**row, "created_at": AT}], row=same, replace=True)

    assert connection.execute(select(schema.executions.c.created_at, schema.executions.c.due_at)).all() == [(AT, None)]


def test_many_rows_are_made_and_written_in_parts(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    execute = row_statements._RowStatement.execute

    def counted(self: Any, connection: Connection, rows: Any) -> None:
        sizes.append(len(rows))
        execute(self, connection, rows)

    monkeypatch.setattr(row_statements._RowStatement, "execute", counted)
    statements = RowStatements("sqlite")
    statements.write(connection, schema.messages, range(PART + 1), row=message)
    statements.write(connection, schema.messages, [], row=message)

    assert sizes == [PART, 1]
    assert connection.scalar(select(func.count()).select_from(schema.messages)) == PART + 1
