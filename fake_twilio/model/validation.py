"""A number that is about to be verified: the call that asks for the code has been made, the code not been entered yet.

Source: Twilio's API reference, OutgoingCallerIds and ValidationRequests.
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Validation:
    """One request. `sid` is the call's; `confirmed` turns true when the code is entered on the handset."""

    sid: str
    account_sid: str
    phone_number: str
    friendly_name: str
    code: str
    created: datetime
    status_callback: str = ""
    confirmed: bool = False
