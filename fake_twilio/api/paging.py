"""Keyset paging for list endpoints, in the format of the 2010 API or of the v1 product APIs.

Cursors stay valid while rows are added; the URLs in the 2010 API are relative to the host.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol, TypeVar
from urllib.parse import quote, quote_plus

from fake_twilio.api import responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.records import dataclass
from fake_twilio.web.response import Response


class Listed(Protocol):
    """A row of a list: it has a SID, or an equivalent for page tokens."""

    @property
    def sid(self) -> str: ...  # noqa: D102


R = TypeVar("R", bound=Listed)
_PAGING = ("Page", "PageSize", "PageToken")
DEFAULT_SIZE = 50
MAX_PAGE_SIZE = 1000


@dataclass(frozen=True, slots=True)
class Cursor:
    """The requested page. ``token`` is opaque to clients: ``PA`` and the SID of the last row that they have seen."""

    size: int
    page: int
    token: str

    @property
    def after_sid(self) -> str:
        """The SID of the row before the page; empty for the first page."""
        return self.token[2:] if self.token.startswith("PA") else ""

    @property
    def before_sid(self) -> str:
        """The SID of the row after the page, when paging backwards; otherwise empty."""
        return self.token[2:] if self.token.startswith("PB") else ""


def cursor(request: ApiRequest) -> Cursor:
    """Return the page that a request asks for.

    Raises:
        TwilioError: 20007 for a page size above 1000, 20001 for one that is not a number.
    """
    size, page = request.query.get("PageSize"), request.query.get("Page")
    return Cursor(
        page_size(size), int(page[:9]) if page.isascii() and page.isdigit() else 0, request.query.get("PageToken")
    )


def envelope(
    request: ApiRequest, where: Cursor, filters: Iterable[tuple[str, str]], *, sids: Sequence[str], more: bool
) -> dict[str, Any]:
    """Return a page's URLs and counts; ``sids`` are those of its rows, ``more`` is whether more rows follow."""
    base = _repeated(filters)
    start = where.page * where.size

    def address(page: int, token: str = "") -> str:
        tail = f"&PageToken={token}" if token else ""
        return f"{request.path}?{base}PageSize={where.size}&Page={page}{tail}"

    previous = f"PB{sids[0]}" if sids else where.token
    return {
        "first_page_uri": address(0),
        "next_page_uri": address(where.page + 1, f"PA{sids[-1]}") if more and sids else None,
        "previous_page_uri": address(where.page - 1, previous) if where.page else None,
        "uri": address(where.page, quote(where.token, safe="")),
        "page": where.page,
        "page_size": where.size,
        "start": start,
        "end": start + len(sids) - 1 if sids else start,
    }


def meta(
    request: ApiRequest, where: Cursor, key: str, *, filters: Iterable[tuple[str, str]], sids: Sequence[str], more: bool
) -> dict[str, Any]:
    """Return a page's URLs in the format of the v1 product APIs: absolute, on the origin of the request."""
    base = f"{request.origin}{request.path}?{_repeated(filters)}PageSize={where.size}"
    token = f"&PageToken=PA{sids[-1]}" if sids else ""
    back = f"&PageToken=PB{sids[0]}" if sids else ""
    own = f"&PageToken={quote(where.token, safe='')}" if where.token else ""
    return {
        "page": where.page,
        "page_size": where.size,
        "first_page_url": f"{base}&Page=0",
        "previous_page_url": f"{base}&Page={where.page - 1}{back}" if where.page else None,
        "url": f"{base}&Page={where.page}{own}",
        "next_page_url": f"{base}&Page={where.page + 1}{token}" if more and sids else None,
        "key": key,
    }


def _repeated(filters: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{quote_plus(name)}={quote_plus(value)}&" for name, value in filters)


def page_size(text: str, default: int = DEFAULT_SIZE, least: int = 1) -> int:
    """Return the requested page size, ``default`` if none is given.

    Raises:
        TwilioError: as for ``cursor``.
    """
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or int(text[:9]) < least:
        raise TwilioError(20001, value="PageSize")
    size = int(text[:9])
    if size > MAX_PAGE_SIZE:
        raise TwilioError(20007)
    return size


def page_of(
    request: ApiRequest,
    rows: Sequence[R],
    key: str,
    *,
    element: str,
    document: Callable[[R], dict[str, Any]],
    filters: Sequence[str] = (),
) -> Response:
    """Return the requested page of ``rows``.

    ``filters`` are the query parameters that its URLs repeat.
    """
    where = cursor(request)
    shown, more = _slice(rows, where)
    addresses = envelope(request, where, _given(request, filters), sids=[row.sid for row in shown], more=more)
    return responses.page(request.format, key, element, rows=[document(row) for row in shown], envelope=addresses)


def product_page_of(
    request: ApiRequest,
    rows: Sequence[R],
    key: str,
    *,
    document: Callable[[R], dict[str, Any]],
    filters: Sequence[str] = (),
) -> Response:
    """Return the requested page of ``rows``, in the format of the v1 product APIs.

    Its URLs repeat the query: first the ``filters``, then everything else, known or not, as seen on the wire.
    """
    where = cursor(request)
    shown, more = _slice(rows, where)
    others = [(name, value) for name, value in request.query.pairs if name not in (*filters, *_PAGING)]
    repeated = [*_given(request, filters), *others]
    addresses = meta(request, where, key, filters=repeated, sids=[row.sid for row in shown], more=more)
    return Response(200, responses.json_bytes({"meta": addresses, key: [document(row) for row in shown]}))


def _given(request: ApiRequest, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, request.query.get(name)) for name in names if request.query.get(name)]


def _slice(rows: Sequence[R], where: Cursor) -> tuple[Sequence[R], bool]:
    """Return the rows of a page, and whether more follow."""
    if where.before_sid:
        end = _index(rows, where.before_sid, 0)
        return rows[max(0, end - where.size) : end], end < len(rows)
    start = where.page * where.size
    if where.after_sid:
        start = _index(rows, where.after_sid, len(rows) - 1) + 1
    return rows[start : start + where.size], start + where.size < len(rows)


def _index(rows: Sequence[R], sid: str, otherwise: int) -> int:
    """Return the index of a row, or ``otherwise`` if it is missing."""
    return next((index for index, row in enumerate(rows) if row.sid == sid), otherwise)
