"""Asset rows: their construction in code, and the checks across assets."""

from collections.abc import Iterable
from typing import Any

from driver.config.phones import TEXTS_ITSELF, texts_itself
from driver.domain.commands import AssetType
from driver.domain.phone_numbers import is_messaging_service
from driver.tables.errors import Finding
from driver.tables.models import AssetRow, ImportContext, Project
from driver.tables.references import check_assigned, types_of

#: What rows are copied from: a site may have ten thousand, and a copy takes less than half the time of a new row.
_EMPTY = {asset_type: AssetRow.model_construct(set(), asset_type=asset_type) for asset_type in AssetType}


def asset_row(asset_id: str, asset_type: AssetType, **given: Any) -> AssetRow:
    """Return a complete asset row with defaults for omitted fields; the values are not validated."""
    caption = given.get("caption") or asset_id
    return _EMPTY[asset_type].model_copy(update={**given, "asset_id": asset_id, "caption": caption})


def check(project: Project, context: ImportContext) -> Iterable[Finding]:
    """Check the assets of a project; yield errors and warnings."""
    status, command = types_of(project.status), types_of(project.command)
    pairs: dict[tuple[str, str], str] = {}
    folded: dict[str, str] = {}
    for row in project.asset.rows:
        yield from _check_type(row, context.system_id)
        yield from _check_numbers(row, context)
        yield from check_assigned(row, "status_table", "status table", table_id=row.status_table, types=status)
        yield from check_assigned(row, "command_table", "command table", table_id=row.command_table, types=command)
        yield from _check_pair(row, pairs, context)
        other = folded.setdefault(row.asset_id.lower(), row.asset_id)
        if other != row.asset_id:
            message = f"{other!r} and {row.asset_id!r} differ only in capitalization; people will confuse them"
            yield Finding("", row.asset_id, "asset_id", message, warning=True, other=other)


def _check_type(row: AssetRow, system_id: str) -> Iterable[Finding]:
    if row.asset_type is AssetType.SYSTEM and row.asset_id != system_id:
        yield Finding("", row.asset_id, "asset_type", f"the only System is {system_id!r}; expected Phone")
    if row.asset_type is AssetType.PHONE and row.asset_id == system_id:
        yield Finding("", row.asset_id, "asset_type", "this is the system itself; expected System")


def _check_numbers(row: AssetRow, context: ImportContext) -> Iterable[Finding]:
    for field in ("external_phone_number", "twilio_phone_number"):
        number: str = getattr(row, field)
        if row.asset_type is AssetType.SYSTEM:
            if number:
                yield Finding("", row.asset_id, field, "the System has no phone number; leave this cell empty")
        elif not number:
            message = "without this number, the phone is shown as No Communication"
            yield Finding("", row.asset_id, field, message, warning=True)
        elif not is_messaging_service(number) and (wrong := context.possible(number)):
            yield Finding("", row.asset_id, field, wrong)


def _check_pair(row: AssetRow, pairs: dict[tuple[str, str], str], context: ImportContext) -> Iterable[Finding]:
    if not row.external_phone_number or not row.twilio_phone_number:
        return
    if texts_itself(row.external_phone_number, row.twilio_phone_number):
        message = f"the phone {row.asset_id!r} {TEXTS_ITSELF}"
        yield Finding("", row.asset_id, "external_phone_number", message)
    other = pairs.setdefault((row.external_phone_number, row.twilio_phone_number), row.asset_id)
    if other != row.asset_id:
        allowed = context.same_numbers
        why = "a message from this person is an event of both" if allowed else "receive.same_numbers forbids this"
        message = f"{other!r} and {row.asset_id!r} have the same two numbers; {why}"
        yield Finding("", row.asset_id, "external_phone_number", message, warning=allowed, other=other)
