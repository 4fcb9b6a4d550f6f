"""Smart encoding: replaces look-alikes outside GSM-7, so that a curly quote does not double a message's price.

The visible ones are in ``smart_encoding.csv``. Source: Twilio's documentation of smart encoding.
"""

import csv
import unicodedata
from functools import cache
from pathlib import Path

_INVISIBLE = {
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    "": "\u200b\u200c\u2060\ufeff\u00ad\u180e",
    "\n": "\u2028\u2029\u0085\u000b",
}
_FULLWIDTH = (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
"""Digits and letters."""


@cache
def _table() -> dict[int, str]:
    """Return the replacement of each character; read when it is first needed."""
    with (Path(__file__).parent / "smart_encoding.csv").open(encoding="utf-8", newline="") as file:
        _heading, *rows = csv.reader(file)
    table = {ord(found): plain for plain, lookalikes in (*_INVISIBLE.items(), *rows) for found in lookalikes}
    return table | {code: unicodedata.normalize("NFKC", chr(code)) for code in _FULLWIDTH}


def smart(text: str) -> str:
    """Return the text with look-alikes replaced."""
    return text.translate(_table())
