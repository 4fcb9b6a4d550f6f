"""Verifying a caller by message: the code arrives on the handset and is submitted through the API.

Source: twilio-python 9.13, ``numbers.v1.sms_verifications``, which these requests are taken from.
"""

import re
from typing import Any

import pytest
from twilio.rest import Client
from twilio.rest.numbers.v1.sms_verification import SmsVerificationList
from twilio.rest.numbers.v1.sms_verification_check import SmsVerificationCheckList

from fake_twilio import FakeTwilio, ManualClock
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, TOKEN, Wire, wire

BASE = "/v1/CallerIds"


async def post(site: Wire, path: str, document: Any) -> tuple[int, Any]:
    """Send JSON and return the status and document of the response."""
    async with site.session.post(f"{site.fake.base_url}{BASE}/{path}", json=document) as answer:
        return answer.status, await answer.json()


def code_on(site: Wire, phone: str) -> str:
    """Return the code in the newest message on a handset."""
    text = site.fake.handset(phone).messages[-1].body
    return str(re.findall(r"\d{6}", text)[0])


async def test_the_code_on_the_handset_verifies_the_caller() -> None:
    async with wire() as site:
        status, sent = await post(site, "SmsVerifications", {"to": GATE, "friendly_name": "Gate"})
        assert (status, sent["to"], sent["verificationSid"][:2]) == (201, GATE, "VE")
        assert [each["time"] for each in sent["sendCodeAttempts"]] == ["2026-01-01T00:00:00Z"]
        code = code_on(site, GATE)
        shown = await site.control("GET", f"/handsets/{GATE}/messages")
        assert code in shown["messages"][-1]["body"]
        assert await site.listed() == []

        wrong = {"to": GATE, "verification_code": "000000"}
        assert (await post(site, "SmsVerificationChecks", wrong))[1]["status"] == "pending"
        status, checked = await post(site, "SmsVerificationChecks", {"to": GATE, "verification_code": code})
        assert (status, checked["status"], checked["callerIdSid"][:2]) == (201, "approved", "PN")
        url = f"{site.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/OutgoingCallerIds/{checked['callerIdSid']}.json"
        async with site.session.get(url) as answer:
            row = await answer.json()
        assert (row["phone_number"], row["friendly_name"]) == (GATE, "Gate")
        assert (await post(site, "SmsVerifications", {"to": GATE}))[1]["code"] == 21450


async def test_asking_again_texts_the_same_code_again() -> None:
    async with wire() as site:
        first = (await post(site, "SmsVerifications", {"to": GATE}))[1]
        code = code_on(site, GATE)
        again = (await post(site, "SmsVerifications", {"to": GATE}))[1]
        assert (again["verificationSid"], len(again["sendCodeAttempts"])) == (first["verificationSid"], 2)
        assert (code_on(site, GATE), len(site.fake.handset(GATE).messages)) == (code, 2)
        await site.control("PUT", "/snapshot", await site.control("GET", "/snapshot"), 204)
        status, checked = await post(site, "SmsVerificationChecks", {"to": GATE, "verification_code": code})
        assert (status, checked["status"]) == (201, "approved")


async def test_a_code_runs_out_with_time_and_with_mistakes() -> None:
    async with wire() as site:
        await post(site, "SmsVerifications", {"to": GATE})
        code = code_on(site, GATE)
        await site.fake.clock.advance(601)
        assert (await post(site, "SmsVerificationChecks", {"to": GATE, "verification_code": code}))[0] == 404
        await post(site, "SmsVerifications", {"to": GATE})
        wrong = {"to": GATE, "verification_code": "000000"}
        answers = [(await post(site, "SmsVerificationChecks", wrong))[1]["status"] for _ in range(5)]
        assert answers == ["pending"] * 4 + ["canceled"]
        assert (await post(site, "SmsVerificationChecks", wrong))[0] == 404


@pytest.mark.parametrize(
    ("path", "document", "code"),
    [
        ("SmsVerifications", {"to": "nobody"}, 21401),
        ("SmsVerifications", {}, 21401),
        ("SmsVerifications", [1], 20001),
        ("SmsVerifications", {"to": OURS}, 21449),
        ("SmsVerifications", {"to": GUARD}, 21450),
        ("SmsVerifications", {"to": GATE, "friendly_name": "x" * 65}, 20002),
        ("SmsVerificationChecks", {"to": GATE}, 20001),
        ("SmsVerificationChecks", {"to": GATE, "verification_code": "123456"}, 20404),
    ],
)
async def test_what_is_refused(path: str, document: Any, code: int) -> None:
    async with wire() as site:
        assert (await post(site, path, document))[1]["code"] == code


async def test_a_form_does_too() -> None:
    async with wire() as site:
        url = f"{site.fake.base_url}{BASE}/SmsVerifications"
        async with site.session.post(url, data={"To": GATE}) as answer:
            assert (answer.status, (await answer.json())["to"]) == (201, GATE)


def test_the_sdk_reads_the_answers() -> None:
    with FakeTwilio.running(clock=ManualClock()) as fake:
        client = Client(ACCOUNT, TOKEN)
        client.numbers.base_url = fake.base_url
        texts, checks = SmsVerificationList(client.numbers.v1), SmsVerificationCheckList(client.numbers.v1)
        asked = texts.create(SmsVerificationList.NumbersV1SmsVerificationRequest({"to": GATE}))
        assert (asked.to, asked.verification_sid[:2], len(asked.send_code_attempts)) == (GATE, "VE", 1)
        code = re.findall(r"\d{6}", fake.handset(GATE).messages[-1].body)[0]
        request = {"to": GATE, "verification_code": code}
        found = checks.create(SmsVerificationCheckList.NumbersV1SmsVerificationCheckRequest(request))
        assert (found.status, found.caller_id_sid[:2]) == ("approved", "PN")
