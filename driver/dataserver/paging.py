"""Pages of lists: a cursor only fits the list that handed it out."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from driver.api.requests import PageQuery
from driver.api.routing import ApiRequest
from driver.errors import RequestError

#: How the beginning of a page is written, by what a list is sorted by.
OFFSET = re.compile(r"[0-9]{1,9}")
TIMED_ID = re.compile(r"[0-9A-Za-z]{1,64}")
MOMENT_AND_NUMBER = re.compile(r"[0-9]{1,16}~[0-9]{1,18}")
MOMENT_AND_SID = re.compile(r"[0-9]{1,16}~[0-9A-Za-z]{1,64}")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Paging:
    """What page of a list is asked for: where it begins (empty: at the front), and how long it is."""

    name: str
    size: int
    start: str

    def seal(self, following: str) -> str:
        """Return the cursor of the page that begins at ``following``; empty where there is none."""
        return f"{following}.{_seal(self.name, following)}" if following else ""

    def cut(self, items: Sequence[T]) -> tuple[Sequence[T], str]:
        """Return the page of a list that is at hand as a whole, and the cursor of the next one."""
        begin = int(self.start or 0)
        end = begin + self.size
        return items[begin:end], self.seal(str(end)) if end < len(items) else ""


def paging(request: ApiRequest[PageQuery], place: re.Pattern[str]) -> Paging:
    """Return what page of the list at the request's path is asked for; ``place`` is how a page's beginning is written.

    Raises:
        RequestError: the cursor is not one of this list.
    """
    query, name = request.data, request.http.path
    if not query.cursor:
        return Paging(name, query.page_size, "")
    start, _, seal = query.cursor.rpartition(".")
    if place.fullmatch(start) and seal == _seal(name, start):
        return Paging(name, query.page_size, start)
    detail = f"cursor: expected what the page before of {name} gave as next"
    raise RequestError(detail, errors=[{"path": "cursor", "message": detail}])


def _seal(name: str, place: str) -> str:
    """Return a checksum that shows a mistyped cursor, or one of another list; it keeps nobody from making one."""
    return hashlib.sha256(f"{name} {place}".encode()).hexdigest()[:8]
