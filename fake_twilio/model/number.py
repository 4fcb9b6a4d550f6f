"""A Twilio number: what it can do and what happens when a text comes in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

DEFAULT_SMS_URL = "https://demo.twilio.com/welcome/sms/reply"
"""What a freshly bought number calls for incoming texts."""

DEFAULT_VOICE_URL = "https://demo.twilio.com/welcome/voice/"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a number can carry."""

    voice: bool = True
    sms: bool = True
    mms: bool = True
    fax: bool = False


class Sender(Protocol):
    """What can be texted from and at: a Twilio number, a short code, a sender on another channel."""

    # Properties, so that frozen rows and computed values fit alike.
    @property
    def sid(self) -> str: ...  # noqa: D102
    @property
    def account_sid(self) -> str: ...  # noqa: D102
    @property
    def phone_number(self) -> str: ...  # noqa: D102
    @property
    def capabilities(self) -> Capabilities: ...  # noqa: D102
    @property
    def sms_url(self) -> str: ...  # noqa: D102
    @property
    def sms_method(self) -> str: ...  # noqa: D102
    @property
    def sms_fallback_url(self) -> str: ...  # noqa: D102
    @property
    def sms_fallback_method(self) -> str: ...  # noqa: D102
    @property
    def sms_application_sid(self) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class IncomingNumber:
    """A number that belongs to an account. Field names are those of the IncomingPhoneNumber resource."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    created: datetime
    updated: datetime
    capabilities: Capabilities = Capabilities()
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    voice_application_sid: str = ""
    voice_caller_id_lookup: bool = False
    voice_receive_mode: str = "voice"
    trunk_sid: str = ""
    address_requirements: str = "none"
    address_sid: str = ""
    bundle_sid: str = ""
    identity_sid: str = ""
    emergency_status: str = "Inactive"
    emergency_address_sid: str = ""
    emergency_address_status: str = "unregistered"
    beta: bool = False
    origin: str = "twilio"
    type: str = "local"
