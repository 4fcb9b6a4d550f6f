"""Calls that verify a number: they ask for the code that the API handed out, and end when it is entered or not.

Source: Twilio's API reference, OutgoingCallerIds and ValidationRequests.
"""

from dataclasses import dataclass
from datetime import datetime

MAX_MISTAKES = 3
"""Wrong codes after which a call ends without success."""


@dataclass(frozen=True, slots=True)
class VerificationCall:
    """One request and its call. ``sid`` is the call's (CA…).

    ``due`` is when the telephone begins to ring. ``extension`` are digits that are dialled once it is answered.
    ``call_status`` is empty until the call is over, then ``completed``, ``busy`` or ``no-answer``; ``caller_sid`` is
    the verified caller (PN…) that came of it, empty for none.
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
        """What the status callback calls it: ``success`` or ``failed``, empty while the call goes on."""
        return ("success" if self.caller_sid else "failed") if self.over else ""

    def rings(self, now: datetime) -> bool:
        """Return whether the telephone is being called now."""
        return not self.over and self.due <= now
