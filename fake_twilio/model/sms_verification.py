"""Verification of a number by SMS: the message contains a code, which the client then submits to the API.

Source: Twilio's official SDK for Python 9.13, ``numbers.v1.sms_verifications`` and ``sms_verification_checks``.
"""

from datetime import datetime, timedelta

from fake_twilio.records import dataclass

MAX_MISTAKES = 5
"""The number of wrong codes that cancels a verification."""

LASTS = timedelta(minutes=10)
"""How long a code is valid."""


@dataclass(frozen=True, slots=True)
class SendCodeAttempt:
    """One message with the code (VL…); ``number`` is its number among all messages."""

    sid: str
    sent: datetime
    number: int


@dataclass(frozen=True, slots=True)
class SmsVerification:
    """A verification (VE…) and its messages. ``caller_sid`` is the resulting verified caller (PN…), or empty."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    code: str
    attempts: tuple[SendCodeAttempt, ...]
    mistakes: int = 0
    caller_sid: str = ""

    @property
    def status(self) -> str:
        """The status that a check returns: ``pending``, ``approved`` or ``canceled``."""
        if self.caller_sid:
            return "approved"
        return "canceled" if self.mistakes >= MAX_MISTAKES else "pending"

    def waits(self, now: datetime) -> bool:
        """Return whether the code can still be submitted."""
        return self.status == "pending" and now - self.attempts[-1].sent <= LASTS
