"""Typed rows: cells are parsed by the platform's column names, and rows of earlier databases are still readable."""

import json
import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from driver.domain.commands import AssetType, Command
from driver.domain.status_table import State
from driver.tables.column_types import color
from driver.tables.models import CommandTableRow, StatusTableRow, TableKind
from driver.tables.persistence import dump, load
from driver.tables.schemas import SCHEMAS
from support.tables import CONTEXT, PROJECT

#: Written before rows were typed, by imports into the project of these tests.
AS_PERSISTED = Path(__file__).parent / "tables_as_persisted"


def persisted(kind: TableKind) -> str:
    return (AS_PERSISTED / f"{kind.value}.json").read_text(encoding="utf-8")


def test_a_row_reads_cells_by_the_platforms_column_names() -> None:
    row = StatusTableRow.model_validate(
        {"TableId": "night", "Status.State.Description": "fault; normal", "Status.Color": "Red", "Status.Flash": "true"}
    )
    assert (row.states, row.color, row.flash) == (frozenset({State.FAULT, State.NORMAL}), "#FFFF0000", True)
    assert (row.priority, row.acknowledged_state, row.icon) == (None, None, "Default")


def test_a_row_refuses_a_cell_that_its_column_cannot_hold() -> None:
    with pytest.raises(ValidationError, match="expected one of Send Message, Mask"):
        CommandTableRow.model_validate({"Command.Action.Description": "Explode"})


@pytest.mark.parametrize("kind", list(TableKind))
def test_what_was_persisted_before_is_read_whole_and_written_alike(kind: TableKind) -> None:
    schema, base = SCHEMAS[kind], CONTEXT.base[kind]
    contents = load(schema, persisted(kind), base, pinned=CONTEXT.pinned)
    assert len(contents.rows) > len(base.rows) == len(PROJECT[kind].rows)
    assert json.loads(dump(schema, contents, base)) == json.loads(persisted(kind))


def test_persisted_values_are_typed_again() -> None:
    project = PROJECT
    for kind, schema in SCHEMAS.items():
        project = project.having(kind, load(schema, persisted(kind), CONTEXT.base[kind], pinned={}))
    (status,) = project.status.of("night")
    assert (status.states, status.priority, status.latch) == (frozenset({State.NO_COMMUNICATION}), 2, True)
    assert status.extras == {"Site": "N"}
    (command,) = project.command.of("short")
    assert (command.action, command.command_id, command.asset_type) == (Command.MASK, 0, None)
    assert [(row.asset_id, row.asset_type, row.logging_description) for row in project.asset.rows] == [
        ("twilio", AssetType.SYSTEM, ""), ("guard-desk", AssetType.PHONE, "North"), ("b", AssetType.PHONE, "Gate"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"format": 2, "rows": []}', "written by another version of the driver (format 2)"),
        ('{"format": 1, "extraColumns": []}', "not in the driver's format: rows: Field required"),
        (
            '{"format":1,"rows":[{"cells":{"AssetId":"a b"},"extras":[],"configured":true}],"extraColumns":[]}',
            "expected at most 100 letters, digits, dots, hyphens or underscores, starting with a letter or digit",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(says)}$"):
        load(SCHEMAS[TableKind.ASSET], text, CONTEXT.base.asset, pinned={})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LightGoldenrodYellow", "#FFFAFAD2"),
        ("dark slate grey", "#FF2F4F4F"),
        ("Fuchsia", "#FFFF00FF"),
        ("transparent", "#00FFFFFF"),
    ],
)
def test_colors_have_the_names_of_dotnet(name: str, value: str) -> None:
    assert color(name) == value


@pytest.mark.parametrize("name", ["RebeccaPurple", "#12345", "#GGGGGG", "rgb(1,2,3)", "0xFF0000"])
def test_what_is_no_color_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="expected a color: #RRGGBB, #AARRGGBB, or a name such as Red"):
        color(name)
