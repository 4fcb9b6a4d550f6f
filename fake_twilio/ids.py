"""Identifiers in Twilio's format: two letters and 32 hexadecimal digits, reproducible when seeded."""

import random
import re
from string import ascii_letters, digits
from typing import Any

_ALPHANUMERIC = digits + ascii_letters
_BEHIND_PREFIX = re.compile("[0-9a-fA-F]{32}")


def is_sid(prefix: str, text: str) -> bool:
    """Return whether a string has the format of a SID with this prefix, for example ``SK``."""
    return text.startswith(prefix) and _BEHIND_PREFIX.fullmatch(text, len(prefix)) is not None


class Ids:
    """A source of SIDs. With a seed, the same calls return the same SIDs in the same order.

    Without a seed, every run differs.
    """

    def __init__(self, seed: int | None = None) -> None:
        self.seed = seed
        self._random = random.Random(seed)  # noqa: S311 - identifiers, not secrets
        self._bits = self._random.getrandbits

    def mark(self) -> list[Any]:
        """Return the state of the source as plain values, for ``recall``."""
        version, numbers, gauss = self._random.getstate()
        return [version, list(numbers), gauss]

    def recall(self, mark: list[Any]) -> None:
        """Restore the state that ``mark`` returned.

        Raises:
            ValueError, TypeError: if it is not such a state.
        """
        version, numbers, gauss = mark
        self._random.setstate((version, tuple(numbers), gauss))

    def sid(self, prefix: str) -> str:
        """Return a new SID, for example ``SM`` followed by 32 hexadecimal digits."""
        return f"{prefix}{self._bits(128):032x}"

    def hexadecimal(self, digits: int) -> str:
        """Return random hexadecimal digits, for tokens."""
        return f"{self._bits(4 * digits):0{digits}x}"

    def alphanumeric(self, count: int) -> str:
        """Return random letters and digits, for the secrets of keys, as seen on the wire."""
        return "".join(self._random.choices(_ALPHANUMERIC, k=count))

    def digits(self, count: int) -> str:
        """Return random decimal digits, the first never zero, for validation codes."""
        return str(self._random.randrange(10 ** (count - 1), 10**count))

    def uuid(self) -> str:
        """Return a random (version 4) UUID in its usual text form."""
        bits = (self._bits(128) & ~(0xF << 76) & ~(0x3 << 62)) | (0x4 << 76) | (0x2 << 62)
        text = f"{bits:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
