"""Pages of lists; a cursor is only valid for the list that returned it."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from driver.api.requests import PageQuery
from driver.api.routing import ApiRequest
from driver.errors import RequestError

#: Formats of the start of a page, by the sort key of the list.
OFFSET = re.compile(r"[0-9]{1,9}")
TIMED_ID = re.compile(r"[0-9A-Za-z]{1,64}")
MOMENT_AND_NUMBER = re.compile(r"[0-9]{1,16}~[0-9]{1,18}")
MOMENT_AND_SID = re.compile(r"[0-9]{1,16}~[0-9A-Za-z]{1,64}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """The requested page of a list: its start (empty for the first page) and its size."""

    name: str
    size: int
    start: str

    def seal(self, following: str) -> str:
        """Return the cursor of the page that begins at ``following``; empty if there is none."""
        return f"{following}.{_seal(self.name, following)}" if following else ""

    def cut(self, items: Sequence[T]) -> tuple[Sequence[T], str]:
        """Return the page of a complete list, and the cursor of the next page."""
        begin = int(self.start or 0)
        end = begin + self.size
        return items[begin:end], self.seal(str(end)) if end < len(items) else ""


def paging(request: ApiRequest[PageQuery], place: re.Pattern[str]) -> Paging:
    """Return the requested page of the list at the request's path; ``place`` is the format of a page's start.

    Raises:
        RequestError: The cursor does not belong to this list.
    """
    query, name = request.data, request.http.path
    if not query.cursor:
        return Paging(name, query.page_size, "")
    start, _, seal = query.cursor.rpartition(".")
    if place.fullmatch(start) and seal == _seal(name, start):
        return Paging(name, query.page_size, start)
    detail = f"cursor: expected the value of 'next' from the previous page of {name}"
    raise RequestError(detail, errors=[{"path": "cursor", "message": detail}])


def _seal(name: str, place: str) -> str:
    """Return a checksum that detects mistyped cursors and those of other lists; it is not a security measure."""
    return hashlib.sha256(f"{name} {place}".encode()).hexdigest()[:8]
