"""Pages in the 2010 API's form: a cursor that stays true while rows are added, and addresses relative to the host."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fake_twilio.api.call import Call
from fake_twilio.errors import TwilioError

DEFAULT_SIZE = 50
LARGEST = 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """Which page is asked for. `token` is opaque to clients: `PA` and the SID of the last row they have seen."""

    size: int
    page: int
    token: str

    @property
    def after_sid(self) -> str:
        """The SID of the row before the page, empty for the first page."""
        return self.token[2:] if self.token.startswith("PA") else ""


def cursor(call: Call) -> Cursor:
    """Return which page a call asks for.

    Raises:
        TwilioError: 20007 for a page size above 1000, 20001 for one that is no number.
    """
    size, page = call.query.get("PageSize"), call.query.get("Page")
    return Cursor(_size(size), int(page[:9]) if page.isascii() and page.isdigit() else 0, call.query.get("PageToken"))


def envelope(
    call: Call, where: Cursor, filters: Iterable[tuple[str, str]], shown: int, last_sid: str, more: bool
) -> dict[str, Any]:
    """Return a page's addresses and counts; `last_sid` is that of the last row shown, `more` whether rows follow it."""
    base = "".join(f"{quote(name, safe='')}={quote(value, safe='')}&" for name, value in filters)
    start = where.page * where.size

    def address(page: int, token: str = "") -> str:
        tail = f"&PageToken={token}" if token else ""
        return f"{call.path}?{base}PageSize={where.size}&Page={page}{tail}"

    return {
        "first_page_uri": address(0),
        "next_page_uri": address(where.page + 1, f"PA{last_sid}") if more else None,
        "previous_page_uri": address(where.page - 1, f"PB{where.after_sid}") if where.page else None,
        "uri": address(where.page, where.token),
        "page": where.page,
        "page_size": where.size,
        "start": start,
        "end": start + shown - 1 if shown else start,
    }


def _size(text: str) -> int:
    if not text:
        return DEFAULT_SIZE
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < 1:
        raise TwilioError(20001, value="PageSize")
    size = int(text[:9])
    if size > LARGEST:
        raise TwilioError(20007)
    return size
