"""Buying a number: choosing a specific one or one in an area code, and its initial settings.

Source: Twilio's API reference, IncomingPhoneNumber, create; responses seen on the wire.
"""

from fake_twilio.api.available_phone_numbers import offers
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.addresses import e164, friendly
from fake_twilio.model.incoming_phone_number import (
    DEFAULT_SMS_URL,
    DEFAULT_VOICE_URL,
    TYPES,
    IncomingPhoneNumber,
    type_of,
)


def chosen(request: ApiRequest, wanted: str, area_code: str, *, kind: str = "") -> str:
    """Return the number to buy; ``kind`` is the list to buy from, such as ``TollFree``.

    Raises:
        TwilioError: 21421 (neither number nor area code), 21422 (taken), 21458 (of another type), 21451 (not an area
            code), 21452 (no numbers in it).
    """
    if wanted:
        number = e164(wanted)
        if number is None:
            raise TwilioError(21421, value=wanted)
        if request.context.state.number(number) is not None:
            raise TwilioError(21422, value=number)
        if kind and type_of(number) != TYPES[kind]:
            raise TwilioError(21458)
        return number
    if not area_code:
        raise TwilioError(21421, value="")
    if not (area_code.isascii() and area_code.isdigit() and len(area_code) == 3):
        raise TwilioError(21451, value=area_code)
    offer = next(offers(request.context.state, "US", kind or "Local", fits=lambda code: code == area_code), None)
    if offer is None:
        raise TwilioError(21452, value=area_code)
    return offer


def rented(request: ApiRequest, phone_number: str) -> IncomingPhoneNumber:
    """Return a newly bought number: it responds with Twilio's demo."""
    now = request.context.now()
    return IncomingPhoneNumber(
        sid=request.context.ids.sid("PN"),
        account_sid=request.account.sid,
        phone_number=phone_number,
        friendly_name=friendly(phone_number),
        created=now,
        updated=now,
        sms_url=DEFAULT_SMS_URL,
        voice_url=DEFAULT_VOICE_URL,
        type=type_of(phone_number),
    )
