"""The magic numbers of test credentials and their effects.

Source: Twilio's documentation of test credentials.
"""

from fake_twilio.errors import TwilioError

GOOD = "+15005550006"
"""The only number that test credentials can send from and buy."""

_MESSAGE_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_MESSAGE_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
_CALL_FROM = {"+15005550001": 21212}
_CALL_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}


def check(to: str, sender: str, *, call: bool = False) -> None:
    """Check a message sent, or a call made, with test credentials.

    Raises:
        TwilioError: as listed in the tables; no sender but ``GOOD`` can send or call.
    """
    senders, recipients, other = (_CALL_FROM, _CALL_TO, 21210) if call else (_MESSAGE_FROM, _MESSAGE_TO, 21606)
    if sender != GOOD:
        raise TwilioError(senders.get(sender, other), sender=sender, to=to)
    if to in recipients:
        raise TwilioError(recipients[to], to=to, sender=sender)


def check_purchase(phone_number: str, area_code: str) -> str:
    """Check a purchase made with test credentials and return the number bought.

    Raises:
        TwilioError: 21421 or 21422 for a phone number, 21452 for an area code, as documented; 21421 without either.
    """
    if phone_number:
        if phone_number == "+15005550001":
            raise TwilioError(21421, value=phone_number)
        if phone_number != GOOD:
            raise TwilioError(21422, value=phone_number)
    elif not area_code:
        raise TwilioError(21421, value="")
    elif area_code != "500":
        raise TwilioError(21452, value=area_code)
    return GOOD
