"""Status tables as files: their columns, the table every driver starts with, and what must hold in each table."""

from collections.abc import Iterable, Mapping
from typing import Any

from driver.domain.asset import ALARMING
from driver.domain.status_table import State, StatusRow, StatusTable, default_table
from driver.tables.cells import ASSET_TYPE, COLOUR, FLAG, PRIORITY, STATE, STATE_NAMES, STATES, TEXT
from driver.tables.contents import Column, Contents, Finding, Form, Project, Row, Surroundings, TableKind
from driver.tables.uses import use_findings

DEFAULT_TABLE_ID = default_table().table_id

COLUMNS = (
    Column("TableDescription", "table", TEXT, "Name of the table.", shared=True),
    Column(
        "AssetType",
        "asset_type",
        ASSET_TYPE,
        "Type of the assets that can use the table; empty for all.",
        shared=True,
        documented=False,
    ),
    Column(
        "CaptionBlinksTrueAlarm",
        "caption_blinks",
        FLAG,
        "Whether the caption blinks to show the true alarmed state of an asset that shows another status.",
        False,
        shared=True,
        documented=False,
    ),
    Column("Status.Description", "description", TEXT, "Name shown; empty: the names of the states.", documented=False),
    Column(
        "Status.State.Description",
        "states",
        STATE_NAMES,
        "The states that must all be active. One is enough; several make a multistate row.",
        documented=False,
    ),
    Column("Status.State.Value", "states", STATES, "The same as numbers. Either column will do.", documented=False),
    Column(
        "Status.Priority",
        "priority",
        PRIORITY,
        "Of several rows that match, the smallest priority is shown. Empty: as in the built-in table.",
        documented=False,
    ),
    Column("Status.Color", "color", COLOUR, "Colour of the icon."),
    Column("Status.SelectedColor", "selected_color", COLOUR, "Colour of the border when the asset is selected."),
    Column("Status.SelectedTextColor", "selected_text_color", COLOUR, "Colour of the caption when selected."),
    Column("Status.TextColor", "text_color", COLOUR, "Colour of the caption."),
    Column("Status.Flash", "flash", FLAG, "Whether the colours flash.", False),
    Column("Status.FlashColor", "flash_color", COLOUR, "The colour the icon flashes in."),
    Column("Status.FlashTextColor", "flash_text_color", COLOUR, "The colour the caption flashes in."),
    Column("Status.IsAlarm", "alarm", FLAG, "Whether the status is bound to an alarm.", False),
    Column(
        "Status.AlarmIsAutoReset",
        "latch",
        FLAG,
        "`TRUE` means that the alarm is **latched**: it stays until Acknowledge and Reset. The name says the opposite; "
        "the platform's documentation of the column says this, and so it is taken.",
        False,
    ),
    Column("Status.AlarmType", "alarm_type", TEXT, "Alarm type; empty: the name of the state.", documented=False),
    Column(
        "Status.AcknowledgedStatusState.Value",
        "acknowledged_state",
        STATE,
        "The state an alarm counts as once it is acknowledged: always 0.",
    ),
    Column(
        "Status.IconAppearance", "icon", TEXT, "How the icon appears. Values other than `Default` are kept.", "Default"
    ),
)

_PRIORITIES = {row.states: row.priority for row in default_table().rows}
_COLOURS = {
    State.NORMAL: "#FF2E7D32",
    State.MASKED: "#FF3F51B5",
    State.FAULT: "#FFC62828",
    State.ACKNOWLEDGED: "#FFB26A00",
    State.NO_COMMUNICATION: "#FF616161",
}
_WHITE = "#FFFFFFFF"


def built_in(*, latch: bool = False) -> Contents:
    """Return the table every asset has until another is assigned."""
    table = default_table(latch=latch)
    return Contents(tuple(_row(table.table_id, table.description, row) for row in table.rows))


