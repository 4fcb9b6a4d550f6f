"""Short codes: three to six digits that an account rents in one country to send and receive messages.

Source: Twilio's API reference, ShortCode.
"""

from datetime import datetime
from typing import ClassVar

from fake_twilio.model.incoming_phone_number import Capabilities
from fake_twilio.records import dataclass

SMS_ONLY = Capabilities(voice=False, mms=False)


@dataclass(frozen=True, slots=True)
class ShortCode:
    """A short code of an account. Field names are those of the ShortCode resource."""

    sid: str
    account_sid: str
    short_code: str
    friendly_name: str
    created: datetime
    updated: datetime
    country: str = "US"
    capabilities: Capabilities = SMS_ONLY
    api_version: str = "2010-04-01"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"

    sms_application_sid: ClassVar[str] = ""
    """Short codes have no applications."""

    @property
    def phone_number(self) -> str:
        """The address that people write to."""
        return self.short_code
