"""Where MMS is supported; elsewhere media become links in an SMS.

Source: Twilio's documentation of the MMS Converter and of where MMS is supported.
"""

from fake_twilio.model.addresses import channel, country
from fake_twilio.model.message import Message

COUNTRIES = frozenset({"US", "CA", "AU"})
"""The countries that Twilio sends MMS to."""


def reaches(to: str) -> bool:
    """Return whether media reach a recipient unconverted; channels other than SMS deliver them everywhere."""
    return country(to) in COUNTRIES or bool(channel(to)[0])


def carried(message: Message) -> bool:
    """Return whether a message is sent, and charged, as MMS; the MM… prefix of its SID only states the intent."""
    return message.sid.startswith("MM") and reaches(message.to)
