"""Exports: the exact text of the built-in tables, the platform's spelling, and round trips through import."""

import json
from pathlib import Path

import pytest

from driver.tables.csv_file import read_csv
from driver.tables.errors import TableError
from driver.tables.exports import export_csv, export_rows, sheet_of_rows, template
from driver.tables.models import Contents, TableKind
from driver.tables.plan import Mode, plan
from driver.tables.schemas import SCHEMAS
from support.tables import CONTEXT, PROJECT, imported

AS_EXPORTED = Path(__file__).parent / "tables_as_exported"

#: The columns listed in the platform's documentation, in its order and with its misspellings.
DOCUMENTED = {
    TableKind.STATUS: [
        "TableId", "TableDescription", "Status.Color", "Status.SelectedColor", "Status.SelectedTextColor",
        "Status.TextColor", "Status.Flash", "Status.FlashColor", "Status.FlashTextColor", "Status.IsAlarm",
        "Status.AlarmIsAutoReset", "Status.AcknowledgedStatusState.Value", "Status.IconAppearance",
    ],
    TableKind.COMMAND: [
        "TableId", "TableDescription", "Command.Action.Description", "Commnand.Action.Value", "Command.RetainCommandUI",
        "Command.IsDisabledInMultiSelect", "Command.HideInCommandBar", "Command.ExecutionOptions",
        "Command.IsConfirmationRequired", "Command.CommandID", "Command.Name",
    ],
}  # fmt: skip


@pytest.mark.parametrize("kind", list(TableKind))
def test_the_built_in_tables_export_exactly_so(kind: TableKind) -> None:
    expected = (AS_EXPORTED / f"{kind.value}.csv").read_text(encoding="utf-8")
    assert export_csv(SCHEMAS[kind], PROJECT[kind], mark=False).replace("\r\n", "\n") == expected


@pytest.mark.parametrize("kind", list(TableKind))
def test_an_export_starts_with_a_mark_and_ends_lines_as_windows_does(kind: TableKind) -> None:
    text = export_csv(SCHEMAS[kind], PROJECT[kind])
    assert text.startswith("\ufeff")
    assert text.count("\r\n") == text.count("\n") == 1 + len(PROJECT[kind].rows)


@pytest.mark.parametrize("kind", list(DOCUMENTED))
def test_the_platforms_columns_stand_in_its_order_and_in_its_spelling_on_demand(kind: TableKind) -> None:
    header = read_csv(template(SCHEMAS[kind], platform_spelling=True).encode()).columns
    assert [name for name in header if name in DOCUMENTED[kind]] == DOCUMENTED[kind]
    documented = {column.misspelled or column.name for column in SCHEMAS[kind].columns if column.documented}
    assert documented == set(DOCUMENTED[kind]) - {"TableId"}


def test_the_misspelled_column_is_written_correctly_unless_asked_for() -> None:
    assert "Command.Action.Value" in export_csv(SCHEMAS[TableKind.COMMAND], PROJECT.command)
    assert "Commnand" not in export_csv(SCHEMAS[TableKind.COMMAND], PROJECT.command)
    literal = export_csv(SCHEMAS[TableKind.COMMAND], PROJECT.command, platform_spelling=True)
    assert read_csv(literal.encode()).records[0].cells["Commnand.Action.Value"] == "1"
    assert "Command.Action.Value" not in literal


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("kind", list(TableKind))
@pytest.mark.parametrize("style", ["plain", "platform_spelling", "for_excel", "json"])
def test_an_export_imports_without_a_change(kind: TableKind, mode: Mode, style: str) -> None:
    form, contents = SCHEMAS[kind], PROJECT[kind]
    if style == "json":
        sheet = sheet_of_rows(json.loads(json.dumps(export_rows(form, contents))))
    else:
        options = {} if style == "plain" else {style: True}
        sheet = read_csv(export_csv(form, contents, **options).encode())
    done = plan(form, PROJECT, sheet, mode=mode, context=CONTEXT)
    assert (done.changes, done.unchanged) == ((), len(contents.rows))
    assert done.after == PROJECT
    assert [str(warning) for warning in done.warnings] == []


def test_for_excel_phone_numbers_carry_an_apostrophe_and_else_not() -> None:
    form = SCHEMAS[TableKind.ASSET]
    assert ",'+12015550101,'+12015550100," in export_csv(form, PROJECT.asset, for_excel=True)
    assert ",+12015550101,+12015550100," in export_csv(form, PROJECT.asset)


@pytest.mark.parametrize("kind", list(TableKind))
def test_a_template_is_the_header_alone(kind: TableKind) -> None:
    assert read_csv(template(SCHEMAS[kind]).encode()).records == ()


def test_json_has_its_own_types() -> None:
    row = export_rows(SCHEMAS[TableKind.STATUS], PROJECT.status)[1]
    assert (row["TableId"], row["Status.Priority"], row["Status.IsAlarm"]) == ("default", 2, True)
    assert row["Status.State.Value"] == "4"
    assert SCHEMAS[TableKind.STATUS].header(PROJECT.status) == tuple(row)
    assert "TableId" not in SCHEMAS[TableKind.ASSET].header(Contents())


def test_unknown_columns_come_back() -> None:
    done = imported("asset", "AssetId,Site,Floor\nguard-desk,North,3\n")
    text = export_csv(SCHEMAS[TableKind.ASSET], done.after.asset, mark=False)
    header, system, phone = text.splitlines()
    assert header.endswith(",Site,Floor")
    assert system.endswith(",,")
    assert phone.endswith(",North,3")


def test_null_is_an_empty_cell_and_numbers_need_no_quotes() -> None:
    sheet = sheet_of_rows([{"AssetId": 7, "Caption": None, "SingleNoteMode": True}])
    assert dict(sheet.records[0].cells) == {"AssetId": "7", "Caption": "", "SingleNoteMode": "TRUE"}


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ({"AssetId": "a"}, "expected a list of rows"),
        ("AssetId", "expected a list of rows"),
        (None, "expected a list of rows"),
        ([1], "line 2 = '1': expected an object"),
        ([{"AssetId": "a"}, {"AssetId": ["b"]}], "line 3, AssetId: expected text, a whole number"),
        ([{"AssetId": 1.5}], "expected text, a whole number"),
        ([{"AssetId": "x" * 10_001}], "at most 10,000 characters"),
    ],
)
def test_rows_as_json_are_refused_with_their_place(rows: object, says: str) -> None:
    with pytest.raises(TableError) as refused:
        sheet_of_rows(rows)
    assert says in str(refused.value)
