"""Colors of the status tables: read as people write them, kept in one form, ``#AARRGGBB``."""

import re

import webcolors

_HEX = re.compile(r"#(?:[0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}")


def color(text: str) -> str:
    """Return a color as ``#AARRGGBB`` (AA is opacity, FF opaque); takes ``#RRGGBB``, ``#AARRGGBB`` and .NET's names.

    Those are the names of CSS 3 and ``Transparent``.

    Raises:
        ValueError: it is not a color.
    """
    name = text.replace(" ", "").lower()
    if name == "transparent":
        return "#00FFFFFF"
    if not _HEX.fullmatch(text):
        try:
            text = webcolors.name_to_hex(name)
        except ValueError:
            raise ValueError("expected a color: #RRGGBB, #AARRGGBB, or a name such as Red") from None
    return f"#{text.removeprefix('#').upper():F>8}"
