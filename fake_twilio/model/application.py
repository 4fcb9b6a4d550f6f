"""Applications: named sets of webhooks that numbers and messages can refer to.

Source: Twilio's API reference, Applications.
"""

from datetime import datetime

from fake_twilio.records import dataclass


@dataclass(frozen=True, slots=True)
class Application:
    """An application. Field names are those of the Application resource."""

    sid: str
    account_sid: str
    friendly_name: str
    created: datetime
    updated: datetime
    api_version: str = "2010-04-01"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_status_callback: str = ""
    message_status_callback: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    voice_url: str = ""
    voice_method: str = "POST"
    voice_fallback_url: str = ""
    voice_fallback_method: str = "POST"
    voice_caller_id_lookup: bool = False
    public_application_connect_enabled: bool = False

    @property
    def announces_to(self) -> str:
        """The URL for status callbacks of its messages."""
        return self.message_status_callback or self.sms_status_callback
