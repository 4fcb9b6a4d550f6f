"""What there is to say about an account, its numbers and its Messaging Services, whoever asks."""

from datetime import UTC, datetime

import pytest

from driver.config.models import PhoneConfig, ReceiveConfig, StatesConfig, SystemConfig
from driver.domain.asset import AlarmRules
from driver.ports.gateway import RemoteAccount, RemoteNumber, RemoteService
from driver.services.account_checks import account_findings
from driver.services.asset_catalog import asset_catalog

OURS, SERVICE = "+12015550100", "MG" + "a" * 32
WELL = RemoteNumber(OURS, sms_capable=True)


def found(account: RemoteAccount, sender: str = OURS, called: str = "") -> list[tuple[str, str]]:
    phone = PhoneConfig(id="guard", external_phone_number="+12015550101", twilio_phone_number=sender)
    catalog = asset_catalog(SystemConfig(), [phone], lambda _asset_id: AlarmRules())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    findings = account_findings(account, catalog, StatesConfig(), ReceiveConfig(), called, now)
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
