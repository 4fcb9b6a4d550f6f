"""The default status table, and which of its rows is shown."""

from dataclasses import replace

import pytest

from driver.domain.status_table import State, StatusRow, StatusTable, default_table, shown

MASKED, LOST, FAULT, SEEN, NORMAL = (
    State.MASKED,
    State.NO_COMMUNICATION,
    State.FAULT,
    State.ACKNOWLEDGED,
    State.NORMAL,
)


def test_the_default_table() -> None:
    table = default_table()
    assert [(row.status, set(row.states), row.priority, row.alarm_type) for row in table.rows] == [
        ("Masked", {MASKED}, 1, ""),
        ("No Communication", {LOST}, 2, "No Communication"),
        ("Fault", {FAULT}, 3, "Fault"),
        ("Acknowledged", {SEEN}, 4, ""),
        ("Normal", {NORMAL}, 5, ""),
    ]
    assert [row.status for row in table.rows if row.alarm] == ["No Communication", "Fault"]
    assert not any(row.latch for row in table.rows)
    assert [row.status for row in default_table(latch=True).rows if row.latch] == ["No Communication", "Fault"]


def test_only_a_row_of_one_state_binds_an_alarm() -> None:
    both = StatusRow("Dark", frozenset({LOST, FAULT}), 1, alarm=True, latch=False, alarm_type="Dark")
    table = default_table()
    assert replace(table, rows=(both, *table.rows)).binding(FAULT) == table.rows[2]
    assert table.binding(MASKED) is None


@pytest.mark.parametrize(
    ("active", "status"),
    [
        ({FAULT, SEEN}, "Fault"),
        ({LOST, FAULT, MASKED}, "Masked"),
        ({LOST, FAULT}, "No Communication"),
        ({SEEN}, "Acknowledged"),
    ],
)
def test_the_most_telling_state_is_shown_with_or_without_a_row_for_it(active: set[State], status: str) -> None:
    assert shown(active, default_table()) == shown(active, StatusTable("empty", "Empty", ())) == status


def test_of_rows_with_one_priority_the_one_with_more_states_is_shown_then_the_first() -> None:
    one, other = (StatusRow(name, frozenset({FAULT}), 1, alarm=False, latch=False) for name in ("one", "other"))
    both = replace(one, status="both", states=frozenset({FAULT, LOST}))
    table = StatusTable("t", "T", (one, other, both))
    assert shown({FAULT}, table) == "one"
    assert shown({FAULT, LOST}, table) == "both"


def test_a_row_of_several_states_is_shown_when_all_are_active() -> None:
    both = StatusRow("Cut off and broken", frozenset({State.FAULT, State.NO_COMMUNICATION}), 2)
    table = StatusTable("t", "T", (*default_table().rows, both))
    assert shown({State.FAULT, State.NO_COMMUNICATION}, table) == "Cut off and broken"
    assert shown({State.FAULT}, table) == "Fault"
    assert table.binding(State.MASKED) is None


def test_a_table_without_a_row_for_a_state_shows_the_states_own_name() -> None:
    table = StatusTable("t", "T", ())
    assert shown({State.FAULT, State.ACKNOWLEDGED}, table) == "Fault"
