"""Normalizes what people type on a phone: no invisible characters, odd digits, quotes, brackets or signatures."""

import re
import unicodedata

#: Characters that are invisible although Unicode does not classify them as format characters.
_BLANKS = frozenset("\u034f\u115f\u1160\u20e3\u2800\u3164\uffa0") | frozenset(map(chr, range(0xFE00, 0xFE10)))
_FULL_WIDTH = range(0xFF01, 0xFF5F)
_INVISIBLE = "\x00"
#: Replaces an invisible character between two digits, where it is unknown whether they form one number.
BROKEN = "\ufffd"

_QUOTED_NUMBER = re.compile(r"""(?<!\w)(["'*_~`])\s*(#?\d+[.!]?)\s*\1(?!\w)""")
_ANGLED_NUMBER = re.compile(r"<\s*(#?\d+)\s*>")
_BRACKETS = str.maketrans(dict.fromkeys("()[]{}", " "))
_WRAPPERS = "\"'*_~`"
_SIGNATURE_STARTS = (
    "sent from", "sent via", "sent with", "sent using", "get outlook for", "von meinem", "gesendet von", "envoyé d",
    "enviado d", "inviato da", "verzonden v",
)  # fmt: skip
_NAME_LINE = re.compile(r"-{1,2}\s*[^\W\d_][^\d]{0,39}")


def plain(text: str) -> str:
    """Return a text as it was meant: one line, ASCII digits, without brackets, enclosing quotes or a signature."""
    seen = "".join(map(_character, text.replace("\r\n", "\n")))
    seen = re.sub(rf"(?<=\d){_INVISIBLE}+(?=\d)", BROKEN, seen).replace(_INVISIBLE, "")
    line = " ".join(" ".join(_without_signature(seen.split("\n"))).split())
    while len(line) > 2 and line[0] == line[-1] and line[0] in _WRAPPERS:
        line = line[1:-1].strip()
    line = _ANGLED_NUMBER.sub(r"\1", _QUOTED_NUMBER.sub(r"\2", line))
    return " ".join(line.translate(_BRACKETS).split())


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if character in _BLANKS or category == "Cf":
        return _INVISIBLE
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if ord(character) in _FULL_WIDTH:
        return unicodedata.normalize("NFKC", character)
    if category in ("Zl", "Zp") or character == "\n":
        return "\n"
    if category in ("Zs", "Cc"):
        return " "
    if category == "Pd":
        return "-"
    if character in "‘’‚‛":
        return "'"
    if category in ("Pi", "Pf") or character in "„‟「」『』":
        return '"'
    return {"Ps": "(", "Pe": ")"}.get(category, character) if not character.isascii() else character


def _without_signature(lines: list[str]) -> list[str]:
    lines = [line.strip() for line in lines if line.strip()]
    for number, line in enumerate(lines[1:], start=1):
        if line == "--" or line.casefold().startswith(_SIGNATURE_STARTS):
            return lines[:number]
    if len(lines) > 1 and _NAME_LINE.fullmatch(lines[-1]):
        return lines[:-1]
    return lines