def status_tables(contents: Contents) -> Mapping[str, StatusTable]:
    """Return the tables as the rules of the domain take them, by id."""
    return {
        table_id: StatusTable(table_id, rows[0].values["table"], tuple(_status_row(row.values) for row in rows))
        for table_id in contents.table_ids()
        for rows in [contents.of(table_id)]
    }


def _status_row(values: Mapping[str, Any]) -> StatusRow:
    return StatusRow(
        values["description"],
        values["states"],
        values["priority"],
        values["alarm"],
        values["latch"],
        values["alarm_type"],
    )


def _row(table_id: str, table: str, row: StatusRow) -> Row:
    (state,) = row.states
    given = {
        "table": table,
        "asset_type": "",
        "caption_blinks": True,
        "description": row.status,
        "states": row.states,
        "priority": row.priority,
        "color": _COLOURS[state],
        "selected_color": _COLOURS[state],
        "alarm": row.alarm,
        "latch": row.latch,
        "alarm_type": row.alarm_type,
        "flash": row.alarm,
        "flash_color": _WHITE if row.alarm else "",
    }
    return Row(table_id, _complete({column.field: column.default for column in COLUMNS} | given))


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    states: frozenset[State] = values["states"]
    names = STATE_NAMES.write(states).replace(";", " + ")
    values["description"] = values["description"] or names
    if values["priority"] == "":
        values["priority"] = _PRIORITIES.get(states) or min(_PRIORITIES[frozenset({state})] for state in states)
    if values["alarm"]:
        values["alarm_type"] = values["alarm_type"] or names
        values["acknowledged_state"] = values["acknowledged_state"] or State.ACKNOWLEDGED
    values["icon"] = values["icon"] or "Default"
    return values


def _check(project: Project, _surroundings: Surroundings) -> Iterable[Finding]:
    for table_id in project.status.table_ids():
        rows = project.status.of(table_id)
        yield from _table_findings(table_id, rows)
        for row in rows:
            yield from _row_findings(row)
    yield from use_findings(project.status, project.asset, _table_of)


def _table_findings(table_id: str, rows: tuple[Row, ...]) -> Iterable[Finding]:
    no_communication = frozenset({State.NO_COMMUNICATION})
    if all(row.values["states"] != no_communication for row in rows):
        yield Finding(
            table_id,
            None,
            "states",
            f"the table {table_id!r} has no row for No Communication; every status table must contain it",
        )
    seen: dict[int, Row] = {}
    for row in rows:
        first = seen.setdefault(row.values["priority"], row)
        if first is not row:
            yield Finding(
                table_id,
                row.values["states"],
                "priority",
                f"{first.values['description']!r} and {row.values['description']!r} have the same priority; if both "
                "match, the one with more states is shown, then the upper one",
                warning=True,
                other=first.values["states"],
            )


def _row_findings(row: Row) -> Iterable[Finding]:
    values, key = row.values, row.values["states"]
    if values["alarm"] and (len(key) != 1 or not key <= set(ALARMING)):
        names = " and ".join(sorted(state.value for state in ALARMING))
        yield Finding(row.table_id, key, "alarm", f"only rows of the single states {names} can be bound to an alarm")
    if values["latch"] and not values["alarm"]:
        yield Finding(
            row.table_id,
            key,
            "latch",
            "without Status.IsAlarm there is nothing to latch; this has no effect",
            warning=True,
        )
    if values["acknowledged_state"] not in ("", State.ACKNOWLEDGED):
        yield Finding(
            row.table_id, key, "acknowledged_state", "an acknowledged alarm always counts as Acknowledged; expected 0"
        )
    if values["flash"] and not values["flash_color"] and not values["flash_text_color"]:
        yield Finding(
            row.table_id,
            key,
            "flash",
            "there is no colour to flash in; set Status.FlashColor or Status.FlashTextColor",
            warning=True,
        )


def _table_of(asset: Row) -> str:
    return asset.values["status_table"] or DEFAULT_TABLE_ID


FORM = Form(TableKind.STATUS, "a status", "states", COLUMNS, _complete, _check)
