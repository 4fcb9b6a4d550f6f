"""What an operator reads about an asset: why it shows its status, and what has to happen next."""

from dataclasses import replace
from datetime import timedelta

import pytest

from driver.domain.asset_changes import Change, CommLost, FaultRaised, Masked
from driver.domain.explanations import awaiting, reason, why_shown
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.status_table import State, StatusTable
from support.driver_transitions import BY, CHANGES, START, Walk, healthy, rules, walk

NO_ROUTE = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "a message could not be sent", 21612)
CLOSED = FaultRaised(FaultCause.ACCOUNT_SUSPENDED, CauseKind.STANDING, "the account is closed", hint="an open account")
AWAY = CommLost(CommReason.UNREACHABLE, "no route to host")
NETWORK = "communication with Twilio (check network, proxy, firewall)"


@pytest.mark.parametrize(
    ("changes", "why", "next_step"),
    [
        ((), "Working", ""),
        ((NO_ROUTE,), "A message could not be sent (Twilio error 21612)", "a successful message or Reset"),
        (
            (NO_ROUTE, NO_ROUTE),
            "A message could not be sent (Twilio error 21612), 2 times",
            "a successful message or Reset",
        ),
        ((CLOSED,), "The account is closed", "an open account"),
        ((AWAY,), "Twilio cannot be reached (no route to host)", NETWORK),
        ((CommLost(CommReason.TIMEOUT, ""),), "Twilio does not respond in time", NETWORK),
        (
            (CommLost(CommReason.TIMEOUT, "", phones=1),),
            "Twilio does not respond in time, so 1 phone has no communication",
            NETWORK,
        ),
        (
            (CommLost(CommReason.TIMEOUT, "", phones=1200),),
            "Twilio does not respond in time, so 1,200 phones have no communication",
            NETWORK,
        ),
        (
            (CommLost(CommReason.AUTH_FAILED, ""),),
            "Twilio does not accept the account's credentials",
            "the Account SID and token that the Twilio console shows, in the configuration",
        ),
        (
            (CommLost(CommReason.CONFIG_INVALID, "no number", "a number"),),
            "The configuration of this asset is invalid (no number)",
            "a number",
        ),
        (
            (CommLost(CommReason.PARENT_DOWN, ""),),
            "The Twilio SMS system has no communication",
            "communication with Twilio",
        ),
        ((Masked(BY),), "Masked by ann", "Reset, to unmask"),
        (
            (Masked(BY, START + timedelta(hours=1)), AWAY),
            "Masked by ann until 2026-01-01 01:00:00 UTC; Twilio cannot be reached (no route to host)",
            f"Reset, to unmask, then {NETWORK}",
        ),
        (
            (AWAY, NO_ROUTE),
            "Twilio cannot be reached (no route to host); a message could not be sent (Twilio error 21612)",
            f"{NETWORK}, then a successful message or Reset",
        ),
    ],
)
def test_without_latch(changes: tuple[Change, ...], why: str, next_step: str) -> None:
    assert said(changes, latch=False) == (why, next_step)


@pytest.mark.parametrize(
    ("changes", "why", "next_step"),
    [
        ((CLOSED,), "The account is closed", "Acknowledge, then an open account, then Reset"),
        ((CLOSED, CHANGES["Ack"]), "The account is closed", "an open account, then Reset"),
        ((CLOSED, CHANGES["F-"]), "Fault is over, but its alarm is latched", "Acknowledge, then Reset"),
        ((CLOSED, CHANGES["Ack"], CHANGES["F-"]), "Fault is over, but its alarm is latched", "Reset"),
        (
            (CLOSED, CHANGES["F-"], Masked(BY)),
            "Masked by ann; Fault is over, but its alarm is latched",
            "Reset, to unmask, then Acknowledge",
        ),
    ],
)
def test_with_latch(changes: tuple[Change, ...], why: str, next_step: str) -> None:
    assert said(changes, latch=True) == (why, next_step)


def said(changes: tuple[Change, ...], *, latch: bool) -> tuple[str, str]:
    walked = Walk(rules(latch=latch), healthy())
    for change in changes:
        walked.step(change)
    return reason(walked.asset), awaiting(walked.asset, walked.rules)


def test_an_asset_in_fault_is_explained_from_its_facts_to_the_row() -> None:
    walked = walk("Standing fault UA", latch=False)
    assert list(why_shown(walked.asset, walked.rules, "Guard")) == [
        "Guard shows Fault since 2026-01-01 00:00:01 UTC.",
        "The account is suspended.",
        "To return to Normal, it needs: a successful message or Reset.",
        "Its alarm Fault is unacknowledged.",
        "The active states are therefore: Fault.",
        "In status table 'Default' the row 'Fault' (priority 3) matches: it needs Fault.",
        "The first match is shown: Fault.",
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
    assert list(why_shown(walked.asset, empty, "Guard"))[-1] == "The active states are therefore: Normal."


def test_several_states_are_named_in_order() -> None:
    walked = walk("Standing fault UA", latch=False)
    walked.step(CHANGES["C-"])
    [row, *_] = walked.rules.table.rows
    both = replace(row, status="Dark", priority=0, states=frozenset({State.NO_COMMUNICATION, State.FAULT}))
    said = list(why_shown(walked.asset, replace(walked.rules, table=StatusTable("t", "Night", (both,))), "Guard"))
    assert "The active states are therefore: Fault, No Communication." in said
    assert "In status table 'Night' the row 'Dark' (priority 0) matches: it needs Fault and No Communication." in said


def test_words_say_why_and_what_is_awaited() -> None:
    walked = walk("Fault gone UL", latch=True)
    assert reason(walked.asset) == "Fault is over, but its alarm is latched"
    assert awaiting(walked.asset, walked.rules) == "Acknowledge, then Reset"
    walked.step(Masked(BY, START + timedelta(hours=1)))
    assert reason(walked.asset).startswith("Masked by ann until 2026-01-01 01:00:00 UTC")
    down = walk("NoComm AA", latch=True)
    assert "Twilio cannot be reached (no connection)" in reason(down.asset)
    assert awaiting(down.asset, down.rules) == "communication with Twilio (check network, proxy, firewall), then Reset"
    twice = walk("Fault send UA", latch=False)
    twice.step(CHANGES["F+e"])
    assert reason(twice.asset) == "A message could not be sent, 2 times"
    assert awaiting(twice.asset, twice.rules) == "a successful message or Reset"
