"""The driver's self-test of everything it needs: its findings when something is wrong or cannot be determined yet."""

from pathlib import Path

import pytest

from driver.errors import StoreUnavailableError
from driver.ports.store import Committed
from driver.services.finding import CheckLevel
from support.driver_site import OURS, Site, site


async def found(here: Site) -> dict[str, tuple[str, str]]:
    findings = await here.driver.services.selftest.run()
    return {finding.about: (finding.verdict.value, finding.words) for finding in findings}


async def test_a_database_and_a_twilio_that_do_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse(*_given: object, **_more: object) -> Committed:
        raise StoreUnavailableError("the disk is full")

    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        monkeypatch.setattr(here.driver.services.store, "commit", refuse)
        answer = await found(here)
        assert answer["database"] == ("problem", "the disk is full")
        assert answer["twilio"][0] == "problem"


@pytest.mark.parametrize("by_number", [False, True])
async def test_a_service_that_takes_a_numbers_texts_is_found(tmp_path: Path, by_number: bool) -> None:
    """This includes a service that no phone of the driver uses: the number is in its pool, so its webhook applies."""
    sid = "MG" + "a" * 32
    service: dict[str, object] = {"sid": sid, "friendly_name": "Marketing", "numbers": [OURS]}
    service |= {"inbound_request_url": "https://other.example.com", "use_inbound_webhook_on_number": by_number}
    number = {"sms_url": "https://sms.example.com/twilio/sms", "sms_method": "POST"}
    receive = {"mode": "webhook", "public_url": "https://sms.example.com", "webhook_port": 0}
    account = {"messaging_services": [service]}
    async with site(tmp_path, account=account, number=number, receive=receive) as here:
        findings = await here.driver.services.selftest.run()
        answer = [finding.words for finding in findings if finding.verdict is CheckLevel.PROBLEM]
        words = f"Twilio, by the Messaging Service {sid}, calls https://other.example.com for messages to it"
        assert answer == ([] if by_number else [words])


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ({"sms_method": "GET"}, "it accepts only POST"),
        ({"sms_application_sid": "AP" + "b" * 32}, "the TwiML application"),
    ],
)
async def test_a_number_that_does_not_call_the_driver_is_found(
    tmp_path: Path, number: dict[str, str], says: str
) -> None:
    receive = {"mode": "webhook", "public_url": "https://sms.example.com", "webhook_port": 0}
    called = {"sms_url": "https://sms.example.com/twilio/sms", **number}
    async with site(tmp_path, number=called, receive=receive) as here:
        verdict, words = [
            (finding.verdict, finding.words) for finding in await here.driver.services.selftest.run()
            if finding.about == OURS
        ][-1]  # fmt: skip
        assert (verdict, says in words) == (CheckLevel.PROBLEM, True)
