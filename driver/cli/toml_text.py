"""TOML fragments written by the command line."""

from collections.abc import Mapping


def quoted(text: str) -> str:
    """Return a text as a TOML string."""
    escaped = "".join(f"\\u{ord(c):04x}" if ord(c) < 32 or c in '"\\\x7f' else c for c in text)
    return f'"{escaped}"'


def table(header: str, values: Mapping[str, str]) -> str:
    """Return a table of strings with its header."""
    return "\n".join([header, *(f"{key} = {quoted(value)}" for key, value in values.items())]) + "\n"
