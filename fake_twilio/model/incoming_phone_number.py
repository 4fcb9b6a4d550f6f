"""A Twilio number: what it can do and what happens when a text comes in."""

from dataclasses import dataclass
from datetime import datetime

from fake_twilio.model.area_codes import is_toll_free

DEFAULT_SMS_URL = "https://demo.twilio.com/welcome/sms/reply"
"""What a freshly bought number calls for incoming texts."""

DEFAULT_VOICE_URL = "https://demo.twilio.com/welcome/voice/"

REGISTERED, PENDING, UNREGISTERED = "registered", "pending", "unregistered"
"""How far the registration of a number for business texts in North America (A2P 10DLC, toll-free) has come."""

NOT_VERIFIED, NOT_REGISTERED, STILL_CONFIGURED = 30032, 30034, 30035

ORIGINS = ("twilio", "hosted")
"""Who a number was rented from: Twilio, or somebody else who goes on hosting it."""


TYPES = {"Local": "local", "Mobile": "mobile", "TollFree": "toll free"}
"""The lists of numbers by kind, and the ``type`` of the numbers in them."""


def type_of(phone_number: str) -> str:
    """Return the kind of number: ``toll free``, ``mobile`` or ``local``; North America has no mobile numbers."""
    if is_toll_free(phone_number):
        return "toll free"
    if phone_number.startswith("+1"):
        return "local"
    # Loaded on the first number from elsewhere: the metadata take longer to load than the whole fake.
    import phonenumbers

    mobile = phonenumbers.number_type(phonenumbers.parse(phone_number)) == phonenumbers.PhoneNumberType.MOBILE
    return "mobile" if mobile else "local"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a number can carry."""

    voice: bool = True
    sms: bool = True
    mms: bool = True
    fax: bool = False


@dataclass(frozen=True, slots=True)
class IncomingPhoneNumber:
    """A number that belongs to an account. Field names are those of the IncomingPhoneNumber resource.

    Two more say how the number sends: ``messages_per_second`` (0: as its kind does) and how far its ``registration``
    with the carriers has come.
    """

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
    emergency_status: str = ""
    emergency_address_sid: str = ""
    emergency_address_status: str = "unregistered"
    api_version: str = "2010-04-01"
    beta: bool = False
    origin: str = "twilio"
    type: str = "local"
    messages_per_second: float = 0.0
    registration: str = REGISTERED

    def refused_by_carriers(self, to: str) -> int:
        """Return the code with which carriers refuse a text of this number, 0 when they take it."""
        if self.registration == REGISTERED or not (self.phone_number.startswith("+1") and to.startswith("+1")):
            return 0
        if is_toll_free(self.phone_number):
            return NOT_VERIFIED
        return STILL_CONFIGURED if self.registration == PENDING else NOT_REGISTERED
