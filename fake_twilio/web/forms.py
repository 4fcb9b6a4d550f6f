"""Form decoding, fast for what clients send: ``application/x-www-form-urlencoded``, repeated keys kept in order.

And ``multipart/form-data``, which some HTTP libraries send unless asked for something else.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote_to_bytes

MAX_FIELDS = 1000
"""More fields than this in one form are refused."""

SHORT = 32
"""Characters up to which the decoded form of a name or a value is remembered."""

_BOUNDARY = re.compile(r'boundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))', re.IGNORECASE)
_NAME = re.compile(rb';\s*name=(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))', re.IGNORECASE)
_ESCAPED = re.compile(rb"\\(.)")


class Form:
    """Decoded pairs, in the order in which they were sent."""

    __slots__ = ("_first", "pairs")

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.pairs = pairs
        self._first = first = dict(pairs)
        if len(first) < len(pairs):
            # A name that was sent again keeps its place and its first value.
            first.update(reversed(pairs))

    def only(self, names: frozenset[str]) -> bool:
        """Return whether nothing was sent but what these names stand for."""
        return self._first.keys() <= names

    def __contains__(self, name: object) -> bool:
        return name in self._first

    def __iter__(self) -> Iterator[str]:
        return iter(self._first)

    def get(self, name: str, default: str = "") -> str:
        """Return the first value sent under this name, else the default."""
        return self._first.get(name, default)

    def all(self, name: str) -> list[str]:
        """Return every value sent under this name, in order."""
        return [value for key, value in self.pairs if key == name]


EMPTY = Form([])


class FormError(ValueError):
    """The form has more fields than anybody means to send."""


def decode(raw: bytes) -> Form:
    """Decode a form body or a query string; bytes that are not UTF-8 become U+FFFD, never an exception.

    Raises:
        FormError: when there are more than ``MAX_FIELDS`` fields.
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
    """Return a name or a value without its percent signs. The short ones are numbers with a ``+``, which come again."""
    return _short(text) if len(text) <= SHORT else _unquoted(text)


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text).decode("utf-8", "replace")


_short = lru_cache(maxsize=4096)(_unquoted)


def decode_multipart(content_type: str, raw: bytes) -> Form:
    """Decode a body; the value of a file is its content. Bytes that are not UTF-8 become U+FFFD.

    Raises:
        FormError: when the body is not what its content type says, or has more than ``MAX_FIELDS`` fields.
    """
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise FormError("multipart/form-data needs a boundary in the Content-Type header")
    delimiter = b"--" + (found[1] or found[2]).encode("latin-1", "replace")
    sections = (b"\r\n" + raw).split(b"\r\n" + delimiter, MAX_FIELDS + 1)
    if not sections[-1].startswith(b"--") or len(sections) == 1:
        if len(sections) > MAX_FIELDS + 1:
            raise FormError(f"a form has at most {MAX_FIELDS} fields")
        raise FormError("the body does not end with the boundary that the Content-Type header names")
    return Form([_field(section) for section in sections[1:-1]])


def _field(section: bytes) -> tuple[str, str]:
    """Return name and value of one part."""
    head, blank, value = section.partition(b"\r\n\r\n")
    disposition = next((line for line in head.split(b"\r\n") if line.lower().startswith(b"content-disposition:")), b"")
    name = _NAME.search(disposition)
    if not blank or name is None:
        raise FormError("a part of the form has no name in its Content-Disposition header")
    plain = _ESCAPED.sub(rb"\1", name[1]) if name[1] is not None else name[2]
    return plain.decode("utf-8", "replace"), value.decode("utf-8", "replace")
