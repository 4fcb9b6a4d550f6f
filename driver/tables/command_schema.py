"""Command tables: the built-in tables and the checks of every table.

A command table defines which buttons an operator gets and how they behave. It does not restrict programs.
"""

from collections.abc import Iterable, Mapping

from driver.domain.commands import ASSET_COMMANDS, AssetType, Command
from driver.tables.column_types import BY_ACTION_NUMBER
from driver.tables.errors import Finding
from driver.tables.models import EXECUTE_LOCAL, AssetRow, CommandTableRow, Contents, ImportContext, Project
from driver.tables.references import check_uses

#: The table of an asset without an assigned table, by asset type.
DEFAULT_TABLE_IDS: Mapping[AssetType, str] = {AssetType.PHONE: "default-phone", AssetType.SYSTEM: "default-system"}


def built_in() -> Contents[CommandTableRow]:
    """Return the default table of each asset type, with all commands of that type."""
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
    """Check the command tables of a project; yield errors and warnings."""
    for row in project.command.rows:
        yield from _check_row(row)
    yield from check_uses(project.command, project.asset, command_table_of)


def command_table_of(asset: AssetRow) -> str:
    """Return the id of the command table that defines an asset's buttons."""
    return asset.command_table or DEFAULT_TABLE_IDS[asset.asset_type]


def _check_row(row: CommandTableRow) -> Iterable[Finding]:
    if not row.action:
        message = f"a command needs an action: {BY_ACTION_NUMBER.description}"
        yield Finding(row.table_id, row.command_id, "action", message)
    elif row.asset_type and row.action not in ASSET_COMMANDS[row.asset_type]:
        message = f"assets of type {row.asset_type} have no command {row.action}"
        yield Finding(row.table_id, row.command_id, "action", message)
    if row.execution != EXECUTE_LOCAL:
        message = f"the driver keeps this value, but executes the command as {EXECUTE_LOCAL}"
        yield Finding(row.table_id, row.command_id, "execution", message, warning=True)
