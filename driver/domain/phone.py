"""Phone numbers as values: E.164 inside the driver, shortened wherever a person other than the recipient may look."""

import re
from typing import Self

_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MESSAGING_SERVICE = re.compile(r"MG[0-9a-fA-F]{32}")
_NOISE = re.compile(r"[\s().\-]")


class E164(str):
    """A phone number in E.164 form: a plus sign, a country code, at most fifteen digits.

    Raises:
        ValueError: the text is not such a number; the message says what is expected.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> Self:
        """Take ``text`` without spaces, dots, hyphens and brackets."""
        plain = _NOISE.sub("", text)
        if not _E164.fullmatch(plain):
            raise ValueError("expected a phone number in E.164 form, for example +12015550101")
        return super().__new__(cls, plain)


def is_messaging_service(sender: str) -> bool:
    """Tell whether a sender is a Messaging Service (``MG`` and 32 hexadecimal digits) instead of a number."""
    return _MESSAGING_SERVICE.fullmatch(sender) is not None


def shortened(number: str) -> str:
    """Return a number fit for logs: country and last four digits stay, the middle goes (``+1…0101``)."""
    return f"{number[:2]}…{number[-4:]}" if len(number) > 7 else "…"
