"""Parsing of phone numbers as people write and copy them: unambiguous ones are accepted, others get a suggestion."""

import re
import sys
from functools import lru_cache

from driver.domain.phone_numbers import E164, OPTIONAL_ZERO, is_messaging_service, tidied

#: International call prefixes that people dial instead of a plus sign: most of the world's, North America's.
_DIALED = ("00", "011")
#: Fewer digits without a plus sign could be numbers of several countries, so none is suggested.
_MIN_INTERNATIONAL = 11
#: North American numbers have a fixed length and no national prefix that could be left in, so no lookup is needed.
_NORTH_AMERICAN = re.compile(r"\+1[2-9][0-9]{9}")


def phone_number(text: str) -> E164:
    """Return a possible phone number in E.164 form.

    Raises:
        ValueError: it is not one; the message says what is expected, and suggests only valid numbers.
    """
    number = normalized(text)
    form = number if _NORTH_AMERICAN.fullmatch(number) else _international(number)
    if form == number:
        return number
    if not form:
        raise ValueError("expected a phone number that is possible in its country, for example +12015550101")
    meant = f"; did you mean {form}?" if _is_valid(form) else ""
    raise ValueError(f"expected a number without the national prefix after the country code{meant}")


def normalized(text: str) -> E164:
    """Return a phone number in E.164 form, without checking whether it is possible.

    Raises:
        ValueError: it is not one; the message suggests only valid numbers.
    """
    tidy = tidied(text)
    if OPTIONAL_ZERO.search(tidy):
        return _without_optional_zero(tidy)
    try:
        return E164(tidy)
    except ValueError as exc:
        meant = meant_by(tidy)
        raise ValueError(f"{exc}; did you mean {meant}?" if meant else str(exc)) from None


@lru_cache(maxsize=256)
def sender(text: str) -> str:
    """Return a sender: a Twilio number or the SID of a Messaging Service. Phones with the same sender share one object.

    Raises:
        ValueError: it is neither.
    """
    tidy = tidied(text)
    if not tidy.startswith("MG"):
        return sys.intern(str(phone_number(text)))
    if not is_messaging_service(tidy):
        raise ValueError("expected a Messaging Service SID: MG and 32 hexadecimal digits")
    return sys.intern(tidy)


def meant_by(text: str) -> str:
    """Return the valid number probably meant by one that lacks the plus sign or is written as dialed, or ``""``."""
    plain = re.sub(r"[\s().\-]", "", tidied(text))
    digits = plain.removeprefix("+")
    if not digits.isdecimal():
        return ""
    dialed = [digits.removeprefix(prefix) for prefix in _DIALED if digits.startswith(prefix)]
    candidates = dialed or ([digits] if len(digits) >= _MIN_INTERNATIONAL and digits == plain else [])
    valid = [f"+{candidate}" for candidate in candidates if _is_valid(f"+{candidate}")]
    return valid[0] if len(valid) == 1 else ""


def _without_optional_zero(tidy: str) -> E164:
    """Parse ``+44 (0)20 …``: most countries drop the zero, some keep it, and only one of the two is a valid number."""
    written = [_plain(OPTIONAL_ZERO.sub(zero, tidy)) for zero in ("", "0")]
    valid = [number for number in written if _is_valid(number)]
    if len(valid) != 1:
        raise ValueError("expected a phone number in E.164 form, for example +12015550101, without (0)")
    return E164(valid[0])


def _plain(text: str) -> str:
    try:
        return E164(text)
    except ValueError:
        return ""


def _is_valid(number: str) -> bool:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(parsed) and _international(number) == number


@lru_cache(maxsize=256)
def _international(number: str) -> str:
    """Return the international form of a number, or ``""`` if it is impossible. Cached: many phones share a few."""
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
