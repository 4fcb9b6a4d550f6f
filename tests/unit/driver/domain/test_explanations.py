"""What an operator reads of an asset: why it shows what it shows, and what has to happen next."""

from datetime import timedelta

import pytest

from driver.domain.asset_changes import Change, CommLost, FaultRaised, Masked
from driver.domain.explanations import awaiting, reason
from driver.domain.facts import CauseKind, CommReason, FaultCause
from support.driver_transitions import BY, CHANGES, START, Walk, healthy, rules

NO_ROUTE = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "a message could not be sent", 21612)
CLOSED = FaultRaised(FaultCause.ACCOUNT_SUSPENDED, CauseKind.STANDING, "the account is closed", hint="an open account")
AWAY = CommLost(CommReason.UNREACHABLE, "no route to host")
NETWORK = "communication with Twilio (look at network, proxy, firewall)"


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
        ((CommLost(CommReason.TIMEOUT, ""),), "Twilio does not answer in time", NETWORK),
        (
            (CommLost(CommReason.TIMEOUT, "", phones=1),),
            "Twilio does not answer in time, so 1 phone has no communication",
            NETWORK,
        ),
        (
            (CommLost(CommReason.TIMEOUT, "", phones=1200),),
            "Twilio does not answer in time, so 1,200 phones have no communication",
            NETWORK,
        ),
        (
            (CommLost(CommReason.AUTH_FAILED, ""),),
            "Twilio does not accept the account's credentials",
            "the Account SID and token that the Twilio console shows, in the configuration",
        ),
        (
            (CommLost(CommReason.CONFIG_INVALID, "no number", "a number"),),
            "The configuration of this asset cannot work (no number)",
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
        ((CLOSED, CHANGES["F-"]), "Fault is over, its alarm is latched", "Acknowledge, then Reset"),
        ((CLOSED, CHANGES["Ack"], CHANGES["F-"]), "Fault is over, its alarm is latched", "Reset"),
        (
            (CLOSED, CHANGES["F-"], Masked(BY)),
            "Masked by ann; Fault is over, its alarm is latched",
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
