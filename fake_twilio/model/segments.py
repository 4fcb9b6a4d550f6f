"""The number of segments in a message: GSM-7 or UCS-2, packed as handsets pack them.

Source: Twilio's documentation of message length and encoding, and the test vectors of its segment calculator.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The 127 characters that take one septet."""

EXTENDED = "\f^{}\\[]~|€"
"""The characters that take two septets."""

GSM_SINGLE, GSM_PART = 160, 153
UCS_SINGLE, UCS_PART = 70, 67

_ONLY_BASIC = re.compile(f"[{re.escape(BASIC)}]*")
_ONLY_GSM = f"[{re.escape(BASIC + EXTENDED)}]*"

_JOINER = "\u200d"


def is_gsm(text: str) -> bool:
    """Return whether a text can be encoded in GSM-7."""
    return re.fullmatch(_ONLY_GSM, text) is not None


def count(text: str) -> int:
    """Return the number of segments, at least 1.

    A two-septet character or a grapheme cluster is never split across segments, so characters are packed one by one
    rather than counted and divided.
    """
    if _ONLY_BASIC.fullmatch(text):
        length = len(text)
        return 1 if length <= GSM_SINGLE else -(-length // GSM_PART)
    if is_gsm(text):
        if len(text) + sum(map(text.count, EXTENDED)) <= GSM_SINGLE:
            return 1
        return _pack((2 if character in EXTENDED else 1 for character in text), GSM_PART)
    if _units(text) <= UCS_SINGLE:
        return 1
    return _pack(_cluster_units(text), UCS_PART)


def _pack(sizes: Iterable[int], room: int) -> int:
    parts, used = 1, 0
    for size in sizes:
        if used + size > room:
            parts += 1
            used = 0
        used += size
    return parts


def _units(text: str) -> int:
    """Return the number of UTF-16 code units in a text."""
    return len(text) + sum(character > "\uffff" for character in text)


def _cluster_units(text: str) -> Iterator[int]:
    """Yield the UTF-16 size of each grapheme cluster.

    A cluster that is larger than a segment is split into its characters.
    """
    for cluster in clusters(text):
        size = _units(cluster)
        if size <= UCS_PART:
            yield size
        else:
            yield from (_units(character) for character in cluster)


def clusters(text: str) -> Iterator[str]:
    """Yield what a reader sees as single characters: a base with its marks, joined emoji, flags.

    This covers the rules of Unicode's text segmentation that matter for messages: CR LF, combining marks, variation
    selectors, skin tones, zero-width joiners, regional indicators.
    """
    current = ""
    flags = 0
    for character in text:
        regional = "\U0001f1e6" <= character <= "\U0001f1ff"
        if current and (
            _extends(character)
            or current.endswith(_JOINER)
            or (regional and flags % 2)
            or (current == "\r" and character == "\n")
        ):
            current += character
        else:
            if current:
                yield current
            current = character
            flags = 0
        flags = flags + 1 if regional else 0
    if current:
        yield current


def _extends(character: str) -> bool:
    return (
        character == _JOINER
        or "\ufe00" <= character <= "\ufe0f"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or "\U000e0020" <= character <= "\U000e007f"
        or unicodedata.category(character) in ("Mn", "Me", "Mc")
    )
