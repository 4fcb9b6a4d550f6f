"""How long a text is on the network: its alphabet, and how many segments it is sent and billed as.

Sizes are those of GSM 03.38 and 03.40: a segment carries 140 octets, which are 160 septets or 70 UTF-16 units. If there
are several, six octets of each go to the header that joins them. Units that must stay together (a character of two
septets, a surrogate pair, an emoji of several code points) are never split across two segments, so segments are filled
one after the other; dividing the length would count too few.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

_ONE_SEPTET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_TWO_SEPTETS = frozenset("^{}\\[~]|€\f")

_JOINER = "\u200d"
_EMOJI_MODIFIERS = range(0x1F3FB, 0x1F400)
_REGIONAL_INDICATORS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)


class Alphabet(StrEnum):
    """How the network encodes a text. One character outside GSM-7 makes the whole text UCS-2."""

    GSM_7 = "GSM-7"
    UCS_2 = "UCS-2"


#: The capacity of a single segment, and of each of several.
ROOM: dict[Alphabet, tuple[int, int]] = {Alphabet.GSM_7: (160, 153), Alphabet.UCS_2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a text.

    ``units`` are septets or UTF-16 units, ``room`` is the capacity of each of its segments, ``left`` how many more
    units fit without another segment. ``foreign`` are the characters that keep the text from being GSM-7, each once.
    """

    alphabet: Alphabet
    segments: int
    units: int
    room: int
    left: int
    foreign: tuple[str, ...] = ()


def count(text: str) -> int:
    """Return the number of segments of a text; an empty one counts as one."""
    return measure(text).segments


def measure(text: str) -> Length:
    """Return the length of a text, with the characters that make it long."""
    foreign = tuple(dict.fromkeys(c for c in text if c not in _ONE_SEPTET and c not in _TWO_SEPTETS))
    if foreign:
        return _filled(Alphabet.UCS_2, list(_unsplittable(text)), foreign)
    return _filled(Alphabet.GSM_7, [1 if c in _ONE_SEPTET else 2 for c in text])


def _filled(alphabet: Alphabet, sizes: list[int], foreign: tuple[str, ...] = ()) -> Length:
    alone, joined = ROOM[alphabet]
    units = sum(sizes)
    if units <= alone:
        return Length(alphabet, 1, units, alone, alone - units, foreign)
    segments, used = 1, 0
    for size in sizes:
        if used + size > joined:
            segments += 1
            used = 0
        used += size
    return Length(alphabet, segments, units, joined, joined - used, foreign)


def _unsplittable(text: str) -> Iterator[int]:
    """Yield sizes in UTF-16 units that must stay together; only a stack of accents larger than a segment is split."""
    for cluster in _clusters(text):
        sizes = [2 if ord(character) > 0xFFFF else 1 for character in cluster]
        if sum(sizes) <= ROOM[Alphabet.UCS_2][1]:
            yield sum(sizes)
        else:
            yield from sizes


def _clusters(text: str) -> Iterator[str]:
    """Yield what a reader sees as one character, with its accents, skin tone and joined characters."""
    cluster = text[:1]
    for character in text[1:]:
        if _belongs(cluster, character):
            cluster += character
        else:
            yield cluster
            cluster = character
    if cluster:
        yield cluster


def _belongs(cluster: str, character: str) -> bool:
    if cluster[-1] == "\r":
        return character == "\n"
    if cluster[-1] == _JOINER or character == _JOINER:
        return True
    code = ord(character)
    if code in _REGIONAL_INDICATORS:
        return len(cluster) == 1 and ord(cluster) in _REGIONAL_INDICATORS
    return code in _EMOJI_MODIFIERS or code in _TAGS or unicodedata.category(character) in ("Mn", "Me", "Mc")
