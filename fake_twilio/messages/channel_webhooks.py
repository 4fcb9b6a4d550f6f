"""Webhook parameters of messages on channels other than SMS: what they add and what they leave out.

Source: Twilio's documentation of status callbacks and of WhatsApp; forms seen on the wire.
"""

import hashlib
import json

from fake_twilio.errors import GENERATIONS, mask, title
from fake_twilio.model.addresses import channel, country
from fake_twilio.model.message import Message, Status
from fake_twilio.webhooks.request import Parameters

_EVENTS = {
    Status.DELIVERED: "DELIVERED",
    Status.READ: "READ",
    Status.UNDELIVERED: "UNDELIVERED",
    Status.FAILED: "UNDELIVERED",
}


def incoming(message: Message, profile_name: str, content_type: str, *, generation: str) -> Parameters:
    """Return the parameters of the webhook for an inbound message: no locations, but the sender's channel identity.

    ``profile_name`` is the sender's WhatsApp profile name, ``content_type`` that of the first media file, if any.
    """
    via, address = channel(message.sender or "")
    context = {"ProfileName": profile_name, "WaId": address.lstrip("+")}
    whatsapp = via == "whatsapp"
    return [
        ("SmsMessageSid", message.sid),
        ("NumMedia", str(message.media)),
        *([("ProfileName", profile_name), ("MessageType", _kind(content_type))] if whatsapp else []),
        ("SmsSid", message.sid),
        *([("WaId", address.lstrip("+"))] if whatsapp else []),
        ("SmsStatus", "received"),
        ("Body", message.body),
        ("To", message.to),
        *([("MessagingServiceSid", message.service_sid)] if message.service_sid else []),
        ("NumSegments", str(message.segments)),
        *([("ReferralNumMedia", "0")] if whatsapp else []),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        *(_of_whatsapp(context, message.to, message.sender or "") if whatsapp and _new(generation) else []),
        ("From", message.sender or ""),
        ("ApiVersion", "2010-04-01"),
    ]


def _new(generation: str) -> bool:
    return generation == GENERATIONS[0]


def _of_whatsapp(context: dict[str, str], business: str, person: str) -> Parameters:
    """Return the parameters that WhatsApp adds: the context (since 2025) and the user ID per business (since 2026)."""
    metadata = json.dumps({"type": "whatsapp", "data": {"context": context}}, separators=(",", ":"), ensure_ascii=False)
    return [("ChannelMetadata", metadata), ("ExternalUserId", external_user_id(business, person))]


def external_user_id(business: str, person: str) -> str:
    """Return the ID of a WhatsApp user for one business: the country and an opaque number."""
    digest = hashlib.sha256(f"{business} {person}".encode("utf-8", "replace")).digest()
    return f"{country(person) or 'US'}.{int.from_bytes(digest[:8], 'big'):020d}"


def _kind(content_type: str) -> str:
    """Return WhatsApp's message type for media of this type; anything but images, video and audio is a document."""
    if not content_type:
        return "text"
    family = content_type.partition("/")[0]
    return family if family in ("image", "video", "audio") else "document"


def announcement(message: Message, install_sid: str, generation: str, *, titles: bool = False) -> Parameters:
    """Return the parameters of the callback that reports a message's status.

    ``install_sid`` is the sender's SID (XE…), ``generation`` the wire generation of the error titles. ``titles`` adds
    the title as ``ErrorMessage`` too.
    """
    status = message.status
    event, code = _EVENTS.get(status), message.error_code
    reason = title(code, generation) if code else ""
    failure = [
        ("ErrorCode", str(code)),
        *([("ErrorMessage", reason)] if titles else []),
        ("ChannelStatusMessage", reason),
    ]
    address = channel(message.to)[1]
    whatsapp = _new(generation) and channel(message.sender or "")[0] == "whatsapp"
    if whatsapp:
        event = None
    known = whatsapp and status in (Status.DELIVERED, Status.READ)
    return [
        *([("EventType", event)] if event else []),
        *(failure if code else []),
        ("SmsSid", message.sid),
        ("SmsStatus", status.value),
        ("MessageStatus", status.value),
        ("ChannelToAddress", mask(address)),
        ("To", message.to),
        ("ChannelPrefix", channel(message.sender or "")[0]),
        *([("MessagingServiceSid", message.service_sid)] if message.service_sid else []),
        ("MessageSid", message.sid),
        ("AccountSid", message.account_sid),
        *([("StructuredMessage", "false")] if status is Status.SENT else []),
        *([("ExternalUserId", external_user_id(message.sender or "", message.to))] if known else []),
        ("From", message.sender or ""),
        ("ApiVersion", "2010-04-01"),
        ("ChannelInstallSid", install_sid),
    ]
