"""Texts that verify a number: they bring a code, which whoever asked for them hands back to the API.

Source: Twilio's official SDK for Python 9.13, ``numbers.v1.sms_verifications`` and ``sms_verification_checks``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

MAX_MISTAKES = 5
"""Wrong codes after which a verification is canceled."""

LASTS = timedelta(minutes=10)
"""How long a code can be handed back."""


@dataclass(frozen=True, slots=True)
class SendCodeAttempt:
    """One text with the code (VL…); ``number`` is its place among all messages."""

    sid: str
    sent: datetime
    number: int


@dataclass(frozen=True, slots=True)
class SmsVerification:
    """One request (VE…) and its texts. ``caller_sid`` is the verified caller (PN…) that came of it, empty for none."""

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
        """What a check answers: ``pending``, ``approved`` or ``canceled``."""
        if self.caller_sid:
            return "approved"
        return "canceled" if self.mistakes >= MAX_MISTAKES else "pending"

    def waits(self, now: datetime) -> bool:
        """Return whether the code can still be handed back."""
        return self.status == "pending" and now - self.attempts[-1].sent <= LASTS
