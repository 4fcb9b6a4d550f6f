"""The parameters of status callbacks, field by field, and the URLs they are sent to."""

from datetime import timedelta
from typing import Any

import pytest

from fake_twilio import Fault
from fake_twilio.errors import GENERATIONS, title
from fake_twilio.messages.status_callbacks import callback_parameters, parameters_around_2019
from fake_twilio.model.application import Application
from fake_twilio.model.message import Message, Options, Status
from fake_twilio.webhooks import debugger
from support.fake_memory import NOW, MemoryFake, memory_fake, message
from support.fake_wire import ACCOUNT, GUARD, OURS

OLD = GENERATIONS[-1]
SERVICE, URL = "MG" + "a" * 32, "https://sms.example.com/status"
#: The further parameters of each form.
COMMON = {
    "SmsSid": "SM1",
    "To": GUARD,
    "From": OURS,
    "MessageSid": "SM1",
    "AccountSid": ACCOUNT,
    "ApiVersion": "2010-04-01",
}


def now(status: Status, **more: Any) -> Message:
    return message(status=status, updated=NOW + timedelta(hours=12, minutes=34), **more)


def test_a_status_is_announced_in_twilios_order() -> None:
    form = callback_parameters(now(Status.UNDELIVERED, service_sid="MG1", error_code=30003), titles=True)
    assert form == [
        ("MessagingServiceSid", "MG1"),
        ("ApiVersion", "2010-04-01"),
        ("MessageStatus", "undelivered"),
        ("RawDlrDoneDate", "2601010734"),
        ("ErrorCode", "30003"),
        ("ErrorMessage", title(30003)),
        ("SmsSid", "SM1"),
        ("SmsStatus", "undelivered"),
        ("To", GUARD),
        ("From", OURS),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
    ]


def test_what_there_is_not_is_not_said() -> None:
    assert dict(callback_parameters(now(Status.SENT))) == COMMON | {"MessageStatus": "sent", "SmsStatus": "sent"}
    assert "ErrorMessage" not in dict(callback_parameters(now(Status.FAILED, error_code=30003)))
    assert dict(callback_parameters(now(Status.FAILED, sender=None)))["From"] == ""


@pytest.mark.parametrize(
    ("to", "done"),
    [(GUARD, "2601010734"), ("+13105550101", "2601010434"), ("+4930123456", "2601011234"), ("12345", "2601011234")],
)
def test_a_receipt_is_dated_by_the_clock_of_its_place(to: str, done: str) -> None:
    assert dict(callback_parameters(now(Status.DELIVERED, to=to)))["RawDlrDoneDate"] == done


def test_the_form_of_2019() -> None:
    form = parameters_around_2019(now(Status.UNDELIVERED, service_sid="MG1", error_code=30007), OLD)
    assert form == [
        ("ErrorCode", "30007"),
        ("ErrorMessage", title(30007, OLD)),
        ("RawDlrDoneDate", "2601011234"),
        ("SmsSid", "SM1"),
        ("SmsStatus", "undelivered"),
        ("MessageStatus", "undelivered"),
        ("To", GUARD),
        ("MessagingServiceSid", "MG1"),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("From", OURS),
        ("ApiVersion", "2010-04-01"),
    ]
    plain = parameters_around_2019(now(Status.SENT, sender=None), OLD)
    assert plain == [
        ("SmsSid", "SM1"),
        ("SmsStatus", "sent"),
        ("MessageStatus", "sent"),
        ("To", GUARD),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("From", ""),
        ("ApiVersion", "2010-04-01"),
    ]


async def test_a_message_names_its_address_before_its_service_does() -> None:
    services = [
        {"sid": SERVICE, "numbers": [OURS], "status_callback": "https://service.example.com"},
        {"sid": "MG" + "b" * 32},
    ]
    receipts = MemoryFake(messaging_services=services).backend.receipts
    assert receipts.target(message()) == ""
    assert receipts.target(message(options=Options(status_callback=URL), service_sid=SERVICE)) == URL
    assert receipts.target(message(service_sid=SERVICE)) == "https://service.example.com"
    assert receipts.target(message(service_sid="MG" + "b" * 32)) == ""
    assert receipts.target(message(sender=None)) == ""


async def test_an_application_names_the_address_of_its_messages() -> None:
    fake = MemoryFake()
    sid = "AP" + "a" * 32
    fake.context.state.applications.put(Application(sid, ACCOUNT, "ours", NOW, NOW, message_status_callback=URL))
    assert fake.backend.receipts.target(message(options=Options(application_sid=sid))) == URL
    assert fake.backend.receipts.target(message(options=Options(application_sid="AP" + "b" * 32))) == ""


async def test_a_sender_on_another_channel_has_an_address_of_its_own() -> None:
    sender = {"sender": f"whatsapp:{OURS}", "status_callback_url": URL}
    receipts = MemoryFake(channel_senders=[sender]).backend.receipts
    assert receipts.target(message(sender=f"whatsapp:{OURS}", to=f"whatsapp:{GUARD}")) == URL
    assert receipts.target(message(sender=OURS)) == ""
    assert receipts.target(message(sender="whatsapp:+12015550177")) == ""


async def test_a_fault_that_drops_callbacks_says_so_in_their_log() -> None:
    async with memory_fake() as fake:
        fake.context.faults.add(Fault({"type": "callback_drop"}, {}, times=None))
        fake.backend.receipts.announce(now(Status.DELIVERED, options=Options(status_callback=URL)))
        await fake.clock.wait_idle()
        (entry,) = fake.context.webhooks.entries
        assert (entry.kind, entry.method, entry.event) == ("callback", "POST", "delivered")
        assert (entry.status, entry.fault != "") == (None, True)


async def test_what_goes_wrong_with_a_callback_is_told_to_the_debugger(monkeypatch: pytest.MonkeyPatch) -> None:
    async with memory_fake() as fake:
        about: list[tuple[Any, ...]] = []
        monkeypatch.setattr(debugger, "about", lambda _, _delivery, *more, **named: about.append((*more, named)))
        announced = now(Status.DELIVERED, options=Options(status_callback="http://127.0.0.1:9/"))
        fake.backend.receipts.announce(announced)
        await fake.context.scheduler.wait_idle()
        assert about == [(announced, {"method": "POST", "parameters": callback_parameters(announced)})]
        entry = fake.context.webhooks.entries[0]
        assert (entry.kind, entry.method, entry.event) == ("callback", "POST", "delivered")


async def test_titles_are_said_where_they_are_wanted_on_other_channels_too() -> None:
    failed = now(Status.FAILED, sender=f"whatsapp:{OURS}", to=f"whatsapp:{GUARD}", error_code=63016)
    for wanted in (True, False):
        receipts = MemoryFake(world={"error_messages": wanted}).backend.receipts
        assert ("ErrorMessage" in dict(receipts._form(failed))) is wanted
