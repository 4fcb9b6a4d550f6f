"""What a probe of the account shows about each asset, and the remedies."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driver.config.models import SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset import AlarmRules
from driver.domain.facts import CommReason, FaultCause
from driver.ports.gateway import RemoteAccount, RemoteNumber, RemoteService
from driver.services.account_conditions import MAX_SKEW_S, conditions, number_problems, skew
from driver.services.asset_catalog import AssetCatalog, asset_catalog
from support.driver_memory import GATE, GUARD, OURS

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SERVICE, OTHER_SERVICE = "MG" + "a" * 32, "MG" + "b" * 32
WELL = RemoteNumber(OURS, sms_capable=True)
FULL = RemoteAccount("AC1", "active", "Full", (WELL,), clock_ahead_s=0)
TRIAL = replace(FULL, kind="Trial", verified=(GUARD,))


def catalog(**senders: str) -> AssetCatalog:
    """Return the catalog of a guard, a gate and a phone without numbers, which send from these senders."""
    numbers = {"guard": GUARD, "gate": GATE}
    phones = [
        PhoneConfig(id=name, external_phone_number=number, twilio_phone_number=senders.get(name, OURS))
        for name, number in numbers.items()
    ]
    return asset_catalog(SystemConfig(), [PhoneConfig(id="spare"), *phones], lambda _asset_id: AlarmRules())


def said(account: RemoteAccount, **senders: str) -> Mapping[str, list[tuple[FaultCause, str, str]]]:
    found = conditions(account, catalog(**senders), NOW)
    assert all(each.since == NOW for conditions in found.values() for each in conditions)
    return {name: [(each.cause, each.detail, each.hint) for each in found[name]] for name in found if found[name]}


def test_an_account_like_any_other_has_no_conditions() -> None:
    assert said(FULL) == {}
    assert said(replace(FULL, clock_ahead_s=None)) == {}


def test_a_trial_account_says_so_and_which_phones_it_cannot_text() -> None:
    assert said(TRIAL) == {
        "twilio": [
            (
                FaultCause.TRIAL,
                "this is a trial account: every message starts with Twilio's notice, and only verified numbers get one",
                "upgrade the account in the Twilio console",
            )
        ],
        "gate": [
            (
                FaultCause.UNVERIFIED,
                f"{GATE} is not verified, so this trial account cannot send to it",
                "verify the number in the Twilio console, or upgrade the account",
            )
        ],
    }


def test_numbers_with_twilios_automatic_reply_are_named() -> None:
    reply = "https://demo.twilio.com/welcome/sms/reply"
    numbers = (replace(WELL, sms_url=reply), replace(WELL, phone_number="+1"), RemoteNumber("+2", True, reply))
    assert said(replace(FULL, numbers=numbers))["twilio"] == [
        (
            FaultCause.AUTOMATIC_REPLY,
            f"Twilio's automatic reply is still switched on for {OURS}, +2",
            "in the Twilio console set 'A message comes in' to a TwiML Bin with an empty <Response/>",
        )
    ]


@pytest.mark.parametrize("ahead_s", [MAX_SKEW_S + 1, -MAX_SKEW_S - 1])
def test_a_clock_that_differs_much_is_a_condition(ahead_s: float) -> None:
    hint = "synchronize this machine's clock with a time server"
    assert said(replace(FULL, clock_ahead_s=ahead_s))["twilio"] == [(FaultCause.CLOCK_SKEW, skew(ahead_s), hint)]
    assert said(replace(FULL, clock_ahead_s=ahead_s * MAX_SKEW_S / (MAX_SKEW_S + 1))) == {}


@pytest.mark.parametrize(
    ("ahead_s", "words"),
    [
        (119, "119 s ahead of"),
        (-119.4, "119 s behind"),
        (120, "2 min ahead of"),
        (-180, "3 min behind"),
        (7199, "120 min ahead of"),
        (7200, "2 h ahead of"),
        (-36000, "10 h behind"),
        (1, "1 s ahead of"),
        (0, "0 s behind"),
        (86400 * 30, "720 h ahead of"),
    ],
)
def test_a_difference_is_said_in_a_unit_in_which_it_stays_the_same(ahead_s: float, words: str) -> None:
    assert skew(ahead_s) == f"Twilio's clock is {words} this machine's"


def test_a_service_that_drops_what_people_text_is_a_condition_of_its_phones() -> None:
    services = (RemoteService(SERVICE, drops_incoming=True), RemoteService(OTHER_SERVICE))
    dropped = (
        FaultCause.INBOUND_DROPPED,
        "Twilio drops incoming messages to the Messaging Service",
        "in the Twilio console let the service defer to the sender's webhook, or give it a webhook URL",
    )
    found = said(replace(FULL, services=services), guard=SERVICE, gate=OTHER_SERVICE)
    assert found == {"guard": [dropped]}
    both = said(replace(TRIAL, services=services), gate=SERVICE)["gate"]
    assert [cause for cause, _, _ in both] == [FaultCause.INBOUND_DROPPED, FaultCause.UNVERIFIED]


@pytest.mark.parametrize(
    ("sender", "account", "words", "hint"),
    [
        (
            SERVICE,
            replace(FULL, services=(RemoteService(SERVICE, can_text=False),)),
            f"the Messaging Service {SERVICE} has no SMS-capable sender",
            "an SMS-capable number among the service's senders",
        ),
        (
            SERVICE,
            replace(FULL, services=()),
            f"the Twilio account has no Messaging Service {SERVICE}",
            "a Messaging Service of the account (it has none), or a number",
        ),
        (
            SERVICE,
            replace(FULL, services=(RemoteService("MG1"), RemoteService("MG2"))),
            f"the Twilio account has no Messaging Service {SERVICE}",
            "a Messaging Service of the account (it has MG1, MG2), or a number",
        ),
        (
            OURS,
            replace(FULL, numbers=()),
            f"the Twilio account does not own {OURS}",
            "a number of the account as Twilio Phone Number (it has none)",
        ),
        (
            OURS,
            replace(FULL, numbers=(RemoteNumber("+1", True), RemoteNumber("+2", True))),
            f"the Twilio account does not own {OURS}",
            "a number of the account as Twilio Phone Number (it has +1, +2)",
        ),
        (
            OURS,
            replace(FULL, numbers=(replace(WELL, sms_capable=False),)),
            f"the Twilio number {OURS} cannot send texts",
            "an SMS-capable number as Twilio Phone Number",
        ),
    ],
)
def test_a_phone_that_cannot_work_says_why_and_what_it_takes(
    sender: str, account: RemoteAccount, words: str, hint: str
) -> None:
    problems = number_problems(account, catalog(guard=sender, gate=sender))
    assert set(problems) == {"guard", "gate"}, "each of them, and not the one without numbers"
    for loss in problems.values():
        assert (loss.reason, loss.detail, loss.hint) == (CommReason.CONFIG_INVALID, words, hint)


def test_a_phone_that_can_work_does_not_hide_one_that_cannot() -> None:
    services = (RemoteService(SERVICE),)
    assert set(number_problems(replace(FULL, services=services), catalog(guard=SERVICE, gate=OTHER_SERVICE))) == {
        "gate"
    }
    assert set(number_problems(FULL, catalog(gate="+12015550199"))) == {"gate"}
    assert number_problems(replace(FULL, services=None), catalog(guard=SERVICE)) == {}, "which may not be read"
