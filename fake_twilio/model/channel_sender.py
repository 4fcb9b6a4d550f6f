"""Senders on channels other than SMS: WhatsApp numbers, RCS agents, Messenger pages.

Source: Twilio's API reference, ChannelSender of Messaging Services, and its Senders API.
"""

from datetime import datetime
from operator import attrgetter
from typing import ClassVar

from fake_twilio.model.addresses import channel
from fake_twilio.model.incoming_phone_number import Capabilities, IncomingPhoneNumber
from fake_twilio.model.short_code import ShortCode
from fake_twilio.records import dataclass

SANDBOX = "whatsapp:+14155238886"
"""The WhatsApp sandbox: a sender that Twilio shares among all accounts for testing."""

TWILIOS_OWN = frozenset({"+14155238886", "+18777804236"})
"""Numbers that no account owns: the sandbox's, and the virtual phone of Twilio's console."""

SANDBOX_SID = "XEcc20d939f803ee381f2442185d0d5dc5"
"""The installed channel that status callbacks name for the sandbox's messages, whatever the account."""

TYPES = {"whatsapp": "WhatsApp", "messenger": "Messenger", "rcs": "RCS"}
"""The channel names that the ChannelSender resource uses."""


@dataclass(frozen=True, slots=True)
class ChannelSender:
    """A channel sender of an account. Its webhooks are named as in the Senders API."""

    sid: str
    account_sid: str
    sender: str
    created: datetime
    updated: datetime
    callback_url: str = ""
    callback_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback_url: str = ""

    capabilities: ClassVar[Capabilities] = Capabilities(voice=False)
    sms_application_sid: ClassVar[str] = ""

    @property
    def phone_number(self) -> str:
        """The address that people write to."""
        return self.sender

    @property
    def sender_type(self) -> str:
        """The channel's name in the ChannelSender resource."""
        return TYPES[channel(self.sender)[0]]

    # The names that all kinds of senders share.
    sms_url = property(attrgetter("callback_url"))
    sms_method = property(attrgetter("callback_method"))
    sms_fallback_url = property(attrgetter("fallback_url"))
    sms_fallback_method = property(attrgetter("fallback_method"))


Sender = IncomingPhoneNumber | ShortCode | ChannelSender
"""Anything that sends and receives messages; all three kinds name their inbound webhooks alike."""
