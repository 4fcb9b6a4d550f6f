"""Importing status tables: multistate rows, priorities, latching, colors, new tables, and errors with locations."""

import pytest

from driver.domain.status_table import State, shown
from driver.tables.plan import Mode
from driver.tables.status_schema import status_tables
from support.tables import PROJECT, imported, mistakes

STATES = "TableId,TableDescription,Status.State.Value,Status.Priority"
WHOLE = f"{STATES}\n,Night,4,2\n,Night,3,3\n,Night,1,9\n"


def test_an_edit_changes_only_the_columns_of_the_file() -> None:
    done = imported("status", "TableId,Status.State.Description,Status.Color\ndefault,fault,DarkOrange\n")
    assert [str(change) for change in done.changes] == [
        "changed: default / Fault (Status.Color: #FFC62828 → #FFFF8C00)"
    ]
    assert (done.changes[0].line, done.unchanged) == (2, 4)
    table = status_tables(done.after.status)["default"]
    assert [row.priority for row in table.rows] == [1, 2, 3, 4, 5]


def test_states_are_named_numbered_or_both() -> None:
    for header, cell in (("Status.State.Value", "3"), ("Status.State.Description", "FAULT")):
        assert imported("status", f"TableId,{header},Status.Flash\ndefault,{cell},FALSE\n").changes[0].row == "Fault"
    both = "TableId,Status.State.Description,Status.State.Value,Status.Flash\ndefault,Fault,{},FALSE\n"
    assert imported("status", both.format("3")).changes[0].row == "Fault"
    assert mistakes("status", both.format("4")) == [
        "line 2 (C2), Status.State.Value = '4': Status.State.Description has another value; keep one of them"
    ]


def test_a_new_table_gets_its_id_from_its_name() -> None:
    done = imported("status", WHOLE)
    table = status_tables(done.after.status)["night"]
    assert (table.description, [(row.status, row.priority) for row in table.rows]) == (
        "Night",
        [("No Communication", 2), ("Fault", 3), ("Normal", 9)],
    )
    again = imported("status", WHOLE, project=done.after)
    assert "night-2" in status_tables(again.after.status)
    assert [change.kind for change in done.changes] == ["added"] * 3


def test_a_multistate_row_needs_all_its_states_and_beats_its_parts_by_priority() -> None:
    done = imported("status", f"{STATES},Status.Description\n,Site,4,5,\n,Site,4;3,5,Both\n,Site,3,7,\n,Site,1,9,\n")
    table = status_tables(done.after.status)["site"]
    assert shown({State.FAULT, State.NO_COMMUNICATION}, table) == "Both"
    assert shown({State.NO_COMMUNICATION}, table) == "No Communication"
    assert shown({State.FAULT}, table) == "Fault"


def test_without_a_name_or_priority_a_row_takes_those_of_its_states() -> None:
    done = imported("status", "TableId,TableDescription,Status.State.Value\n,T,3;4\n,T,4\n,T,1\n")
    rows = status_tables(done.after.status)["t"].rows
    assert [(row.status, row.priority) for row in rows] == [
        ("Fault + No Communication", 2), ("No Communication", 2), ("Normal", 5),
    ]  # fmt: skip


def test_duplicate_priorities_are_a_warning_with_both_names() -> None:
    done = imported("status", "TableId,Status.State.Value,Status.Priority\ndefault,3,2\n")
    assert [str(warning) for warning in done.warnings] == [
        (
            "line 2 (C2), Status.Priority: 'No Communication' and 'Fault' have the same priority; if both match, the "
            "one with more states is shown, or else the upper one"
        )
    ]
    first = imported("status", "TableId,Status.State.Value,Status.Priority\ndefault,4,3\n")
    assert first.warnings[0].line == 2, "the row of the file is the upper of the two"


def test_a_table_without_no_communication_is_refused() -> None:
    assert mistakes("status", f"{STATES}\n,Night,3,3\n,Night,1,9\n") == [
        (
            "line 2 (C2), Status.State.Value: the table 'night' has no row for No Communication; every status table "
            "must contain it"
        )
    ]
    only_among_several = mistakes("status", f"{STATES}\n,Night,3;4,3\n")
    assert "no row for No Communication" in only_among_several[0]


