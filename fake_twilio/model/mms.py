"""Where media can be sent to, and what becomes of them elsewhere: a text with a link to each of them.

Source: Twilio's documentation of the MMS Converter and of where MMS is supported.
"""

from fake_twilio.model.addresses import channel, country
from fake_twilio.model.message import Message

COUNTRIES = frozenset({"US", "CA", "AU"})
"""Countries to which Twilio sends MMS."""


def reaches(to: str) -> bool:
    """Return whether media get to a recipient as they are; other channels than SMS take them everywhere."""
    return country(to) in COUNTRIES or bool(channel(to)[0])


def carried(message: Message) -> bool:
    """Return whether a message goes, and is charged, as media; its SID says only that it was meant to (MM…)."""
    return message.sid.startswith("MM") and reaches(message.to)
