"""TwiML Bins: documents that Twilio itself serves, at ``https://handler.twilio.com/twiml/EH…``."""

from dataclasses import dataclass
from datetime import datetime

HANDLER = "https://handler.twilio.com/twiml/"


@dataclass(frozen=True, slots=True)
class TwimlBin:
    """One document."""

    sid: str
    account_sid: str
    friendly_name: str
    twiml: str
    created: datetime
    updated: datetime


def bin_sid(url: str) -> str:
    """Return the SID of the bin that a URL names, empty when it names none."""
    return url.removeprefix(HANDLER).partition("?")[0] if url.startswith(HANDLER) else ""
