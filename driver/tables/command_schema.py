"""Command tables: the tables every driver starts with, and what must hold in each.

A command table says which buttons an operator gets and how they behave. It takes no command away from programs.
"""

from collections.abc import Iterable, Mapping

from driver.domain.commands import ASSET_COMMANDS, AssetType, Command
from driver.tables.column_types import BY_ACTION_NUMBER
from driver.tables.errors import Finding
from driver.tables.models import EXECUTE_LOCAL, AssetRow, CommandTableRow, Contents, ImportContext, Project
from driver.tables.references import check_uses

#: The table of an asset that has none assigned, by its type.
DEFAULT_TABLE_IDS: Mapping[AssetType, str] = {
    AssetType.PHONE: "default-phone",
    AssetType.SYSTEM: "default-system",
}


def built_in() -> Contents[CommandTableRow]:
    """Return the tables of assets that have no other: all commands of their type."""
    return Contents(
        tuple(
            CommandTableRow(
                table_id=table_id,
                table=f"Default {asset_type}",
                asset_type=asset_type,
                action=action,
                command_id=number,
                retain=action is Command.SEND_MESSAGE,
            ).completed()
            for asset_type, table_id in DEFAULT_TABLE_IDS.items()
            for number, action in enumerate(ASSET_COMMANDS[asset_type], start=1)
        )
    )


def check(project: Project, _context: ImportContext) -> Iterable[Finding]:
    """Find what is wrong with the command tables of a project, and what is worth a warning."""
    for row in project.command.rows:
        yield from _check_row(row)
    yield from check_uses(project.command, project.asset, command_table_of)


def command_table_of(asset: AssetRow) -> str:
    """Return the id of the command table that an asset's buttons come from."""
    return asset.command_table or DEFAULT_TABLE_IDS[asset.asset_type]


def _check_row(row: CommandTableRow) -> Iterable[Finding]:
    if not row.action:
        message = f"a command needs an action: {BY_ACTION_NUMBER.description}"
        yield Finding(row.table_id, row.command_id, "action", message)
    elif row.asset_type and row.action not in ASSET_COMMANDS[row.asset_type]:
        message = f"assets of type {row.asset_type} have no command {row.action}"
        yield Finding(row.table_id, row.command_id, "action", message)
    if row.execution != EXECUTE_LOCAL:
        message = f"the driver keeps the value but executes as {EXECUTE_LOCAL}"
        yield Finding(row.table_id, row.command_id, "execution", message, warning=True)
