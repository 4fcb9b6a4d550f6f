"""The webhooks of messages on other channels than SMS: what they say besides, and what they leave out.

Source: Twilio's documentation of status callbacks and of WhatsApp; forms seen on the wire.
"""

from fake_twilio.errors import mask, title
from fake_twilio.model.addresses import channel
from fake_twilio.model.message import Message, Status
from fake_twilio.webhooks.request import Parameters

_EVENTS = {
    Status.DELIVERED: "DELIVERED",
    Status.READ: "READ",
    Status.UNDELIVERED: "UNDELIVERED",
    Status.FAILED: "UNDELIVERED",
}


def incoming(message: Message, profile_name: str, content_type: str = "") -> Parameters:
    """Return the form of the webhook for a message that came in: no places, but who the sender is there.

    `profile_name` is what the sender is called on WhatsApp, `content_type` that of the first medium, if there is one.
    """
    via, address = channel(message.sender or "")
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
        ("From", message.sender or ""),
        ("ApiVersion", "2010-04-01"),
    ]


def _kind(content_type: str) -> str:
    """Return what WhatsApp calls a message with such a medium: what is no picture, film or sound is a document."""
    if not content_type:
        return "text"
    family = content_type.partition("/")[0]
    return family if family in ("image", "video", "audio") else "document"


def announcement(message: Message, install_sid: str, generation: str) -> Parameters:
    """Return the form of the callback that announces a message's status.

    `install_sid` is that of its sender (XE…), `generation` the one whose titles of errors are spoken.
    """
    status = message.status
    event, code = _EVENTS.get(status), message.error_code
    reason = title(code, generation) if code else ""
    failure = [("ErrorCode", str(code)), ("ErrorMessage", reason), ("ChannelStatusMessage", reason)]
    address = channel(message.to)[1]
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
        ("From", message.sender or ""),
        ("ApiVersion", "2010-04-01"),
        ("ChannelInstallSid", install_sid),
    ]