def test_true_in_the_column_named_auto_reset_means_latched_and_is_warned_about() -> None:
    done = imported("status", "TableId,Status.State.Value,Status.AlarmIsAutoReset\ndefault,3,TRUE\ndefault,4,TRUE\n")
    table = status_tables(done.after.status)["default"]
    assert [(row.status, row.latch) for row in table.rows if row.alarm] == [("No Communication", True), ("Fault", True)]
    assert [str(warning) for warning in done.warnings] == [
        (
            "line 2 (C2), Status.AlarmIsAutoReset = 'TRUE': TRUE makes the alarm latch, although the column's name "
            "suggests the opposite (lines: 2, 3)"
        )
    ]
    again = imported(
        "status", "TableId,Status.State.Value,Status.AlarmIsAutoReset\ndefault,3,TRUE\n", project=done.after
    )
    assert again.warnings == (), "what is latched already needs no second warning"


def test_alarm_rows_get_type_and_acknowledged_state() -> None:
    done = imported("status", f"{STATES},Status.IsAlarm,Status.AlarmType\n,A,4,2,TRUE,\n,A,3,3,TRUE,Texting\n")
    rows = done.after.status.of("a")
    assert [(row.alarm_type, row.acknowledged_state) for row in rows] == [
        ("No Communication", State.ACKNOWLEDGED), ("Texting", State.ACKNOWLEDGED),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cell", "stored"),
    [("#ff0000", "#FFFF0000"), ("#80FF0000", "#80FF0000"), ("Dark Orange", "#FFFF8C00"), ("lightgrey", "#FFD3D3D3"),
     ("Transparent", "#00FFFFFF"), ("", "")],
)  # fmt: skip
def test_colors_are_read_as_people_write_them(cell: str, stored: str) -> None:
    done = imported("status", f"TableId,Status.State.Value,Status.Color\ndefault,3,{cell}\n")
    (row,) = (row for row in done.after.status.rows if row.states == {State.FAULT})
    assert row.color == stored


@pytest.mark.parametrize(
    ("cell", "flag"), [("TRUE", True), ("true", True), ("WAHR", True), ("FAUX", False), ("", False)]
)
def test_flags_are_read_in_the_languages_spreadsheets_write(cell: str, flag: bool) -> None:
    done = imported("status", f"TableId,Status.State.Value,Status.Flash\ndefault,3,{cell}\n")
    assert next(row for row in done.after.status.rows if row.states == {State.FAULT}).flash is flag


def test_icons_of_other_kinds_are_kept() -> None:
    done = imported("status", "TableId,Status.State.Value,Status.IconAppearance\ndefault,3,Blink 2\n")
    assert done.changes[0].cells[0].after == "Blink 2"


def test_every_mistake_is_told_at_once_with_line_and_cell() -> None:
    text = (
        "TableId,Status.State.Value,Status.Color,Status.Flash,Status.Priority,Status.IsAlarm\n"
        "default,3,Redd,maybe,high,TRUE\n"
        "default,7,,,,\n"
        "nigth,3,,,,\n"
        "default,,,,,\n"
        "default,1,,,5,TRUE\n"
        "default,3,,,,\n"
    )
    assert mistakes("status", text) == [
        "line 2 (C2), Status.Color = 'Redd': expected a color: #RRGGBB, #AARRGGBB, or a name such as Red",
        "line 2 (D2), Status.Flash = 'maybe': expected TRUE or FALSE",
        "line 2 (E2), Status.Priority = 'high': expected a whole number from -9999 to 9999",
        (
            "line 3 (B3), Status.State.Value = '7': unknown state '7'; the states are 0 Acknowledged, 1 Normal, "
            "2 Masked, 3 Fault, 4 No Communication"
        ),
        (
            "line 4 (A4), TableId = 'nigth': unknown table; the tables are default; leave TableId empty to create a "
            "new one"
        ),
        "line 5 (B5), Status.State.Value: required for a status, but empty",
        (
            "line 6 (F6), Status.IsAlarm: only a row with the single state Fault or No Communication can be bound to "
            "an alarm"
        ),
        (
            "line 7 (B7), Status.State.Value = 'Fault': is already on line 2 in the table 'default'; each may "
            "appear only once"
        ),
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Status.State.Value\n3\n", "line 1: the column TableId is missing"),
        ("TableId,Status.Color\ndefault,Red\n", "the column Status.State.Description or Status.State.Value is missing"),
        (f"{STATES}\n,Night,4,2\n,Day,4,2\n", "line 3 (A3), TableId: rows without TableId form one new table"),
        (f"{STATES}\n,,4,2\n", "line 2 (B2), TableDescription: a new table needs a name"),
        (f"{STATES}\ndefault,A,4,2\ndefault,B,3,3\n", "line 3 (B3), TableDescription = 'B': line 2 says 'A'"),
        (
            "TableId,Status.State.Value,Status.AcknowledgedStatusState.Value\ndefault,3,1\n",
            "always counts as Acknowledged",
        ),
        ("TableId,Status.State.Value,Status.IsAlarm\ndefault,3;4,TRUE\n", "only a row with the single state"),
        ("TableId,AssetType,Status.State.Value\ndefault,System,4\n", "'guard-desk' uses it"),
        ("TableId,AssetType,Status.State.Value\ndefault,Door,4\n", "expected System or Phone"),
        ("TableId,Status.State.Description,Status.Description\ndefault,Fault," + "x" * 501 + "\n", "at most 500"),
        ("TableId,Status.State.Description,Status.Description\ndefault,Fault,a\x07b\n", "control characters"),
        ("TableId,Status.State.Description\ndefault,Broken\n", "unknown state 'Broken'"),
        ("TableId,Status.State.Value,Status.Priority\ndefault,3,1.0\n", "expected a whole number"),
    ],
)
def test_refusals(text: str, says: str) -> None:
    assert any(says in mistake for mistake in mistakes("status", text)), mistakes("status", text)


