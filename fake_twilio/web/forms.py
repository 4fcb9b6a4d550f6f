"""Fast decoding of ``application/x-www-form-urlencoded`` forms; repeated keys keep their order.

Also ``multipart/form-data``, which some HTTP libraries send by default.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

MAX_FIELDS = 1000
"""Maximum number of fields in a form."""

SHORT = 32
"""Maximum length, in characters, of names and values whose decoded form is cached."""

_BOUNDARY = r'(?i)boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))'
_NAME = rb'(?i);\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))'
_ESCAPED = rb"\\(.)"


class Form:
    """Decoded pairs, in the order sent."""

    __slots__ = ("_first", "pairs")

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        self._first = first = dict(pairs)
        if len(first) < len(pairs):
            # A repeated name keeps its position and its first value.
            first.update(reversed(pairs))

    def only(self, names: frozenset[str]) -> bool:
        """Return whether only fields with these names were sent."""
        return self._first.keys() <= names

    def __contains__(self, name: object) -> bool:
        return name in self._first

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value sent with this name, else the default."""
        return self._first.get(name, default)

    def all(self, name: str) -> list[str]:
        """Return every value sent with this name, in order."""
        return [value for key, value in self.pairs if key == name]


EMPTY = Form([])


class FormError(ValueError):
    """The form is malformed or has too many fields."""


def decode(raw: bytes) -> Form:
    """Decode a form body or a query string; bytes that are not UTF-8 become U+FFFD, never an exception.

    Raises:
        FormError: if there are more than ``MAX_FIELDS`` fields.
    """
    if not raw:
        return EMPTY
    parts = raw.replace(b"+", b" ").decode("utf-8", "replace").split("&", MAX_FIELDS)
    if len(parts) > MAX_FIELDS:
        raise FormError(f"a form has at most {MAX_FIELDS} fields")
    pairs = []
    for part in parts:
        if part:
            name, _, value = part.partition("=")
            pairs.append((_plain(name), _plain(value)) if "%" in part else (name, value))
    return Form(pairs)


def _plain(text: str) -> str:
    """Return a percent-decoded name or value. Short ones are cached: they are often numbers with a ``+``, repeated."""
    return _short(text) if len(text) <= SHORT else _unquoted(text)


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


_short = lru_cache(maxsize=4096)(_unquoted)


def decode_multipart(content_type: str, raw: bytes) -> Form:
    """Decode a body; the value of a file is its content. Bytes that are not UTF-8 become U+FFFD.

    Raises:
        FormError: if the body does not match its content type, or has more than ``MAX_FIELDS`` fields.
    """
    found = re.search(_BOUNDARY, content_type)
    if found is None:
        raise FormError("multipart/form-data needs a boundary in the Content-Type header")
    delimiter = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    sections = (b"\r\n" + raw).split(b"\r\n" + delimiter, MAX_FIELDS + 1)
    if not sections[-1].startswith(b"--") or len(sections) == 1:
        if len(sections) > MAX_FIELDS + 1:
            raise FormError(f"a form has at most {MAX_FIELDS} fields")
        raise FormError("the body does not end with the boundary in the Content-Type header")
    return Form([_field(section) for section in sections[1:-1]])


def _field(section: bytes) -> tuple[str, str]:
    """Return the name and value of one part."""
    head, blank, value = section.partition(b"\r\n\r\n")
    disposition = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-disposition:")), b"")
    name = re.search(_NAME, disposition)
    if not blank or name is None:
        raise FormError("a part of the form has no name in its Content-Disposition header")
    plain = re.sub(_ESCAPED, rb"\1", name[1]) if name[1] is not None else name[2]
    return plain.decode("utf-8", "replace"), value.decode("utf-8", "replace")
