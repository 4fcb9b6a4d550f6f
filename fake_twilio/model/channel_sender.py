"""Senders on other channels than SMS: WhatsApp numbers, RCS agents, Messenger pages.

Source: Twilio's API reference, ChannelSender of Messaging Services, and its Senders API.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fake_twilio.model.addresses import channel
from fake_twilio.model.incoming_phone_number import Capabilities, IncomingPhoneNumber
from fake_twilio.model.short_code import ShortCode

SANDBOX = "whatsapp:+14155238886"
"""The WhatsApp sender that Twilio lends to every account for trying things out."""

TWILIOS_OWN = frozenset({"+14155238886", "+18777804236"})
"""Numbers that no account has: the sandbox's and the virtual phone of Twilio's console."""

SANDBOX_SID = "XEcc20d939f803ee381f2442185d0d5dc5"
"""What receipts of the sandbox's messages name as the installed channel, whatever the account."""

TYPES = {"whatsapp": "WhatsApp", "messenger": "Messenger", "rcs": "RCS"}
"""Channels as the ChannelSender resource names them."""


@dataclass(frozen=True, slots=True)
class ChannelSender:
    """A sender of an account. What it calls is named as in the Senders API."""

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
        """The address that it is written to at."""
        return self.sender

    @property
    def sender_type(self) -> str:
        """The channel, as the ChannelSender resource names it."""
        return TYPES[channel(self.sender)[0]]

    @property
    def sms_url(self) -> str:
        """What is called when somebody writes to it."""
        return self.callback_url

    @property
    def sms_method(self) -> str:
        """How that is called."""
        return self.callback_method

    @property
    def sms_fallback_url(self) -> str:
        """What is called when that fails."""
        return self.fallback_url

    @property
    def sms_fallback_method(self) -> str:
        """How that is called."""
        return self.fallback_method


Sender = IncomingPhoneNumber | ShortCode | ChannelSender
"""What can be texted from and at; all of them name their webhooks of incoming texts alike."""
