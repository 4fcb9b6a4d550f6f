"""The three kinds of tables by name, and what is there before anything was imported."""

from collections.abc import Mapping

from driver.domain.commands import AssetType
from driver.tables import asset_form, command_form, status_form
from driver.tables.contents import Contents, Form, Project, Row, TableKind

FORMS: Mapping[TableKind, Form] = {
    TableKind.STATUS: status_form.FORM,
    TableKind.COMMAND: command_form.FORM,
    TableKind.ASSET: asset_form.FORM,
}


def initial(system_id: str, caption: str, phones: tuple[Row, ...] = (), *, latch: bool = False) -> Project:
    """Return the built-in tables, the system and the phones of the configuration file.

    ``latch`` is whether the built-in status table latches its alarms.
    """
    system = asset_form.asset_row(system_id, AssetType.SYSTEM, caption=caption)
    return Project(status_form.built_in(latch=latch), command_form.built_in(), Contents((system, *phones)))
