"""The transition tables, cell by cell: the shown status, the remaining record, and the result of the command."""

from dataclasses import replace
from datetime import timedelta

import pytest

from driver.domain.asset import AlarmRules
from driver.domain.asset_changes import Masked, TimePassed
from driver.domain.commands import AssetType, CommandResult
from driver.domain.state_machine import next_due, transition
from driver.domain.status_table import StatusTable, default_table
from support.driver_transitions import BY, CHANGES, PATHS, START, Walk, healthy, records, rules, walk

N, F, C, M, A = "Normal", "Fault", "No Communication", "Masked", "Acknowledged"

#: Row -> the status shown after each of: F+c, F+e, F-, C-, C+, Mask, Ack, Reset, OK.
COLUMNS = ("F+c", "F+e", "F-", "C-", "C+", "Mask", "Ack", "Reset", "OK")
LATCHED = {
    "Normal": (F, F, N, C, N, M, N, N, N),
    "Standing fault UA": (F, F, F, C, F, M, A, F, F),
    "Fault send UA": (F, F, F, C, F, M, A, F, F),
    "Standing fault AA": (A, A, A, C, A, M, A, F, A),
    "Fault send AA": (A, A, A, C, A, M, A, N, A),
    "Fault gone UL": (F, F, F, C, F, M, A, F, F),
    "Fault gone AL": (F, F, A, C, A, M, A, N, A),
    "NoComm UA": (C, C, C, C, C, M, A, C, C),
    "NoComm AA": (F, F, A, A, A, M, A, C, A),
    "Comm back UL": (C, C, C, C, C, M, A, C, C),
    "Comm back AL": (F, F, A, C, A, M, A, N, A),
    "Masked, healthy": (M, M, M, M, M, M, M, N, M),
    "Masked over standing fault UA": (M, M, M, M, M, M, M, F, M),
}
UNLATCHED = {
    "Normal": (F, F, N, C, N, M, N, N, N),
    "Standing fault UA": (F, F, N, C, F, M, A, F, F),
    "Fault send UA": (F, F, F, C, F, M, A, N, N),
    "Standing fault AA": (A, A, N, C, A, M, A, F, A),
    "Fault send AA": (A, A, A, C, A, M, A, N, N),
    "Fault gone UL": (F, F, N, C, N, M, N, N, N),
    "Fault gone AL": (F, F, N, C, N, M, N, N, N),
    "NoComm UA": (C, C, C, C, N, M, A, C, C),
    "NoComm AA": (F, F, A, A, N, M, A, C, A),
    "Comm back UL": (F, F, N, C, N, M, N, N, N),
    "Comm back AL": (F, F, N, C, N, M, N, N, N),
    "Masked, healthy": (M, M, M, M, M, M, M, N, M),
    "Masked over standing fault UA": (M, M, M, M, M, M, M, F, M),
}
#: Records after a change, where the shown status alone does not reveal them.
LATCHED_RECORDS = {
    ("Standing fault UA", "F-"): "UL",
    ("Fault send UA", "OK"): "UL",
    ("Standing fault AA", "F-"): "AL",
    ("Standing fault AA", "Reset"): "UA",
    ("Fault send AA", "OK"): "AL",
    ("Fault send AA", "Reset"): "",
    ("Fault gone UL", "Ack"): "AL",
    ("Fault gone UL", "F+c"): "UA",
    ("Fault gone AL", "F+e"): "UA",
    ("Fault gone AL", "Reset"): "",
    ("NoComm UA", "C+"): "UL",
    ("NoComm AA", "C+"): "AL",
    ("NoComm AA", "Reset"): "UA",
    ("Comm back UL", "Ack"): "AL",
    ("Comm back AL", "C-"): "UA",
    ("Comm back AL", "Reset"): "",
    ("Masked over standing fault UA", "Ack"): "AA",
    ("Masked over standing fault UA", "Reset"): "UA",
}
#: The results of commands; all others are ok.
OK, NOOP, PARTIAL, REJECTED = CommandResult.OK, CommandResult.NOOP, CommandResult.PARTIAL, CommandResult.REJECTED
RESULTS = {
    True: {
        "Reset": {
            NOOP: {"Normal"},
            REJECTED: {"Standing fault UA", "Fault send UA", "Fault gone UL", "NoComm UA", "Comm back UL"},
            PARTIAL: {"Masked over standing fault UA"},
        },
        "Ack": {
            NOOP: {
                "Normal",
                "Standing fault AA",
                "Fault send AA",
                "Fault gone AL",
                "NoComm AA",
                "Comm back AL",
                "Masked, healthy",
            }
        },
        "Mask": {NOOP: {"Masked, healthy", "Masked over standing fault UA"}},
    },
    False: {
        "Reset": {
            NOOP: {
                "Normal",
                "Standing fault UA",
                "NoComm UA",
                "Fault gone UL",
                "Fault gone AL",
                "Comm back UL",
                "Comm back AL",
            }
        },
        "Ack": {
            NOOP: {
                "Normal",
                "Standing fault AA",
                "Fault send AA",
                "Fault gone UL",
                "Fault gone AL",
                "NoComm AA",
                "Comm back UL",
                "Comm back AL",
                "Masked, healthy",
            }
        },
        "Mask": {NOOP: {"Masked, healthy", "Masked over standing fault UA"}},
    },
}


