"""Tables are imported as a whole, with an audit entry, on top of the configuration."""

from collections.abc import Sequence
from typing import Any

import pytest

from driver.config.models import DriverConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset_changes import Operator
from driver.domain.events import TABLES_CHANGED
from driver.errors import StartError, StoreUnavailableError, TableChangedError
from driver.services.table_imports import TableImports
from driver.services.tables import Tables, mark
from driver.tables.csv_file import read_csv
from driver.tables.errors import TableError
from driver.tables.models import TableKind
from driver.tables.plan import Mode
from harness.driver.configuration import basis
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import ServicesRig

ALICE, HEADER = Operator("alice", workstation="desk 7"), "AssetId,Caption,ExternalPhoneNumber,TwilioPhoneNumber"
ASSET = TableKind.ASSET
PHONE = {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS}
TWIN = f"{HEADER}\nb,B,{GUARD},{OURS}\n"


def config(*phones: dict[str, Any], **sections: Any) -> DriverConfig:
    account = {"account_sid": "AC" + "a" * 32, "auth_token": "b" * 32, "base_url": "http://127.0.0.1:1"}
    return DriverConfig.model_validate({**basis(account, "sqlite:///none.db", list(phones or (PHONE,))), **sections})


class Imports:
    """Imports on in-memory services, and what the other parts received."""

    def __init__(self, tables: Tables) -> None:
        self.here, self.tables = ServicesRig(), tables
        self.handed: list[list[str]] = []
        self.imports = TableImports(tables, self.here.store, self.here.assets, reconfigure=self._reconfigure)

    async def _reconfigure(self, _system: object, phones: Sequence[PhoneConfig], _rules: object) -> None:
        self.handed.append([phone.id for phone in phones])

    async def apply(self, rows: str, by: Operator = ALICE, version: str = "", mode: Mode = Mode.UPDATE) -> str:
        done = await self.imports.apply(ASSET, read_csv(rows.encode()), mode, by=by, version=version)
        assert done.plan.after[ASSET].rows == self.tables.project[ASSET].rows
        return done.version


async def test_an_import_is_one_commit_with_its_event_and_its_audit_line() -> None:
    rig = Imports(Tables(config(), {}))
    before = rig.tables.version(ASSET)
    after = await rig.apply(f"{HEADER}\nb,B,{GATE},{OURS}\nc,C,{GATE},{OURS}\n")
    assert after == rig.tables.version(ASSET) != before
    assert len(rig.here.memory.commits) == 1
    (line,) = rig.here.memory.audit_lines
    assert (line.command_or_status, line.computer, line.user_name) == ("Assets", "desk 7", "alice")
    assert line.action == "Imported: 2 added"
    (event,) = rig.here.memory.named(TABLES_CHANGED)
    assert event == {
        "asset": "twilio",
        "Table": "asset",
        "User": "alice",
        "Added": 2,
        "Changed": 0,
        "Removed": 0,
    }
    assert rig.handed == [["guard", "b", "c"]]
    assert rig.here.memory.marks == {mark(ASSET): rig.tables.remembered_as(ASSET, rig.tables.project)}
    again = Tables(config(), rig.here.memory.marks)
    assert [(phone.id, phone.caption) for phone in again.phones] == [("guard", "Guard"), ("b", "B"), ("c", "C")]
    assert again.version(ASSET) == after
    await rig.apply(f"{HEADER}\nb,Back,{GATE},{OURS}\nd,D,{GATE},{OURS}\n")
    assert rig.here.memory.named(TABLES_CHANGED)[-1] == event | {"Added": 1, "Changed": 1}
    assert rig.here.memory.audit_lines[-1].action == "Imported: 1 added, 1 changed"


async def test_nothing_new_is_no_import_and_nobody_is_anonymous() -> None:
    rig = Imports(Tables(config(), {}))
    await rig.apply(f"{HEADER}\nguard,Guard,{GUARD},{OURS}\n")
    assert (rig.here.memory.commits, rig.handed) == ([], [])
    await rig.apply(f"{HEADER}\nb,B,{GATE},{OURS}\n", Operator(""))
    assert rig.here.memory.audit_lines[0].user_name == "anonymous"
    assert rig.here.memory.audit_lines[0].action == "Imported: 1 added"


