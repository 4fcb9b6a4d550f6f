"""The timeline of a scenario: who did what, without any complete phone number."""

import re

import aiohttp

from driver.api.frames import EventModel
from fake_twilio.clock import ManualClock
from harness.personas import Account, Personas
from harness.report.failure_report import evidence
from harness.twilio.fake_twilio import fake_twilio_backend


async def test_the_timeline_separates_requests_of_the_harness_from_those_of_the_driver() -> None:
    async with aiohttp.ClientSession() as session, fake_twilio_backend(ManualClock(), session) as side:
        account = side.account("Full")
        await side.point_number_to(account, account.numbers[0], "")
        await side.add_alpha_sender(account, "Site")
        signed = {"Authorization": aiohttp.encode_basic_auth(account.sid, account.auth_token)}
        await session.get(f"{side.base_url}/2010-04-01/Accounts/{account.sid}.json", headers=signed)
        rows = evidence(
            await side.requests(), [], [], received=[], events=[], log=[], personas=side.personas()
        ).timeline
    assert [(who, what.partition(" ")[0]) for _, who, what in rows] == [
        ("harness → Twilio", "GET"),
        ("harness → Twilio", "POST"),
        ("harness → Twilio", "POST"),
        ("driver → Twilio", "GET"),
    ]


def test_people_are_named_and_no_number_is_whole() -> None:
    personas = Personas(Account("Full", "AC", "", ("+12015550100",)), ("+12015550101",), ())
    personas.number("Gate")
    at = "2026-01-01T00:00:01.000Z"
    request = {
        "at": at,
        "method": "POST",
        "target": "/Messages.json?To=%2B12015550100",
        "body": "To=%2B12015550101&From=%2b12015550100&Body=Call+%2B4915112345678",
        "status": 201,
        "fault": None,
        "response": '{"to": "+12015550101", "from": "+12015550100", "friendly_name": "(201) 555-0100"}',
    }
    event = EventModel(
        event_id="1",
        asset_id="gate",
        item_id="phones/gate",
        item_type="Phone",
        name="MessageAccepted",
        initial={},
        parameters={
            "Destination Number": "+12015550101",
            "Source Phone Number": "+12015550100",
            "Attempts": 2,
            "States": ["A", "B"],
        },
        occurred_at=at,
        observed_at=at,
    )
    text = {"at": at, "from": "+442079460000", "body": "From abroad"}
    received = {"date_created": at, "date_sent": at, "to": "+12015550101", "status": "delivered", "body": "Call back"}
    log = {"at": at, "level": "info", "event": "received", "source": "+12015550101"}
    found = evidence([request], [], [text], received=[received], events=[event], log=[log], personas=personas)
    assert found.timeline == [
        ["00:00:01.000", "+4…0000 → Twilio", 'texts "From abroad"'],
        ["00:00:01.000", "driver → Twilio", 'POST Messages.json "Call +4…5678" to Gate → 201'],
        ["00:00:01.000", "Twilio → Gate", 'delivered "Call back"'],
        [
            "00:00:01.000",
            "driver (gate)",
            "MessageAccepted Destination Number: Gate, Source Phone Number: Twilio, Attempts: 2, States: A, B",
        ],
    ]
    everything = "\n".join([*found.log, *found.journal])
    assert "To=%2B1…0101&From=%2b1…0100" in everything
    assert re.search(r"\d{7}", everything.replace(at, "")) is None
    assert "555-" not in everything
