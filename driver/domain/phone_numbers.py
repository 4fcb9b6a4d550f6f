"""Phone numbers as values: E.164 inside the driver, shortened wherever anyone but the recipient may see them."""

import re
import unicodedata
from typing import Self

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_NOISE = re.compile(r"[\s().\-\u2010-\u2015\u2212]")
_SCHEME = re.compile(r"(?:tel|sms):", re.IGNORECASE)
#: A zero that is dialed only within the country, or not even there: whether to keep it depends on the country.
OPTIONAL_ZERO = re.compile(r"\(\s*0\s*\)")


def tidied(text: str) -> str:
    """Clean up a copied number: remove invisible marks and ``tel:``, convert digits and plus signs of other scripts."""
    plain = text.strip() if text.isascii() else _without_foreign(text).strip()
    return _SCHEME.sub("", plain, count=1) if _SCHEME.match(plain) else plain


def _without_foreign(text: str) -> str:
    return "".join(_ascii(character) for character in text if unicodedata.category(character) != "Cf")


def _ascii(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    return str(digit) if digit is not None else {"\uff0b": "+", "\ufe62": "+"}.get(character, character)


class E164(str):
    """A phone number in E.164 form: a plus sign, a country code, at most fifteen digits.

    Raises:
        ValueError: the text is not such a number; the message says what is expected.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Create a number from ``text``, cleaned by ``tidied``, without spaces, dots, hyphens and brackets."""
        if _E164.fullmatch(text):  # as almost all numbers are written
            return super().__new__(cls, text)
        tidy = tidied(text)
        plain = _NOISE.sub("", tidy)
        if OPTIONAL_ZERO.search(tidy) or not _E164.fullmatch(plain):
            raise ValueError("expected a phone number in E.164 form, for example +12015550101")
        return super().__new__(cls, plain)


def is_messaging_service(sender: str) -> bool:
    """Return whether a sender is a Messaging Service (``MG`` and 32 hexadecimal digits) instead of a number."""
    return _MESSAGING_SERVICE.fullmatch(sender) is not None


def shortened(number: str) -> str:
    """Shorten a number for logs: keep its beginning and the last four digits (``+1…0101``)."""
    return f"{number[:2]}…{number[-4:]}" if len(number) > 7 else "…"