async def test_whoever_saw_an_older_table_is_refused() -> None:
    rig = Imports(Tables(config(), {}))
    seen = rig.tables.version(ASSET)
    rows = f"{HEADER}\nb,B,{GATE},{OURS}\n"
    assert await rig.apply(rows, version=seen) != seen
    with pytest.raises(TableChangedError, match="the asset tables have changed meanwhile; review the difference"):
        await rig.apply(rows, version=seen)


async def test_what_cannot_be_remembered_has_not_happened() -> None:
    rig = Imports(Tables(config(), {}))
    seen = rig.tables.version(ASSET)
    rig.here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await rig.apply(f"{HEADER}\nb,B,{GATE},{OURS}\n")
    assert (rig.tables.version(ASSET), rig.handed) == (seen, [])


async def test_two_phones_with_the_same_numbers_are_taken_where_the_site_allows_them() -> None:
    rig = Imports(Tables(config(receive={"same_numbers": "allow"}), {}))
    await rig.apply(TWIN)
    marks = rig.here.memory.marks
    assert len(Tables(config(receive={"same_numbers": "allow"}), marks).phones) == 2
    with pytest.raises(StartError) as refusal:
        Tables(config(receive={"same_numbers": "reject"}), marks)
    assert str(refusal.value) == (
        "the phones 'guard' and 'b' have the same two numbers, which receive.same_numbers = \"reject\" forbids"
    )


async def test_two_phones_with_the_same_numbers_are_refused_elsewhere() -> None:
    with pytest.raises(TableError, match="same"):
        await Imports(Tables(config(receive={"same_numbers": "reject"}), {})).apply(TWIN)


async def test_what_the_configuration_says_of_the_system_no_import_changes() -> None:
    said = {"id": "twilio", "caption": "Texts", "logging_description": "All texts"}
    rig = Imports(Tables(config(system=said), {}))
    assert (rig.tables.system.caption, rig.tables.system.logging_description) == ("Texts", "All texts")
    with pytest.raises(TableError, match="the configuration file sets this to 'All texts'; change it there"):
        await rig.apply("AssetId,LoggingDescription\ntwilio,Others\n")


def test_versions_are_short_and_a_project_has_a_fingerprint_of_them_all() -> None:
    tables = Tables(config(), {})
    assert {len(tables.version(kind)) for kind in TableKind} == {16}
    assert len(tables.project_hash()) == 16
    assert tables.project_hash() == Tables(config(), {}).project_hash()
    other = Tables(config(PHONE | {"caption": "Front"}), {})
    assert other.project_hash() != tables.project_hash()


async def test_another_configuration_is_applied_beside_what_was_imported() -> None:
    rig = Imports(Tables(config(), {}))
    await rig.apply(f"{HEADER}\nb,B,{GATE},{OURS}\n")
    reloaded: list[DriverConfig] = []
    changed = config(PHONE | {"caption": "Front"})
    await rig.imports.reload(changed, reloaded.append)
    assert reloaded == [changed]
    assert [(phone.id, phone.caption) for phone in rig.tables.phones] == [("guard", "Front"), ("b", "B")]
    assert rig.handed == [["guard", "b"], ["guard", "b"]]


async def test_a_number_that_cannot_be_is_refused() -> None:
    with pytest.raises(TableError, match="that is possible in its country"):
        await Imports(Tables(config(), {})).apply(f"{HEADER}\nb,B,+1201555019,{OURS}\n")


async def test_a_phone_that_would_text_itself_with_what_was_imported_is_no_start() -> None:
    rig = Imports(Tables(config({"id": "guard", "external_phone_number": GUARD}), {}))
    await rig.apply(f"AssetId,TwilioPhoneNumber\nguard,{OURS}\n")
    itself = config({"id": "guard", "external_phone_number": OURS})
    with pytest.raises(
        StartError, match="with the imported assets, the phone 'guard' has the same external_phone_number"
    ):
        Tables(itself, rig.here.memory.marks)