def cells() -> list[tuple[bool, str, str, str]]:
    tables = ((True, LATCHED), (False, UNLATCHED))
    return [
        (latch, row, column, shown)
        for latch, table in tables
        for row, statuses in table.items()
        for column, shown in zip(COLUMNS, statuses, strict=True)
    ]


@pytest.mark.parametrize("asset_type", list(AssetType))
@pytest.mark.parametrize(("latch", "row", "column", "shown"), cells())
def test_what_is_shown(latch: bool, row: str, column: str, shown: str, asset_type: AssetType) -> None:
    walked = walk(row, latch=latch, asset_type=asset_type)
    done = walked.step(CHANGES[column])
    assert done.asset.status == shown
    if latch and (row, column) in LATCHED_RECORDS:
        assert records(done.asset) == LATCHED_RECORDS[row, column]


@pytest.mark.parametrize("latch", [True, False])
@pytest.mark.parametrize("command", ["Reset", "Ack", "Mask"])
@pytest.mark.parametrize("row", PATHS)
def test_what_commands_answer(latch: bool, command: str, row: str) -> None:
    expected = next((result for result, rows in RESULTS[latch][command].items() if row in rows), OK)
    done = walk(row, latch=latch).step(CHANGES[command])
    assert done.result is expected
    assert bool(done.why) is (expected is not OK)


@pytest.mark.parametrize("latch", [True, False])
@pytest.mark.parametrize("row", PATHS)
def test_cancel_changes_nothing(latch: bool, row: str) -> None:
    walked = walk(row, latch=latch)
    before = walked.asset
    done = walked.step(CHANGES["Cancel"])
    assert (done.asset, done.asset_events) == (before, ())


@pytest.mark.parametrize("row", ["Standing fault AA", "NoComm AA"])
@pytest.mark.parametrize("latch", [True, False])
def test_reset_of_what_still_holds_is_a_new_alarm(row: str, latch: bool) -> None:
    walked = walk(row, latch=latch)
    [before] = walked.asset.records
    [after] = walked.step(CHANGES["Reset"]).asset.records
    assert after.alarm_id != before.alarm_id
    assert after.raised_at == walked.now
    assert not after.state.acked


def test_reset_of_what_still_holds_can_be_refused_instead() -> None:
    walked = walk("Standing fault AA", latch=True, reject_reset_while_active=True)
    done = walked.step(CHANGES["Reset"])
    assert (done.result, done.why, done.asset.status) == (REJECTED, "Fault still holds", "Acknowledged")


