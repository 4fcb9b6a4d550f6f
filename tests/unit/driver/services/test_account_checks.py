"""Findings about an account, its numbers and its Messaging Services."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driver.config.models import ReceiveConfig, StatesConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset import AlarmRules
from driver.ports.gateway import RemoteAccount, RemoteNumber, RemoteService
from driver.services.account_checks import CheckFinding, CheckLevel, account_findings
from driver.services.account_conditions import MAX_SKEW_S, skew
from driver.services.asset_catalog import asset_catalog
from driver.services.poller import LAGGING_ROUNDS

OURS, SERVICE = "+12015550100", "MG" + "a" * 32
WELL = RemoteNumber(OURS, sms_capable=True)


def found(account: RemoteAccount, sender: str = OURS, called: str = "") -> list[tuple[str, str]]:
    phone = PhoneConfig(id="guard", external_phone_number="+12015550101", twilio_phone_number=sender)
    catalog = asset_catalog(SystemConfig(), [phone], lambda _asset_id: AlarmRules())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    findings = account_findings(
        account, catalog, StatesConfig(), receive=ReceiveConfig(), inbound_address=called, now=now
    )
    assert (findings[0].verdict.value, findings[0].about) == ("ok", "account")
    assert (findings[1].verdict.value, findings[1].about) == ("warning", "clock")
    return [(finding.verdict.value, finding.about) for finding in findings[2:]]


@pytest.mark.parametrize(
    ("account", "answer"),
    [
        (RemoteAccount("AC1", "active", "Full", (WELL,)), [("ok", OURS)]),
        (RemoteAccount("AC1", "suspended", "Full", (WELL,)), [("problem", "account"), ("ok", OURS)]),
        (RemoteAccount("AC1", "active", "Full", ()), [("problem", OURS)]),
        (RemoteAccount("AC1", "active", "Full", (RemoteNumber(OURS, sms_capable=False),)), [("problem", OURS)]),
        (
            RemoteAccount("AC1", "active", "Trial", (WELL,)),
            [("warning", "account"), ("warning", "guard"), ("ok", OURS)],
        ),
    ],
)
def test_an_account_and_its_numbers(account: RemoteAccount, answer: list[tuple[str, str]]) -> None:
    assert found(account) == answer


def test_a_number_that_does_not_call_the_driver() -> None:
    account = RemoteAccount("AC1", "active", "Full", (WELL,))
    assert found(account, called="https://sms.example.com/twilio/sms") == [("ok", OURS), ("warning", OURS)]


@pytest.mark.parametrize(
    ("services", "verdict"),
    [
        (None, "warning"),
        ((), "problem"),
        ((RemoteService("MG" + "b" * 32),), "problem"),
        ((RemoteService(SERVICE),), "ok"),
        ((RemoteService(SERVICE, can_text=False),), "problem"),
    ],
)
def test_a_messaging_service(services: tuple[RemoteService, ...] | None, verdict: str) -> None:
    account = RemoteAccount("AC1", "active", "Full", (WELL,), services=services)
    assert found(account, SERVICE) == [(verdict, SERVICE)]


def said(account: RemoteAccount, sender: str = OURS, **states: object) -> list[CheckFinding]:
    phone = PhoneConfig(id="guard", external_phone_number="+12015550101", twilio_phone_number=sender)
    catalog = asset_catalog(SystemConfig(), [phone], lambda _asset_id: AlarmRules())
    chosen = StatesConfig.model_validate(states)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return list(account_findings(account, catalog, chosen, receive=ReceiveConfig(), inbound_address="", now=now))


GOOD = RemoteAccount("AC1", "active", "Full", (WELL,), clock_ahead_s=0)
OK, WARNING, PROBLEM = CheckLevel.OK, CheckLevel.WARNING, CheckLevel.PROBLEM


@pytest.mark.parametrize(
    ("account", "finding"),
    [
        (GOOD, CheckFinding(OK, "account", "credentials accepted, Full")),
        (replace(GOOD, kind=""), CheckFinding(OK, "account", "credentials accepted, type unknown (API key)")),
        (GOOD, CheckFinding(OK, "clock", "agrees with Twilio's")),
        (replace(GOOD, clock_ahead_s=-MAX_SKEW_S), CheckFinding(OK, "clock", "agrees with Twilio's")),
        (
            replace(GOOD, clock_ahead_s=None),
            CheckFinding(
                WARNING, "clock", "Twilio's responses have no date to compare it with", "check the proxy, if any"
            ),
        ),
        (
            replace(GOOD, clock_ahead_s=MAX_SKEW_S + 1),
            CheckFinding(PROBLEM, "clock", skew(MAX_SKEW_S + 1), "synchronize this machine's clock with a time server"),
        ),
        (
            replace(GOOD, by_secondary=True),
            CheckFinding(
                WARNING,
                "account",
                "Twilio rejects auth_token and accepts auth_token_secondary",
                "put that token into auth_token",
            ),
        ),
        (
            replace(GOOD, status="closed"),
            CheckFinding(PROBLEM, "account", "it is closed", "reactivate it in the Twilio console"),
        ),
        (replace(GOOD, numbers=()), CheckFinding(PROBLEM, OURS, "the account does not own it", "owned: none")),
        (
            replace(GOOD, numbers=(replace(WELL, phone_number="+1"), replace(WELL, phone_number="+2"))),
            CheckFinding(PROBLEM, OURS, "the account does not own it", "owned: +1, +2"),
        ),
        (
            replace(GOOD, numbers=(replace(WELL, sms_capable=False),)),
            CheckFinding(PROBLEM, OURS, "it cannot send messages", "use an SMS-capable number"),
        ),
        (GOOD, CheckFinding(OK, OURS, "owned, SMS-capable")),
    ],
)
def test_a_finding_says_what_is_so_and_what_to_do(account: RemoteAccount, finding: CheckFinding) -> None:
    assert finding in said(account)


@pytest.mark.parametrize(
    ("services", "finding"),
    [
        (
            None,
            CheckFinding(
                WARNING, SERVICE, "the credentials may not read Messaging Services", "check them in the console"
            ),
        ),
        ((), CheckFinding(PROBLEM, SERVICE, "the account has no such Messaging Service", "available: none")),
        (
            (RemoteService("MG1"), RemoteService("MG2")),
            CheckFinding(PROBLEM, SERVICE, "the account has no such Messaging Service", "available: MG1, MG2"),
        ),
        (
            (RemoteService(SERVICE, can_text=False),),
            CheckFinding(PROBLEM, SERVICE, "it has no SMS-capable sender", "add an SMS-capable number to it"),
        ),
        ((RemoteService(SERVICE),), CheckFinding(OK, SERVICE, "a Messaging Service of the account")),
    ],
)
def test_what_a_messaging_service_lacks(services: tuple[RemoteService, ...] | None, finding: CheckFinding) -> None:
    assert finding in said(replace(GOOD, services=services), SERVICE)


def test_several_numbers_are_several() -> None:
    numbers = tuple(replace(WELL, phone_number=f"+{number}") for number in range(6))
    slow = replace(GOOD, numbers=(WELL, *numbers), answer_s=LAGGING_ROUNDS * ReceiveConfig().poll_interval_s)
    (words,) = (one.words for one in said(slow) if one.about == "polling")
    assert words.startswith("polling the 6 numbers of the account beyond those of the phones takes about ")


def test_a_condition_is_a_problem_only_where_it_is_chosen_as_a_fault() -> None:
    trial = replace(GOOD, kind="Trial")
    [warning] = [one for one in said(trial) if one.verdict is WARNING and one.about == "account"]
    assert warning.words.startswith("this is a trial account")
    assert warning.remedy == "upgrade the account in the Twilio console"
    [problem] = [one for one in said(trial, fault_on=["trial"]) if one.verdict is PROBLEM]
    assert problem == replace(warning, verdict=PROBLEM)


@pytest.mark.parametrize(("answer_s", "said_so"), [(10.0, False), (10.1, True)])
def test_polling_that_takes_longer_than_texts_may_be_late_is_said_beforehand(answer_s: float, said_so: bool) -> None:
    limit = LAGGING_ROUNDS * ReceiveConfig().poll_interval_s
    slow = replace(GOOD, answer_s=limit * answer_s / 10)
    expected = CheckFinding(
        WARNING,
        "polling",
        f"polling the 1 number of the phones takes about {slow.answer_s:.0f} s, longer than {limit:.0f} s",
        "a longer receive.poll_interval_s, or webhooks",
    )
    assert (expected in said(slow)) is said_so
    others = replace(slow, numbers=(WELL, replace(WELL, phone_number="+1")))
    assert any("the 1 number of the account beyond those of the phones" in one.words for one in said(others)) is said_so
