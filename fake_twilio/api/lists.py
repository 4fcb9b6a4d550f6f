"""Lists of small resources, in the 2010 API's form: a page of an account's rows."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from fake_twilio.api import paging, render
from fake_twilio.api.call import Call
from fake_twilio.errors import TwilioError
from fake_twilio.state import Owned
from fake_twilio.web.reply import Reply

R = TypeVar("R", bound=Owned)


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
    start = where.page * where.size
    if where.after_sid:
        start = next((index + 1 for index, row in enumerate(rows) if row.sid == where.after_sid), len(rows))
    shown = rows[start : start + where.size]
    repeated = [(name, call.query.get(name)) for name in filters if call.query.get(name)]
    more = start + where.size < len(rows)
    envelope = paging.envelope(call, where, repeated, len(shown), shown[-1].sid if shown else "", more)
    return render.page(call.format, key, element, [document(row) for row in shown], envelope)


def found(call: Call, row: R | None) -> R:
    """Return the row.

    Raises:
        TwilioError: 20404 when there is none.
    """
    if row is None:
        raise TwilioError(20404, path=call.path)
    return row
