"""Lists of small resources: a page of an account's rows, in the 2010 API's form or in that of the v1 products."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fake_twilio.api import paging, render
from fake_twilio.api.call import Call
from fake_twilio.errors import TwilioError
from fake_twilio.state import Owned
from fake_twilio.web.reply import Reply

R = TypeVar("R", bound=Owned)
_PAGING = ("Page", "PageSize", "PageToken")


def page_of(
    call: Call,
    rows: Sequence[R],
    key: str,
    element: str,
    document: Callable[[R], dict[str, Any]],
    filters: Sequence[str] = (),
) -> Reply:
    """Return the page of `rows` that the call asks for.

    `filters` are the query parameters that its addresses repeat.
    """
    where = paging.cursor(call)
    shown, more = _slice(rows, where)
    envelope = paging.envelope(call, where, _given(call, filters), [row.sid for row in shown], more=more)
    return render.page(call.format, key, element, [document(row) for row in shown], envelope)


def product_page_of(
    call: Call,
    rows: Sequence[R],
    key: str,
    document: Callable[[R], dict[str, Any]],
    filters: Sequence[str] = (),
) -> Reply:
    """Return the page of `rows` that the call asks for, in the form of the v1 product APIs.

    Its addresses repeat the query: first the `filters`, then everything else, known or not, as seen on the wire.
    """
    where = paging.cursor(call)
    shown, more = _slice(rows, where)
    others = [(name, value) for name, value in call.query.pairs if name not in (*filters, *_PAGING)]
    repeated = [*_given(call, filters), *others]
    meta = paging.meta(call, where, key, repeated, [row.sid for row in shown], more=more)
    return Reply(200, render.json_bytes({"meta": meta, key: [document(row) for row in shown]}))


def found(call: Call, row: R | None) -> R:
    """Return the row.

    Raises:
        TwilioError: 20404 when there is none.
    """
    if row is None:
        raise TwilioError(20404, path=call.path)
    return row


def _given(call: Call, names: Sequence[str]) -> list[tuple[str, str]]:
    return [(name, call.query.get(name)) for name in names if call.query.get(name)]


def _slice(rows: Sequence[R], where: paging.Cursor) -> tuple[Sequence[R], bool]:
    """Return the rows of a page, and whether others follow."""
    sids = [row.sid for row in rows]
    if where.before_sid:
        end = sids.index(where.before_sid) if where.before_sid in sids else 0
        return rows[max(0, end - where.size) : end], end < len(rows)
    start = where.page * where.size
    if where.after_sid:
        start = sids.index(where.after_sid) + 1 if where.after_sid in sids else len(rows)
    return rows[start : start + where.size], start + where.size < len(rows)
