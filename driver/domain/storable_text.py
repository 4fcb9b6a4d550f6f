"""Values that every database can store: strings without the few characters that one may refuse, and short numbers."""

import re

#: Stands in for a character that cannot be stored.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Half a surrogate pair cannot be written as UTF-8, and PostgreSQL has no text with U+0000.
_ODD = re.compile("[\x00\ud800-\udfff]")
#: The maximum number of digits of a count or code.
MAX_DIGITS = 9


def storable_text(text: str) -> str:
    """Return the text with U+FFFD in place of every character that a database may refuse."""
    return _ODD.sub(REPLACEMENT, text)


def odd_character(text: str) -> str:
    """Return the first character that a database may refuse, as ``U+0000``; empty if there is none."""
    found = _ODD.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""


def storable_count(value: object) -> int | None:
    """Return a count or code given as a number or as text; None if it is neither, or too long."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS else None
