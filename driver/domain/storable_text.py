"""Text that every database can hold: Python's strings, less the few characters that none of them takes."""

import re

#: What stands for a character that is none.
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
#: Half a surrogate pair cannot be written as UTF-8, and PostgreSQL has no text with U+0000.
_ODD = re.compile("[\x00\ud800-\udfff]")


def storable_text(text: str) -> str:
    """Return the text with U+FFFD in the place of every character that a database may refuse."""
    return _ODD.sub(REPLACEMENT, text)


def odd_character(text: str) -> str:
    """Return the first character that a database may refuse, as ``U+0000``; empty if there is none."""
    found = _ODD.search(text)
    return f"U+{ord(found.group()):04X}" if found else ""