def test_a_shared_value_holds_for_all_rows_of_its_table() -> None:
    done = imported("status", "TableId,TableDescription,Status.State.Value\ndefault,Standard,4\n")
    assert {row.table for row in done.after.status.rows} == {"Standard"}
    assert len(done.changes) == 5


def test_flags_without_effect_are_warned_about() -> None:
    done = imported("status", f"{STATES},Status.Flash,Status.AlarmIsAutoReset\n,N,4,2,TRUE,TRUE\n")
    answer = " ".join(str(warning) for warning in done.warnings)
    assert "no color to flash" in answer
    assert "nothing to latch" in answer


def test_unknown_columns_are_kept_and_near_misses_pointed_out() -> None:
    done = imported("status", "TableId,Status.State.Value,Status.Colour,Site\ndefault,3,Red,North\n")
    assert [str(warning) for warning in done.warnings] == [
        "line 1 (C1), Status.Colour: unknown column; it is kept, but has no effect; did you mean Status.Color?",
        "line 1 (D1), Site: unknown column; it is kept, but has no effect",
    ]


def test_an_import_never_deletes() -> None:
    assert imported("status", "TableId,Status.State.Value\ndefault,3\n").unchanged == 5


class TestReplacing:
    """Replacing: the file is treated as complete."""

    def test_takes_over_ids_and_drops_what_the_file_lacks(self) -> None:
        both = imported("status", WHOLE).after
        done = imported("status", f"{STATES}\nday,Day,4,2\n", project=both, mode=Mode.REPLACE)
        assert done.after.status.table_ids() == ("default", "day")
        assert [change.table_id for change in done.changes if change.kind == "removed"] == ["night"] * 3

    def test_brings_back_the_built_in_table(self) -> None:
        edited = imported("status", "TableId,Status.State.Value,Status.Color\ndefault,3,Red\n").after
        done = imported("status", f"{STATES}\nday,Day,4,2\n", project=edited, mode=Mode.REPLACE)
        assert done.after.status.of("default") == PROJECT.status.of("default")

    def test_refuses_to_drop_a_table_in_use(self) -> None:
        night = imported("status", WHOLE).after
        used = imported("asset", "AssetId,StatusTableId\nguard-desk,night\nb,night\n", project=night).after
        (mistake,) = mistakes("status", f"{STATES}\nday,Day,4,2\n", project=used, mode=Mode.REPLACE)
        assert mistake == "file: the table 'night' would be removed, but the asset 'guard-desk' and 1 other use it"

    def test_refuses_ids_that_cannot_be(self) -> None:
        assert "letters, digits" in mistakes("status", f"{STATES}\nda y,Day,4,2\n", mode=Mode.REPLACE)[0]

    def test_a_row_of_the_built_in_table_can_go_but_not_no_communication(self) -> None:
        done = imported("status", f"{STATES}\ndefault,D,4,2\n", mode=Mode.REPLACE)
        assert [row.status for row in status_tables(done.after.status)["default"].rows] == ["No Communication"]
        assert "no row for No Communication" in mistakes("status", f"{STATES}\ndefault,D,3,2\n", mode=Mode.REPLACE)[0]


def test_a_new_row_of_a_table_takes_over_what_holds_for_the_table() -> None:
    done = imported("status", "TableId,Status.State.Value\ndefault,3;4\n")
    rows = done.after.status.of("default")
    assert {(row.table, row.caption_blinks) for row in rows} == {("Default", True)}
