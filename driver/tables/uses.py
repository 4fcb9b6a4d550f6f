"""Which assets use which table: a table in use may not vanish, nor be turned over to assets of another type."""

from collections.abc import Callable, Iterable

from driver.domain.commands import AssetType
from driver.tables.contents import Contents, Finding, Row


def use_findings(tables: Contents, assets: Contents, used_by: Callable[[Row], str]) -> Iterable[Finding]:
    """Tell of tables that assets use and that would be gone or not fit, once a table, naming the first asset.

    ``used_by`` returns the id of the table an asset uses.
    """
    types = {row.table_id: row.values["asset_type"] for row in tables.rows}
    gone: dict[str, list[str]] = {}
    unfit: dict[str, list[str]] = {}
    for asset in assets.rows:
        used = used_by(asset)
        if used not in types:
            gone.setdefault(used, []).append(asset.values["asset_id"])
        elif types[used] not in ("", asset.values["asset_type"]):
            unfit.setdefault(used, []).append(asset.values["asset_id"])
    for table_id, users in gone.items():
        yield Finding(table_id, None, "", f"the table {table_id!r} would be gone, but {_named(users)} it")
    for table_id, users in unfit.items():
        wanted = AssetType(types[table_id]).value
        yield Finding(
            table_id, None, "asset_type", f"the table would be for assets of type {wanted}, but {_named(users)} it"
        )


def _named(users: list[str]) -> str:
    others = len(users) - 1
    if not others:
        return f"the asset {users[0]!r} uses"
    return f"the asset {users[0]!r} and {others} other{'s' if others > 1 else ''} use"
