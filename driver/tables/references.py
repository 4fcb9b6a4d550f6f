"""References from assets to tables: no asset may name a table it cannot use, and no table in use may be removed."""

from collections.abc import Callable, Iterable, Mapping

from driver.domain.commands import AssetType
from driver.tables.errors import Finding
from driver.tables.models import AssetRow, AssignableRow, Contents


def types_of(tables: Contents[AssignableRow]) -> Mapping[str, AssetType | None]:
    """Return the type of the assets that can use a table, by its id; None stands for all."""
    return {row.table_id: row.asset_type for row in tables.rows}


def check_uses(
    tables: Contents[AssignableRow], assets: Contents[AssetRow], used_by: Callable[[AssetRow], str]
) -> Iterable[Finding]:
    """Find tables in use that would be missing or unsuitable; each is reported once, with the first asset using it.

    ``used_by`` returns the id of the table an asset uses.
    """
    types = types_of(tables)
    gone: dict[str, list[str]] = {}
    unfit: dict[str, list[str]] = {}
    for asset in assets.rows:
        used = used_by(asset)
        if used not in types:
            gone.setdefault(used, []).append(asset.asset_id)
        elif types[used] not in (None, asset.asset_type):
            unfit.setdefault(used, []).append(asset.asset_id)
    for table_id, users in gone.items():
        yield Finding(table_id, None, "", f"the table {table_id!r} would be removed, but {_named(users)} it")
    for table_id, users in unfit.items():
        message = f"the table would be for assets of type {types[table_id]}, but {_named(users)} it"
        yield Finding(table_id, None, "asset_type", message)


def check_assigned(
    asset: AssetRow, field: str, noun: str, *, table_id: str, types: Mapping[str, AssetType | None]
) -> Iterable[Finding]:
    """Check that the table assigned to an asset exists and is for assets of its type."""
    if table_id and table_id not in types:
        yield Finding("", asset.asset_id, field, f"unknown {noun} {table_id!r}; the tables are {', '.join(types)}")
    elif table_id and types[table_id] not in (None, asset.asset_type):
        message = f"the {noun} {table_id!r} is for assets of type {types[table_id]}"
        yield Finding("", asset.asset_id, field, message)


def _named(users: list[str]) -> str:
    others = len(users) - 1
    if not others:
        return f"the asset {users[0]!r} uses"
    return f"the asset {users[0]!r} and {others} other{'s' if others > 1 else ''} use"
