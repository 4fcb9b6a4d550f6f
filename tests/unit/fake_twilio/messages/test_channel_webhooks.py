"""Webhook parameters on channels other than SMS, field by field and in order."""

import hashlib
import json
from typing import Any

import pytest

from fake_twilio.errors import GENERATIONS, mask, title
from fake_twilio.messages.channel_webhooks import announcement, external_user_id, incoming
from fake_twilio.model.message import Status
from support.fake_memory import message
from support.fake_wire import ACCOUNT

NEW, OLD = GENERATIONS[0], GENERATIONS[-1]
BUSINESS, PERSON = "whatsapp:+12015550100", "whatsapp:+12015550101"
RECEIVED: dict[str, Any] = {"sender": PERSON, "to": BUSINESS, "status": Status.RECEIVED, "segments": 2, "media": 1}


def metadata(name: str) -> str:
    context = {"ProfileName": name, "WaId": "12015550101"}
    return json.dumps({"type": "whatsapp", "data": {"context": context}}, separators=(",", ":"), ensure_ascii=False)


def test_a_message_from_whatsapp_says_who_the_person_is_there() -> None:
    assert incoming(message(**RECEIVED, service_sid="MG1"), "Jürgen", "image/png", generation=NEW) == [
        ("SmsMessageSid", "SM1"),
        ("NumMedia", "1"),
        ("ProfileName", "Jürgen"),
        ("MessageType", "image"),
        ("SmsSid", "SM1"),
        ("WaId", "12015550101"),
        ("SmsStatus", "received"),
        ("Body", "Fire"),
        ("To", BUSINESS),
        ("MessagingServiceSid", "MG1"),
        ("NumSegments", "2"),
        ("ReferralNumMedia", "0"),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("ChannelMetadata", metadata("Jürgen")),
        ("ExternalUserId", external_user_id(BUSINESS, PERSON)),
        ("From", PERSON),
        ("ApiVersion", "2010-04-01"),
    ]


def test_older_generations_and_other_channels_say_less() -> None:
    old = [name for name, _ in incoming(message(**RECEIVED), "Ann", "", generation=OLD)]
    assert "ChannelMetadata" not in old
    assert "MessagingServiceSid" not in old
    assert dict(incoming(message(**RECEIVED), "Ann", "", generation=OLD))["MessageType"] == "text"
    messenger = message(sender="messenger:42", to="messenger:1", status=Status.RECEIVED)
    assert [name for name, _ in incoming(messenger, "Ann", "", generation=NEW)] == [
        "SmsMessageSid",
        "NumMedia",
        "SmsSid",
        "SmsStatus",
        "Body",
        "To",
        "NumSegments",
        "MessageSid",
        "AccountSid",
        "From",
        "ApiVersion",
    ]
    nobody = dict(incoming(message(sender=None, to="messenger:1"), "", "", generation=NEW))
    assert nobody["From"] == ""
    assert "WaId" not in nobody


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [("", "text"), ("image/png", "image"), ("video/mp4", "video"), ("audio/ogg", "audio"), ("text/csv", "document")],
)
def test_whatsapp_names_the_kind_of_a_medium(content_type: str, kind: str) -> None:
    assert dict(incoming(message(**RECEIVED), "Ann", content_type, generation=NEW))["MessageType"] == kind


def test_a_person_has_another_id_towards_each_business() -> None:
    digest = hashlib.sha256(f"{BUSINESS} {PERSON}".encode()).digest()
    assert external_user_id(BUSINESS, PERSON) == f"US.{int.from_bytes(digest[:8], 'big'):020d}"
    assert external_user_id("whatsapp:+12015550109", PERSON) != external_user_id(BUSINESS, PERSON)
    assert external_user_id(BUSINESS, "whatsapp:+4930123456").startswith("DE.")
    assert external_user_id(BUSINESS, "whatsapp:?\ud800").startswith("US."), "whatever the person's address"


def announced(status: Status, generation: str = NEW, *, titles: bool = False, **more: Any) -> list[tuple[str, str]]:
    fields = {"sender": BUSINESS, "to": PERSON, "status": status} | more
    return list(announcement(message(**fields), "XE1", generation, titles=titles))


def test_a_status_is_announced_with_the_channel_and_the_person() -> None:
    assert announced(Status.DELIVERED, service_sid="MG1") == [
        ("SmsSid", "SM1"),
        ("SmsStatus", "delivered"),
        ("MessageStatus", "delivered"),
        ("ChannelToAddress", mask("+12015550101")),
        ("To", PERSON),
        ("ChannelPrefix", "whatsapp"),
        ("MessagingServiceSid", "MG1"),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("ExternalUserId", external_user_id(BUSINESS, PERSON)),
        ("From", BUSINESS),
        ("ApiVersion", "2010-04-01"),
        ("ChannelInstallSid", "XE1"),
    ]


def test_only_sent_is_said_to_be_structured_and_only_who_got_it_is_known() -> None:
    sent = dict(announced(Status.SENT))
    assert sent["StructuredMessage"] == "false"
    assert "ExternalUserId" not in sent
    assert "ExternalUserId" in dict(announced(Status.READ))
    assert "StructuredMessage" not in dict(announced(Status.READ))
    assert "ExternalUserId" not in dict(announced(Status.DELIVERED, OLD))


@pytest.mark.parametrize(
    ("status", "event"),
    [
        (Status.DELIVERED, "DELIVERED"),
        (Status.READ, "READ"),
        (Status.UNDELIVERED, "UNDELIVERED"),
        (Status.FAILED, "UNDELIVERED"),
        (Status.SENT, None),
    ],
)
def test_older_generations_and_other_channels_name_the_event(status: Status, event: str | None) -> None:
    assert dict(announced(status, OLD)).get("EventType") == event
    assert dict(announced(status, sender="messenger:1", to="messenger:42")).get("EventType") == event
    assert "EventType" not in dict(announced(status))


def test_a_failure_says_why_and_with_its_title_where_that_is_wanted() -> None:
    reason = title(63016, NEW)
    failure = [("ErrorCode", "63016"), ("ChannelStatusMessage", reason)]
    assert announced(Status.UNDELIVERED, error_code=63016)[:2] == failure
    assert announced(Status.UNDELIVERED, error_code=63016, titles=True)[:3] == [
        failure[0],
        ("ErrorMessage", reason),
        failure[1],
    ]
    old = dict(announced(Status.UNDELIVERED, OLD, error_code=30007))
    assert old["ChannelStatusMessage"] == title(30007, OLD) != title(30007, NEW)
    assert not {"ErrorCode", "ChannelStatusMessage"} & dict(announced(Status.SENT)).keys()
    assert dict(announced(Status.FAILED, error_code=63016, sender=None))["From"] == ""
    assert dict(announced(Status.FAILED, error_code=63016, sender=None))["ChannelPrefix"] == ""
