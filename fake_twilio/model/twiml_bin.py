"""TwiML Bins: documents hosted by Twilio, at ``https://handler.twilio.com/twiml/EH…``."""

from datetime import datetime

from fake_twilio.records import dataclass

HANDLER = "https://handler.twilio.com/twiml/"


@dataclass(frozen=True, slots=True)
class TwimlBin:
    """A TwiML Bin."""

    sid: str
    account_sid: str
    friendly_name: str
    twiml: str
    created: datetime
    updated: datetime


def bin_sid(url: str) -> str:
    """Return the SID of the bin at a URL; empty if the URL is not a bin's."""
    return url.removeprefix(HANDLER).partition("?")[0] if url.startswith(HANDLER) else ""
