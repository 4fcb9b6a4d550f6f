"""What every database can hold: strings without the few characters that none takes, and short numbers."""

import re

#: What stands for a character that is none.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Half a surrogate pair cannot be written as UTF-8, and PostgreSQL has no text with U+0000.
_ODD = re.compile("[\x00\ud800-\udfff]")
#: Most digits of a count or code.
MAX_DIGITS = 9


def storable_text(text: str) -> str:
    """Return the text with U+FFFD in the place of every character that a database may refuse."""
    return _ODD.sub(REPLACEMENT, text)


def odd_character(text: str) -> str:
    """Return the first character that a database may refuse, as ``U+0000``; empty if there is none."""
    found = _ODD.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def storable_count(value: object) -> int | None:
    """Return a count or code that is written as a number or as text; None where it is neither, or absurd."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None
