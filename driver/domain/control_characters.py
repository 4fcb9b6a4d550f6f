"""Shows text of strangers in a log or on a terminal: characters that would act there are written out instead."""

import re

#: Control characters (colors and cursor moves of terminals, line breaks), separators that programs take for line
#: breaks, marks that turn the direction of writing around, and halves of characters, which no file can hold.
_ACTING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def escaped(text: str, *, lines: bool = False) -> str:
    r"""Return a text that stays what it is when it is printed; ``lines`` keeps its line breaks and tabs.

    A line break becomes ``\n``, the beginning of a terminal's command ``\x1b``.
    """
    return _ACTING.sub(lambda found: found[0] if lines and found[0] in "\n\t" else _written(found[0]), text)


def _written(character: str) -> str:
    return character.encode("unicode_escape").decode()
