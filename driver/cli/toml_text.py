"""Pieces of TOML, as the command line writes them."""

from collections.abc import Mapping


def quoted(text: str) -> str:
    """Write a text as a TOML string."""
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in text)
    return f'"{escaped}"'


def table(header: str, values: Mapping[str, str]) -> str:
    """Write a table of texts under its header."""
    return "\n".join([header, *(f"{key} = {quoted(value)}" for key, value in values.items())]) + "\n"
