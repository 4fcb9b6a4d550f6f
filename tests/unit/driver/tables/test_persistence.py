"""What survives a restart in tables, and how it combines with a configuration file that has changed in between."""

import json
from typing import Any

import pytest

from driver.config.models import DriverConfig
from driver.errors import StartError
from driver.services.tables import Tables, mark
from driver.tables.csv_file import read_csv
from driver.tables.models import TableKind
from driver.tables.plan import Mode, plan
from driver.tables.schemas import SCHEMAS

PHONE = {"id": "guard", "caption": "Guard", "external_phone_number": "+12015550101"}


def config(*phones: dict[str, Any], **sections: Any) -> DriverConfig:
    return DriverConfig.model_validate(
        {"twilio": {"account_sid": "AC" + "0" * 32, "auth_token": "x"}, "phones": phones, **sections}
    )


class Remembering:
    """Tables, and the marks that a store would keep for them."""

    def __init__(self, *phones: dict[str, Any]) -> None:
        self.marks: dict[str, str] = {}
        self.tables = Tables(config(*phones), self.marks)

    def imports(self, kind: TableKind, text: str, mode: Mode = Mode.UPDATE) -> None:
        made = plan(SCHEMAS[kind], self.tables.project, read_csv(text.encode()), mode=mode, context=self.tables.context)
        self.marks[mark(kind)] = self.tables.remembered_as(kind, made.after)
        self.tables.apply(kind, made.after)

    def restarted(self, *phones: dict[str, Any], **sections: Any) -> Tables:
        return Tables(config(*phones, **sections), self.marks)


def captions(tables: Tables) -> dict[str, str]:
    return {phone.id: phone.caption for phone in tables.phones}


def test_everything_imported_is_there_again() -> None:
    before = Remembering(PHONE)
    before.imports(
        TableKind.STATUS,
        "TableId,TableDescription,Status.State.Value,Status.IsAlarm,Status.AlarmIsAutoReset,Site\n"
        ",Night,4,TRUE,TRUE,N\n,Night,3;4,,,\n",
    )
    before.imports(TableKind.COMMAND, "TableId,Command.CommandID,Command.Name\ndefault-phone,1,Text\n")
    before.imports(
        TableKind.ASSET, "AssetId,StatusTableId,ExternalPhoneNumber\nb,night,+12015550102\nguard,night,+12015550101\n"
    )
    after = before.restarted(PHONE)
    assert after.project == before.tables.project
    assert [after.version(kind) for kind in TableKind] == [before.tables.version(kind) for kind in TableKind]
    assert after.rules_of("b").table.rows[0].latch
    assert after.rules_of("guard").table.table_id == "night"


def test_nothing_imported_is_nothing_but_built_in_and_configured() -> None:
    tables = Tables(config(PHONE), {})
    assert captions(tables) == {"guard": "Guard"}
    assert tables.phones[0].external_phone_number == "+12015550101"
    assert tables.rules_of("guard").table.table_id == "default"
    assert tables.rules_of("nobody").table.table_id == "default"
    assert tables.command_table_of("guard") == tables.command_table_of("nobody") == "default-phone"
    assert tables.command_table_of("twilio") == "default-system"
    assert tables.system.caption == "Twilio SMS"


def test_the_configuration_files_values_win_over_what_was_remembered() -> None:
    before = Remembering(PHONE)
    before.imports(TableKind.ASSET, "AssetId,TwilioPhoneNumber,LoggingDescription\nguard,+12015550100,North\n")
    moved = before.restarted(PHONE | {"caption": "Gate", "logging_description": "South"})
    (phone,) = moved.phones
    assert (phone.caption, phone.logging_description, phone.twilio_phone_number) == ("Gate", "South", "+12015550100")


def test_a_phone_that_leaves_the_configuration_file_is_gone_although_an_import_named_it() -> None:
    before = Remembering(PHONE)
    before.imports(TableKind.ASSET, "AssetId,LoggingDescription,ExternalPhoneNumber\nguard,North,+12015550101\nb,,\n")
    assert captions(before.restarted()) == {"b": "b"}


def test_an_imported_phone_may_move_into_the_configuration_file() -> None:
    before = Remembering()
    before.imports(
        TableKind.ASSET, "AssetId,Caption,ExternalPhoneNumber,TwilioPhoneNumber\nguard,G,+12015550102,+12015550100\n"
    )
    (phone,) = before.restarted(PHONE).phones
    assert (phone.caption, phone.external_phone_number) == ("Guard", "+12015550101")
    assert phone.twilio_phone_number == "+12015550100"


def test_an_untouched_built_in_table_follows_the_configuration() -> None:
    before = Remembering(PHONE)
    before.imports(TableKind.STATUS, "TableId,TableDescription,Status.State.Value\n,Night,4\n")
    after = before.restarted(PHONE, states={"latch": True})
    assert [row.status for row in after.rules_of("guard").table.rows if row.latch] == ["No Communication", "Fault"]


def test_an_edited_built_in_table_stays_as_it_was_edited() -> None:
    before = Remembering(PHONE)
    before.imports(TableKind.STATUS, "TableId,Status.State.Value,Status.Priority\ndefault,3,1\ndefault,2,3\n")
    after = before.restarted(PHONE, states={"latch": True})
    assert not any(row.latch for row in after.rules_of("guard").table.rows)


def test_the_system_keeps_its_imported_caption_unless_the_file_has_one() -> None:
    before = Remembering()
    before.imports(TableKind.ASSET, "AssetId,AssetType,Caption\ntwilio,System,Texting\n")
    assert before.restarted().system.caption == "Texting"
    assert before.restarted(system={"caption": "SMS"}).system.caption == "SMS"


def test_versions_change_with_the_contents_and_only_theirs() -> None:
    tables = Remembering(PHONE)
    before = {kind: tables.tables.version(kind) for kind in TableKind}
    tables.imports(TableKind.COMMAND, "TableId,Command.CommandID,Command.Name\ndefault-phone,1,Text\n")
    changed = {kind for kind in TableKind if tables.tables.version(kind) != before[kind]}
    assert changed == {TableKind.COMMAND}


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", "null", json.dumps({"format": 2, "rows": []}), '{"format": 1, "rows": [{}], "extraColumns": []}',
     '{"format": 1, "rows": [{"cells": {"AssetId": "a b"}, "extras": [], "configured": false}], "extraColumns": []}'],
)  # fmt: skip
def test_what_cannot_be_understood_stops_the_start_instead_of_losing_tables(text: str) -> None:
    with pytest.raises(StartError, match="the asset tables in the database cannot be read"):
        Tables(config(), {mark(TableKind.ASSET): text})
