"""Assets as a file: their columns, and what must hold among them. The platform's own columns are not documented."""

from collections.abc import Iterable
from typing import Any

from driver.config.models import TEXTS_ITSELF, texts_itself
from driver.domain.commands import AssetType
from driver.domain.phone_numbers import is_messaging_service
from driver.tables.cells import ASSET_TYPE, FLAG, IDENTIFIER, PHONE, SENDER, TEXT
from driver.tables.contents import Column, Finding, Form, Project, Row, Surroundings, TableKind

COLUMNS = (
    Column(
        "AssetId",
        "asset_id",
        IDENTIFIER,
        "Unique, for ever: events, alarms and the audit name the asset by it.",
        documented=False,
    ),
    Column(
        "AssetType",
        "asset_type",
        ASSET_TYPE,
        "Empty: Phone. There is one System, and it cannot be added.",
        AssetType.PHONE,
        documented=False,
    ),
    Column("Caption", "caption", TEXT, "Name shown; empty: the AssetId.", documented=False),
    Column(
        "LoggingDescription",
        "logging_description",
        TEXT,
        "Location in alarms and in the audit; empty: the caption.",
        documented=False,
    ),
    Column("StatusTableId", "status_table", IDENTIFIER, "Status table; empty: the built-in one.", documented=False),
    Column(
        "CommandTableId",
        "command_table",
        IDENTIFIER,
        "Command table; empty: the built-in one of the asset's type.",
        documented=False,
    ),
    Column("ExternalPhoneNumber", "external_phone_number", PHONE, "The person's number.", documented=False),
    Column(
        "TwilioPhoneNumber",
        "twilio_phone_number",
        SENDER,
        "The number texts leave from and answers come to.",
        documented=False,
    ),
    Column(
        "SingleNoteMode",
        "single_note",
        FLAG,
        "Whether the asset keeps one note instead of a list.",
        False,
        documented=False,
    ),
)

#: Columns that hold phone numbers.
NUMBER_COLUMNS = ("ExternalPhoneNumber", "TwilioPhoneNumber")
_NUMBER_FIELDS = ("external_phone_number", "twilio_phone_number")


def asset_row(asset_id: str, asset_type: AssetType, **given: Any) -> Row:
    """Return the row of an asset with defaults for what is not given."""
    values = {column.field: column.default for column in COLUMNS} | given
    return Row("", _complete(values | {"asset_id": asset_id, "asset_type": asset_type}))


def _complete(values: dict[str, Any]) -> dict[str, Any]:
    values["asset_type"] = values["asset_type"] or AssetType.PHONE
    values["caption"] = values["caption"] or values["asset_id"]
    return values


def _check(project: Project, surroundings: Surroundings) -> Iterable[Finding]:
    status = {row.table_id: row.values["asset_type"] for row in project.status.rows}
    command = {row.table_id: row.values["asset_type"] for row in project.command.rows}
    pairs: dict[tuple[str, str], str] = {}
    folded: dict[str, str] = {}
    for row in project.asset.rows:
        yield from _type_findings(row, surroundings.system_id)
        yield from _number_findings(row, surroundings)
        yield from _table_findings(row, "status_table", "status table", status)
        yield from _table_findings(row, "command_table", "command table", command)
        yield from _pair_findings(row, pairs, surroundings)
        asset_id = row.values["asset_id"]
        other = folded.setdefault(asset_id.lower(), asset_id)
        if other != asset_id:
            yield Finding(
                "",
                asset_id,
                "asset_id",
                f"{other!r} and {asset_id!r} differ only in capitals; people will mix them up",
                warning=True,
                other=other,
            )


def _type_findings(row: Row, system_id: str) -> Iterable[Finding]:
    asset_id, asset_type = row.values["asset_id"], row.values["asset_type"]
    if asset_type is AssetType.SYSTEM and asset_id != system_id:
        yield Finding("", asset_id, "asset_type", f"the only System is {system_id!r}; expected Phone")
    if asset_type is AssetType.PHONE and asset_id == system_id:
        yield Finding("", asset_id, "asset_type", "this is the system itself; expected System")


def _number_findings(row: Row, surroundings: Surroundings) -> Iterable[Finding]:
    asset_id = row.values["asset_id"]
    for name in _NUMBER_FIELDS:
        number = row.values[name]
        if row.values["asset_type"] is AssetType.SYSTEM:
            if number:
                yield Finding("", asset_id, name, "the System has no phone number; leave it empty")
        elif not number:
            yield Finding(
                "", asset_id, name, "without this number the phone is shown as No Communication", warning=True
            )
        elif not is_messaging_service(number) and (wrong := surroundings.possible(number)):
            yield Finding("", asset_id, name, wrong)


def _table_findings(row: Row, name: str, noun: str, types: dict[str, Any]) -> Iterable[Finding]:
    used, kind, asset_id = row.values[name], row.values["asset_type"], row.values["asset_id"]
    if not used:
        return
    if used not in types:
        yield Finding("", asset_id, name, f"there is no {noun} {used!r}; there are {', '.join(types)}")
    elif types[used] not in ("", kind):
        yield Finding("", asset_id, name, f"the {noun} {used!r} is for assets of type {types[used].value}")


def _pair_findings(row: Row, pairs: dict[tuple[str, str], str], surroundings: Surroundings) -> Iterable[Finding]:
    external, twilio = (row.values[name] for name in _NUMBER_FIELDS)
    if not external or not twilio:
        return
    asset_id = row.values["asset_id"]
    if texts_itself(external, twilio):
        yield Finding("", asset_id, "external_phone_number", f"the phone {asset_id!r} {TEXTS_ITSELF}")
    other = pairs.setdefault((external, twilio), asset_id)
    if other != asset_id:
        yield Finding(
            "",
            asset_id,
            "external_phone_number",
            f"{other!r} and {asset_id!r} have the same two numbers; "
            + (
                "a text from this person is an event of both"
                if surroundings.same_numbers
                else "receive.same_numbers forbids that"
            ),
            warning=surroundings.same_numbers,
            other=other,
        )


FORM = Form(TableKind.ASSET, "an asset", "asset_id", COLUMNS, _complete, _check, tabled=False)
