"""How facts became a status, as sentences."""

from dataclasses import replace

from driver.domain.asset_changes import Masked
from driver.domain.explanations import why_shown
from driver.domain.status_table import State, StatusTable
from support.driver_transitions import BY, CHANGES, walk


def test_an_asset_in_fault_is_explained_from_its_facts_to_the_row() -> None:
    walked = walk("Standing fault UA", latch=False)
    assert list(why_shown(walked.asset, walked.rules, "Guard")) == [
        "Guard shows Fault since 2026-01-01 00:00:01 UTC.",
        "The account is suspended.",
        "To be Normal again it waits for: a successful message or Reset.",
        "Its alarm Fault is unacknowledged.",
        "So these states are active: Fault.",
        "In the status table 'Default' the row 'Fault' (priority 3) fits: it needs Fault.",
        "The first of them is shown: Fault.",
    ]


def test_latched_acknowledged_and_silent_alarms_say_so() -> None:
    walked = walk("Fault gone AL", latch=True)
    assert "Its alarm Fault is acknowledged, over but latched." in list(why_shown(walked.asset, walked.rules, "Guard"))
    walked = walk("Standing fault UA", latch=False)
    walked.step(Masked(BY))
    assert "Its alarm Fault is unacknowledged, silent." in list(why_shown(walked.asset, walked.rules, "Guard"))


def test_where_no_row_fits_none_is_named() -> None:
    walked = walk("Normal", latch=False)
    empty = replace(walked.rules, table=StatusTable("empty", "Empty", ()))
    assert list(why_shown(walked.asset, empty, "Guard"))[-1] == "So these states are active: Normal."


def test_several_states_are_named_in_order() -> None:
    walked = walk("Standing fault UA", latch=False)
    walked.step(CHANGES["C-"])
    [row, *_] = walked.rules.table.rows
    both = replace(row, status="Dark", priority=0, states=frozenset({State.NO_COMMUNICATION, State.FAULT}))
    said = list(why_shown(walked.asset, replace(walked.rules, table=StatusTable("t", "Night", (both,))), "Guard"))
    assert "So these states are active: Fault, No Communication." in said
    assert "In the status table 'Night' the row 'Dark' (priority 0) fits: it needs Fault and No Communication." in said
