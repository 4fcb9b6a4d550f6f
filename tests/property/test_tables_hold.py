"""Whatever a file contains, it is refused as a whole, or its import keeps every guarantee of the tables."""

import contextlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from driver.domain.status_table import State
from driver.tables.csv_file import Sheet, read_csv, write_csv
from driver.tables.errors import TableError
from driver.tables.exports import export_csv, export_rows, sheet_of_rows
from driver.tables.models import Project, TableKind
from driver.tables.persistence import dump, load
from driver.tables.plan import Mode, Plan, plan
from driver.tables.schemas import SCHEMAS
from driver.tables.status_schema import status_tables
from support.tables import CONTEXT, PROJECT

pytestmark = pytest.mark.long

KINDS = st.sampled_from(list(TableKind))
MODES = st.sampled_from(list(Mode))
#: Cells that are often valid, cells that are almost valid, and cells that never are.
CELLS = st.one_of(
    st.sampled_from(
        ["", "default", "default-phone", "night", "TRUE", "FALSE", "0", "1", "2", "3", "4", "3;4", "4;1", "Fault",
         "No Communication", "Red", "#123456", "Phone", "System", "twilio", "guard-desk", "b", "c", "Send Message",
         "Mask", "+12015550102", "'+12015550103", "12015550101", "1.2E+10", "ExecuteLocal", "Default", "-1", "=1+1"]
    ),
    st.text(max_size=12),
)  # fmt: skip


#: Valid cells by field.
FITTING = {
    "table_id": ["default", "default-phone", "default-system", ""],
    "table": ["Night"],
    "asset_type": ["", "Phone"],
    "states": ["3", "4", "1", "2", "0", "3;4"],
    "priority": ["", "1", "7"],
    "alarm": ["FALSE", ""],
    "action": ["Mask", "Reset"],
    "command_id": ["1", "2", "3", "9"],
    "acknowledged_state": ["0", ""],
    "asset_id": ["b", "c", "d"],
    "status_table": ["", "default"],
    "command_table": ["", "default-phone"],
    "external_phone_number": ["+12015550102", ""],
    "twilio_phone_number": ["+12015550100", ""],
}
FLAGS = ("caption_blinks", "flash", "latch", "retain", "single_only", "hidden", "confirm", "single_note")
COLORED = ("color", "selected_color", "selected_text_color", "text_color", "flash_color", "flash_text_color")


def cells(field: str) -> st.SearchStrategy[str]:
    """Return cells that are mostly valid for a field."""
    fitting = FITTING.get(field) or (
        ["TRUE", "FALSE"] if field in FLAGS else ["Red", "#123456", ""] if field in COLORED else ["x", ""]
    )
    return st.integers(0, 19).flatmap(lambda n: CELLS if n == 0 else st.sampled_from(fitting))


@st.composite
def sheets(draw: st.DrawFn, kind: TableKind) -> str:
    """Return a CSV file with some of a kind's columns and sometimes an unknown one."""
    form = SCHEMAS[kind]
    fields = {"TableId": "table_id"} if form.has_table_ids else {}
    key = form.key_columns()[-1]
    fields[key.name] = key.field
    chosen = draw(st.lists(st.sampled_from(form.columns), max_size=5))
    fields |= {column.name: column.field for column in chosen if column.field != key.field and not column.misspelled}
    if draw(st.booleans()):
        fields["Site"] = "site"
    rows = draw(st.lists(st.fixed_dictionaries({name: cells(field) for name, field in fields.items()}), max_size=4))
    return write_csv(list(fields), rows)


def read(make: Callable[[], Sheet]) -> Sheet | None:
    with contextlib.suppress(TableError):
        return make()
    return None


def tried(kind: TableKind, sheet: Sheet | None, mode: Mode, project: Project = PROJECT) -> Plan | None:
    """Return what an import would do, or None if it is refused; no other outcome is allowed."""
    if sheet is None:
        return None
    try:
        return plan(SCHEMAS[kind], project, sheet, mode=mode, context=CONTEXT)
    except TableError as exc:
        refused = exc
    assert refused.problems
    assert all(problem.message and str(problem) for problem in (*refused.problems, *refused.warnings))
    return None


@given(st.binary(max_size=300), KINDS, MODES)
def test_any_bytes_are_read_or_refused(data: bytes, kind: TableKind, mode: Mode) -> None:
    tried(kind, read(lambda: read_csv(data)), mode)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=8), below, max_size=3),
    max_leaves=12,
)


@given(JSON, KINDS)
def test_any_json_is_read_or_refused(answer: Any, kind: TableKind) -> None:
    tried(kind, read(lambda: sheet_of_rows(answer)), Mode.UPDATE)


@settings(max_examples=300)
@given(st.data(), KINDS, MODES)
def test_whatever_is_taken_keeps_every_promise(data: st.DataObject, kind: TableKind, mode: Mode) -> None:
    made = tried(kind, read(lambda: read_csv(data.draw(sheets(kind)).encode())), mode)
    event("refused" if made is None else f"{len(made.changes)} changes")
    if made is None:
        return
    form, after = SCHEMAS[kind], made.after
    for table in status_tables(after.status).values():
        assert any(row.states == {State.NO_COMMUNICATION} for row in table.rows)
    for asset in after.asset.rows:
        assert asset.status_table in ("", *after.status.table_ids())
        assert asset.command_table in ("", *after.command.table_ids())
    keys = [form.key_of(row) for row in after[kind].rows]
    assert len(set(keys)) == len(keys)
    assert len(made.changes) + made.unchanged >= len(after[kind].rows)
    assert {"twilio", "guard-desk"} <= {row.asset_id for row in after.asset.rows}
    if mode is Mode.UPDATE:
        assert {form.key_of(row) for row in PROJECT[kind].rows} <= set(keys), "an import never deletes"
    for other in TableKind:
        if other is not kind:
            assert after[other] == PROJECT[other]
    again_csv = tried(kind, read_csv(export_csv(form, after[kind]).encode()), Mode.REPLACE, after)
    again_json = tried(kind, sheet_of_rows(export_rows(form, after[kind])), Mode.REPLACE, after)
    for again in (again_csv, again_json):
        assert again is not None
        assert [str(change) for change in again.changes] == []
        assert again.after[kind].rows == after[kind].rows
    kept = CONTEXT.base[kind]
    assert load(form, dump(form, after[kind], kept), kept, pinned=CONTEXT.pinned) == after[kind]
