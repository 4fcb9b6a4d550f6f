"""Twilio numbers: their capabilities and their webhooks."""

from datetime import datetime

from fake_twilio.model.area_codes import is_toll_free
from fake_twilio.records import dataclass

DEFAULT_SMS_URL = "https://demo.twilio.com/welcome/sms/reply"
"""The default webhook for incoming messages of a newly bought number."""

DEFAULT_VOICE_URL = "https://demo.twilio.com/welcome/voice/"

REGISTERED, PENDING, UNREGISTERED = "registered", "pending", "unregistered"
"""Progress of a number's registration for business messages in North America (A2P 10DLC, toll-free)."""

NOT_VERIFIED, NOT_REGISTERED, STILL_CONFIGURED = 30032, 30034, 30035

ORIGINS = ("twilio", "hosted")
"""Where a number comes from: rented from Twilio, or hosted by another provider."""


TYPES = {"Local": "local", "Mobile": "mobile", "TollFree": "toll free"}
"""The resource lists by kind of number, and the ``type`` of the numbers in them."""


def type_of(phone_number: str) -> str:
    """Return the kind of a number: ``toll free``, ``mobile`` or ``local``; North America has no mobile numbers."""
    if is_toll_free(phone_number):
        return "toll free"
    if phone_number.startswith("+1"):
        return "local"
    # Imported on the first number outside North America: loading the metadata takes longer than loading the whole fake.
    import phonenumbers

    mobile = phonenumbers.number_type(phonenumbers.parse(phone_number)) == phonenumbers.PhoneNumberType.MOBILE
    return "mobile" if mobile else "local"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a number can send and receive."""

    voice: bool = True
    sms: bool = True
    mms: bool = True
    fax: bool = False


@dataclass(frozen=True, slots=True)
class IncomingPhoneNumber:
    """A number that belongs to an account. Field names are those of the IncomingPhoneNumber resource.

    Two more fields concern sending: ``messages_per_second`` (0 means the default rate for its kind) and
    ``registration``, the progress of its registration with the carriers.
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
        """Return the error code with which carriers refuse this number's message to ``to``, 0 if they accept it."""
        if self.registration == REGISTERED or not (self.phone_number.startswith("+1") and to.startswith("+1")):
            return 0
        if is_toll_free(self.phone_number):
            return NOT_VERIFIED
        return STILL_CONFIGURED if self.registration == PENDING else NOT_REGISTERED