def test_the_same_failure_again_is_counted() -> None:
    walked = walk("Fault send UA", latch=False)
    done = walked.step(CHANGES["F+e"])
    [record] = done.asset.records
    assert (record.count, record.last_seen) == (2, walked.now)
    assert [asset_event.name for asset_event in done.asset_events] == ["AlarmRepeated"]


def test_a_failure_after_acknowledge_is_counted_or_a_new_alarm_if_so_chosen() -> None:
    assert walk("Fault send AA", latch=False).step(CHANGES["F+e"]).asset.status == "Acknowledged"
    again = walk("Fault send AA", latch=False, re_alarm_on_repeat=True).step(CHANGES["F+e"])
    assert (again.asset.status, records(again.asset)) == ("Fault", "UA")


def test_a_second_mask_unmasks_only_if_so_chosen() -> None:
    assert walk("Masked, healthy", latch=False).step(CHANGES["Mask"]).asset.status == "Masked"
    assert walk("Masked, healthy", latch=False, mask_toggles=True).step(CHANGES["Mask"]).asset.status == "Normal"


def test_a_strict_latch_freezes_what_is_shown() -> None:
    free, frozen = (walk("Standing fault UA", latch=True, latch_strict=strict) for strict in (False, True))
    assert free.step(CHANGES["C-"]).asset.status == "No Communication"
    assert frozen.step(CHANGES["C-"]).asset.status == "Fault"
    assert frozen.step(CHANGES["Ack"]).asset.status == "Acknowledged"


def test_unmasking_starts_the_alarms_age_and_tells_it() -> None:
    walked = walk("Masked over standing fault UA", latch=False)
    assert walked.asset.records[0].annunciated_at is None
    done = walked.step(CHANGES["Reset"])
    assert done.asset.records[0].annunciated_at == walked.now
    assert [asset_event.name for asset_event in done.asset_events] == ["AlarmRaised", "StateChanged"]


def test_under_a_mask_nothing_is_annunciated() -> None:
    done = walk("Masked, healthy", latch=False).step(CHANGES["F+c"])
    assert [asset_event.name for asset_event in done.asset_events] == ["AlarmMasked"]


def test_time_ends_masks_holds_and_the_grace_at_start() -> None:
    walked = Walk(rules(latch=False, fault_hold_s=60.0), healthy())
    assert next_due(walked.asset, walked.rules) is None
    walked.step(CHANGES["F+e"])
    held = walked.asset.facts.faults[0].last_seen + timedelta(seconds=60)
    assert next_due(walked.asset, walked.rules) == held
    masked = Masked(BY, START + timedelta(seconds=30))
    walked.step(masked)
    assert next_due(walked.asset, walked.rules) == START + timedelta(seconds=30)
    walked.now = START + timedelta(seconds=30)
    assert walked.step(TimePassed()).asset.status == "Fault"
    walked.now = held
    assert walked.step(TimePassed()).asset.status == "Normal"
    assert walked.asset.facts.faults == ()
    waiting = replace(walked.asset, startup_grace_until=held + timedelta(days=1))
    assert next_due(waiting, walked.rules) == held + timedelta(days=1)


def test_a_strict_latch_shows_the_first_alarm_only_while_there_is_one() -> None:
    frozen = Walk(rules(latch=True, latch_strict=True), healthy())
    assert frozen.step(CHANGES["Ack"]).asset.status == "Normal"


def test_a_status_without_alarm_is_shown_and_leaves_no_record() -> None:
    silent = StatusTable("t", "T", tuple(replace(row, alarm=False) for row in default_table().rows))
    walked = walk("Standing fault UA", latch=False)
    quiet = AlarmRules(table=silent)
    settled = transition(walked.asset, TimePassed(), quiet, now=walked.now, mint=lambda: "x")
    assert (settled.asset.status, settled.asset.records) == ("Fault", ())
    again = transition(settled.asset, CHANGES["F-"], quiet, now=walked.now, mint=lambda: "x")
    assert again.asset.status == "Normal"
