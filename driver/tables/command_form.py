"""Command tables as files: their columns, the tables every driver starts with, and what must hold in each table.

A command table says which buttons an operator gets and how they behave. It takes no command away from programs.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from driver.domain.commands import ASSET_COMMANDS, AssetType, Command
from driver.tables.cells import ACTION, ACTION_NAME, ACTION_NUMBERS, ASSET_TYPE, COMMAND_ID, FLAG, TEXT
from driver.tables.contents import Column, Contents, Finding, Form, Project, Row, Surroundings, TableKind
from driver.tables.uses import use_findings

#: The table of an asset that has none assigned, by its type.
DEFAULT_TABLE_IDS: Mapping[AssetType, str] = {
    AssetType.PHONE: "default-phone",
    AssetType.SYSTEM: "default-system",
}

EXECUTE_LOCAL = "ExecuteLocal"

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
    Column("Command.Action.Description", "action", ACTION_NAME, "Name of the action."),
    Column(
        "Command.Action.Value",
        "action",
        ACTION,
        "The same as a number. Either column will do. The platform's documentation spells the column "
        "`Commnand.Action.Value`; both spellings are read.",
        misspelt="Commnand.Action.Value",
    ),
    Column("Command.RetainCommandUI", "retain", FLAG, "Whether the command panel stays open after the command.", False),
    Column(
        "Command.IsDisabledInMultiSelect",
        "single_only",
        FLAG,
        "Whether the command is disabled while several assets are selected.",
        False,
    ),
    Column("Command.HideInCommandBar", "hidden", FLAG, "Whether the command is not shown.", False),
    Column(
        "Command.ExecutionOptions",
        "execution",
        TEXT,
        "How the command is executed. Other values are kept.",
        EXECUTE_LOCAL,
    ),
    Column("Command.IsConfirmationRequired", "confirm", FLAG, "Whether the operator is asked to confirm.", False),
    Column("Command.CommandID", "command_id", COMMAND_ID, "Unique in its table; the buttons stand in this order."),
    Column("Command.Name", "name", TEXT, "Name on the button; empty: the action."),
)


def built_in() -> Contents:
    """Return the tables of assets that have no other: all commands of their type."""
    rows = []
    for asset_type, table_id in DEFAULT_TABLE_IDS.items():
        for number, action in enumerate(ASSET_COMMANDS[asset_type], start=1):
            given = {
                "table": f"Default {asset_type.value}",
                "asset_type": asset_type,
                "action": action,
                "command_id": number,
                "retain": action is Command.SEND_MESSAGE,
                "single_only": False,
            }
            rows.append(Row(table_id, _complete({column.field: column.default for column in COLUMNS} | given)))
    return Contents(tuple(rows))


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    if values["action"]:
        values["name"] = values["name"] or values["action"].value
    values["execution"] = values["execution"] or EXECUTE_LOCAL
    return values


def _check(project: Project, _surroundings: Surroundings) -> Iterable[Finding]:
    for row in project.command.rows:
        yield from _row_findings(row)
    yield from use_findings(project.command, project.asset, _table_of)


def _row_findings(row: Row) -> Iterable[Finding]:
    action, asset_type, key = row.values["action"], row.values["asset_type"], row.values["command_id"]
    if not action:
        known = ", ".join(f"{number} {command}" for command, number in ACTION_NUMBERS.items())
        yield Finding(row.table_id, key, "action", f"a command needs an action: {known}")
    elif asset_type and action not in ASSET_COMMANDS[asset_type]:
        yield Finding(row.table_id, key, "action", f"assets of type {asset_type.value} have no command {action.value}")
    if row.values["execution"] != EXECUTE_LOCAL:
        yield Finding(
            row.table_id, key, "execution", f"the driver keeps the value but executes as {EXECUTE_LOCAL}", warning=True
        )


def _table_of(asset: Row) -> str:
    return asset.values["command_table"] or DEFAULT_TABLE_IDS[asset.values["asset_type"]]


FORM = Form(TableKind.COMMAND, "a command", "command_id", COLUMNS, _complete, _check)
