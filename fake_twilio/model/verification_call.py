"""Calls that verify a number by asking for the code that the API returned.

Source: Twilio's API reference, OutgoingCallerIds and ValidationRequests.
"""

from datetime import datetime

from fake_twilio.records import dataclass

MAX_MISTAKES = 3
"""The number of wrong codes that ends a call without success."""


@dataclass(frozen=True, slots=True)
class VerificationCall:
    """A validation request and its call. ``sid`` is the call's (CA…).

    ``due`` is when the phone begins to ring. ``extension`` holds digits that are dialed once the call is answered.
    ``call_status`` is empty until the call is over, then ``completed``, ``busy`` or ``no-answer``; ``caller_sid`` is
    the resulting verified caller (PN…), or empty.
    """

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    code: str
    created: datetime
    due: datetime
    extension: str = ""
    status_callback: str = ""
    status_callback_method: str = "POST"
    mistakes: int = 0
    call_status: str = ""
    caller_sid: str = ""

    @property
    def over(self) -> bool:
        """Return whether the call has ended."""
        return bool(self.call_status)

    @property
    def outcome(self) -> str:
        """The outcome in the status callback: ``success`` or ``failed``; empty while the call is in progress."""
        return ("success" if self.caller_sid else "failed") if self.over else ""

    def rings(self, now: datetime) -> bool:
        """Return whether the phone is ringing now."""
        return not self.over and self.due <= now
