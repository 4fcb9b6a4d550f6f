"""Importing assets: numbers mangled by spreadsheets, fields set by the configuration file, references to tables."""

from dataclasses import replace

import pytest

from driver.tables.csv_file import read_csv
from driver.tables.errors import TableError
from driver.tables.models import TableKind
from driver.tables.plan import Mode, plan
from driver.tables.schemas import SCHEMAS
from support.tables import CONTEXT, GUARD_DESK, PROJECT, imported, mistakes

HEADER = "AssetId,Caption,ExternalPhoneNumber,TwilioPhoneNumber"


def test_many_phones_arrive_at_once() -> None:
    rows = "".join(f"p{n},Phone {n},+1201555{n:04d},+12015550100\n" for n in range(110, 160))
    done = imported("asset", f"{HEADER}\n{rows}")
    assert [change.kind for change in done.changes] == ["added"] * 50
    assert done.after.asset.rows[:2] == PROJECT.asset.rows


def test_phones_are_the_default_type_and_captions_default_to_the_id() -> None:
    row = imported("asset", "AssetId,ExternalPhoneNumber\nb,'+1 (201) 555-0102\n").after.asset.rows[-1]
    assert (row.asset_type, row.caption) == ("Phone", "b")
    assert row.external_phone_number == "+12015550102"


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("1.20156E+10", "turned this phone number into scientific notation and lost digits"),
        ('"1,20156E+10"', "scientific notation"),
        ("12015550101", "if you mean +12015550101, format the column as Text, or type an apostrophe in front"),
        ("1 201 555 0101", "if you mean +12015550101"),
        ("+1201", "expected a phone number in E.164 form"),
        ("front desk", "expected a phone number in E.164 form"),
    ],
)
def test_mangled_numbers_are_refused_with_the_way_out(cell: str, says: str) -> None:
    (mistake,) = mistakes("asset", f"{HEADER}\nb,B,{cell},+12015550100\n")
    assert mistake.startswith("line 2 (C2), ExternalPhoneNumber = ")
    assert says in mistake


def test_a_messaging_service_can_send_but_not_be_texted() -> None:
    service = "MG" + "0" * 32
    assert mistakes("asset", f"{HEADER}\nb,B,+12015550102,{service}\n") == []
    assert "E.164" in mistakes("asset", f"{HEADER}\nb,B,{service},{service}\n")[0]


def test_numbers_that_cannot_exist_are_refused_by_the_rule_given() -> None:
    context = replace(CONTEXT, possible=lambda number: "too short" if len(number) < 10 else "")
    sheet = read_csv(f"{HEADER}\nb,B,+1201555,MG{'0' * 32}\n".encode())
    with pytest.raises(TableError) as refused:
        plan(SCHEMAS[TableKind.ASSET], PROJECT, sheet, mode=Mode.UPDATE, context=context)
    assert [str(problem) for problem in refused.value.problems] == ["line 2 (C2), ExternalPhoneNumber: too short"]


def test_a_phone_without_a_number_is_warned_about_but_taken() -> None:
    done = imported("asset", f"{HEADER}\nb,B,,+12015550100\n")
    assert [str(warning) for warning in done.warnings] == [
        "line 2 (C2), ExternalPhoneNumber: without this number, the phone is shown as No Communication"
    ]


def test_the_same_pair_of_numbers_is_warned_about() -> None:
    done = imported("asset", f"{HEADER}\nb,B,+12015550101,+12015550100\n")
    assert "'guard-desk' and 'b' have the same two numbers" in str(done.warnings[0])


def test_ids_that_differ_only_in_capitals_are_warned_about() -> None:
    done = imported("asset", f"{HEADER}\nGuard-Desk,B,+12015550102,+12015550100\n")
    assert "differ only in capitalization" in str(done.warnings[0])


def test_what_the_configuration_file_sets_is_not_changed_by_an_import() -> None:
    (mistake,) = mistakes("asset", "AssetId,Caption,LoggingDescription\nguard-desk,Gate,North gate\n")
    assert mistake == (
        "line 2 (B2), Caption = 'Gate': the configuration file sets this to 'Guard desk'; change it there"
    )
    done = imported("asset", "AssetId,Caption,LoggingDescription\nguard-desk,Guard desk,North gate\n")
    assert done.changes[0].cells[0].after == "North gate"


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("twilio,Phone,,", "this is the system itself; expected System"),
        ("other,System,,", "the only System is 'twilio'; expected Phone"),
        ("twilio,System,+12015550101,", "the System has no phone number"),
        ("b,Phone,,nope", "unknown status table 'nope'; the tables are default"),
        ("b c,Phone,,", "expected at most 100 letters"),
        (",Phone,,", "line 2 (A2), AssetId: required for an asset, but empty"),
    ],
)
def test_refusals(row: str, says: str) -> None:
    found = mistakes("asset", f"AssetId,AssetType,ExternalPhoneNumber,StatusTableId\n{row}\n")
    assert any(says in mistake for mistake in found), found


def test_a_table_for_another_type_is_refused() -> None:
    assert mistakes("asset", "AssetId,CommandTableId\nguard-desk,default-system\n") == [
        "line 2 (B2), CommandTableId: the command table 'default-system' is for assets of type System"
    ]


def test_the_system_can_be_edited() -> None:
    done = imported("asset", "AssetId,AssetType,Caption\ntwilio,System,Texting\n")
    assert done.changes[0].cells[0].after == "Texting"


def test_replacing_drops_phones_but_not_the_system_and_the_configuration_files() -> None:
    more = imported("asset", f"{HEADER}\nb,B,+12015550102,+12015550100\n").after
    done = imported("asset", f"{HEADER}\nc,C,+12015550103,+12015550100\n", project=more, mode=Mode.REPLACE)
    assert {row.asset_id for row in done.after.asset.rows} == {"twilio", "guard-desk", "c"}
    assert {change.row: change.kind.value for change in done.changes} == {"b": "removed", "c": "added"}
    assert GUARD_DESK in done.after.asset.rows


def test_ten_thousand_phones_take_no_time() -> None:
    rows = "".join(f"p{n},P,+1201{n:07d},+12015550100\n" for n in range(10_000))
    project = imported("asset", f"{HEADER}\n{rows}").after
    done = imported("asset", "AssetId,Caption\np7,Seven\n", project=project)
    assert (len(done.changes), done.unchanged) == (1, 10_001)
