"""The error catalogue as data: code, HTTP status, text on the wire, title, when it happens, and how it can be reached.

Texts and codes are facts taken from Twilio's error catalogue (www.twilio.com/docs/api/errors), its API reference and
answers seen on the wire. A status of 0 means that the code never answers an API request: it marks a message or an
alert.
"""

from fake_twilio.errors.accounts import ACCOUNTS
from fake_twilio.errors.calls import CALLS
from fake_twilio.errors.creation import CREATION
from fake_twilio.errors.delivery import DELIVERY
from fake_twilio.errors.documents import DOCUMENTS
from fake_twilio.errors.entry import Entry
from fake_twilio.errors.numbers import NUMBERS
from fake_twilio.errors.requests import REQUESTS
from fake_twilio.errors.webhooks import WEBHOOKS

CATALOGUE: dict[int, Entry] = {
    entry.code: entry for entry in (*REQUESTS, *ACCOUNTS, *CREATION, *CALLS, *NUMBERS, *DELIVERY, *WEBHOOKS, *DOCUMENTS)
}
"""Every error that the fake knows, by code."""
