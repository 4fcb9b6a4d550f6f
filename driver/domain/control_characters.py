"""Escapes untrusted text for logs and terminals: characters that would have an effect there are written out."""

import re

#: Control characters (terminal colors and cursor moves, line breaks), separators that programs treat as line breaks,
#: marks that reverse the writing direction, and lone surrogates, which no file can hold.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str, *, lines: bool = False) -> str:
    r"""Return a text that is safe to print; ``lines`` keeps its line breaks and tabs.

    A line break becomes ``\n``, the start of a terminal escape sequence ``\x1b``.
    """
    return _ACTING.sub(lambda found: found[0] if lines and found[0] in "\n\t" else _written(found[0]), text)


def _written(character: str) -> str:
    return character.encode("unicode_escape").decode()
