"""The magic numbers of test credentials and their effects.

Source: Twilio's documentation of test credentials.
"""

from fake_twilio.errors import TwilioError

GOOD = "+15005550006"
"""The only number that test credentials can send from and buy."""

_FROM = {"+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611}
_TO = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}

_CALL_FROM = {"+15005550001": 21212}
_CALL_TO = {"+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216}


def check_message(to: str, sender: str) -> None:
    """Check a message sent with test credentials.

    Raises:
        TwilioError: as listed in the tables; no sender but ``GOOD`` can send.
    """
    if sender != GOOD:
        raise TwilioError(_FROM.get(sender, 21606), sender=sender, to=to)
    if to in _TO:
        raise TwilioError(_TO[to], to=to, sender=sender)


def check_call(to: str, sender: str) -> None:
    """Check a call made with test credentials.

    Raises:
        TwilioError: as listed in the tables; no sender but ``GOOD`` can call.
    """
    if sender != GOOD:
        raise TwilioError(_CALL_FROM.get(sender, 21210), sender=sender, to=to)
    if to in _CALL_TO:
        raise TwilioError(_CALL_TO[to], to=to, sender=sender)


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
