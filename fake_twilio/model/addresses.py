"""Addresses that messages are sent to or from: E.164 numbers, short codes, alphanumeric senders, channel addresses."""

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

from fake_twilio.model.area_codes import AREA_CODES

R = TypeVar("R")

_FORMATTING = str.maketrans("", "", " -().\t")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_NANP = re.compile(r"\+1([2-9][0-9]{2})([2-9][0-9]{2})[0-9]{4}")
_SHORT_CODE = r"[0-9]{3,6}"
_LIKE_SHORT_CODE = r"(?s)[0-9]{3,6}|[^+].{4,5}"
_NANP_SHORT = r"\+1[0-9]{3,6}"
_JUNK = r"\+[^0-9A-Za-z]+(?=[0-9])"
_PREMIUM = r"\+1900[2-9][0-9]{6}"
_ANY_NUMBER = r"\+[0-9]+"
_WITHOUT_PLUS = r"1?[2-9][0-9]{9}"
_ALPHANUMERIC = r"(?=.*[A-Za-z])[A-Za-z0-9 +&_-]{1,11}"
_PAGE = r"[0-9]{1,32}"
_AGENT = r"[A-Za-z0-9_-]{1,64}"

CHANNELS = frozenset({"whatsapp", "messenger", "rcs"})
"""Channels other than SMS that can prefix an address, as in ``whatsapp:+1…``."""

MAX_TEXTS = 65_536
MAX_LENGTH = 64
"""The maximum length of a cached string; addresses of phones and senders are shorter."""


def short_text_cache(function: Callable[[str], R]) -> Callable[[str], R]:
    """Cache a function's results for short strings only, because clients choose them."""
    remembered = lru_cache(MAX_TEXTS)(function)

    @wraps(function)
    def called(text: str) -> R:
        return remembered(text) if len(text) <= MAX_LENGTH else function(text)

    return called


@short_text_cache
def e164(text: str) -> str | None:
    """Return the number in E.164 form, or None if it cannot be a phone number.

    Spaces, dots, dashes and parentheses are ignored; the leading ``+`` and the country code are required. North
    American numbers are validated against the numbering plan (an assigned area code, an exchange that does not begin
    with 0 or 1), all others against the public numbering plans of their countries.
    """
    compact = text.strip().translate(_FORMATTING)
    if text[:1] == " " and compact[:1].isdigit():
        # A form that was not percent-encoded turns the leading ``+`` into a space; Twilio has always read it as ``+``.
        compact = f"+{compact}"
    if not _E164.fullmatch(compact):
        return None
    if compact.startswith("+1"):
        match = _NANP.fullmatch(compact)
        return compact if match and match[1] in AREA_CODES and match[2][1:] != "11" else None
    # Imported on the first number outside North America: loading the metadata takes longer than loading the whole fake.
    import phonenumbers

    try:
        number = phonenumbers.parse(compact)
    except phonenumbers.NumberParseException:
        return None
    return compact if phonenumbers.is_valid_number(number) else None


def recipient(text: str) -> str | None:
    """Return the E.164 number that Twilio derives from a destination, or None if it cannot derive one.

    Punctuation between ``+`` and the first digit is ignored. Without a ``+``, a number is read as North American.
    """
    number = e164(text)
    if number is not None or not text:
        return number
    if text[0] == "+":
        return e164(re.sub(_JUNK, "+", text, count=1))
    digits = text.strip().translate(_FORMATTING)
    return e164(f"+1{digits[-10:]}") if re.fullmatch(_WITHOUT_PLUS, digits) else None


def may_be_short_code(text: str) -> bool:
    """Return whether Twilio takes an invalid destination for a short code.

    Text without a ``+`` qualifies by its length; text with one, if it is as long as the short numbers of its country
    can be. The rule is a guess that fits the few responses seen.
    """
    if not text.startswith("+"):
        return re.fullmatch(_LIKE_SHORT_CODE, text) is not None
    if text.startswith("+1"):
        return re.fullmatch(_NANP_SHORT, digits_of(text) or "") is not None
    # Imported on the first such number: loading the metadata takes longer than loading the whole fake.
    import phonenumbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_possible_short_number(number)


@short_text_cache
def is_premium(number: str) -> bool:
    """Return whether a number (``+`` and digits) is premium-rate: whoever messages or calls it pays extra."""
    if number.startswith("+1"):
        return re.fullmatch(_PREMIUM, number) is not None
    import phonenumbers

    try:
        kind = phonenumbers.number_type(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False
    return kind == phonenumbers.PhoneNumberType.PREMIUM_RATE


def digits_of(text: str) -> str | None:
    """Return ``+`` and digits without punctuation, or None for any other text; the number need not be valid."""
    compact = text.strip().translate(_FORMATTING)
    return compact if re.fullmatch(_ANY_NUMBER, compact) else None


def local(text: str, region: str) -> str | None:
    """Return the E.164 form of a number written as in a country (ISO 3166), or None if it is not a number there."""
    digits = "".join(character for character in text if character.isdigit())
    if region in ("US", "CA"):
        return e164(f"+1{digits}") or e164(f"+{digits}")
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region or None)
    except phonenumbers.NumberParseException:
        return None
    return e164(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


@short_text_cache
def country(number: str) -> str:
    """Return the ISO 3166 country of an E.164 number or of a channel address with one; empty if unknown."""
    if number.startswith("+1"):
        return AREA_CODES.get(number[2:5], ("", ""))[0]
    if ":" in number:
        return country(channel(number)[1])
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def state(number: str) -> str:
    """Return the two-letter state or province of a North American number; empty for any other number."""
    return AREA_CODES.get(number[2:5], ("", ""))[1] if number.startswith("+1") else ""


def is_short_code(text: str) -> bool:
    """Return whether a text is a short code: three to six digits and nothing else."""
    return re.fullmatch(_SHORT_CODE, text) is not None


def is_alphanumeric(text: str) -> bool:
    """Return whether a text can be an alphanumeric sender.

    These are up to eleven letters, digits, spaces, ``+``, ``-``, ``_`` or ``&``, with at least one letter.
    """
    return re.fullmatch(_ALPHANUMERIC, text) is not None


def takes_alphanumeric(number: str) -> bool:
    """Return whether an alphanumeric sender may message this number; North America does not allow it."""
    return not number.startswith("+1")


def channel(text: str) -> tuple[str, str]:
    """Split ``whatsapp:+1…`` into channel and address; the channel of a plain address is empty."""
    prefix, _, address = text.partition(":")
    return (prefix, address) if address and prefix in CHANNELS else ("", text)


def channel_recipient(text: str) -> str | None:
    """Return a person's address on a channel as it is stored, or None if it is invalid.

    WhatsApp and RCS identify people by their number, which must be exactly E.164; Messenger uses an opaque numeric ID.
    """
    via, address = channel(text)
    if via == "messenger":
        return text if re.fullmatch(_PAGE, address) else None
    return text if via and e164(address) == address else None


def channel_sender(text: str) -> str | None:
    """Return a sender's address on a channel as it is stored, or None if it is invalid.

    WhatsApp senders are numbers, RCS senders are named agents, Messenger senders are pages with a numeric ID.
    """
    via, address = channel(text)
    if via == "rcs":
        return text if re.fullmatch(_AGENT, address) else None
    return channel_recipient(text)


def friendly(number: str) -> str:
    """Return Twilio's default name for a number: ``(201) 555-0100`` in North America, else the number itself."""
    match = _NANP.fullmatch(number)
    return f"({number[2:5]}) {number[5:8]}-{number[8:]}" if match else number
