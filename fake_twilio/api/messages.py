"""The Message resource: create, fetch, list, update, delete.

Source: Twilio's API reference, Message resource.
"""

from datetime import datetime, timedelta
from itertools import islice

from fake_twilio.api import paging, render
from fake_twilio.api.call import Call
from fake_twilio.api.message_wire import message_document, message_json
from fake_twilio.errors import TwilioError
from fake_twilio.model.date_filter import seconds_range
from fake_twilio.model.message import NO_OPTIONS, Message, Options
from fake_twilio.network.outbound import Draft
from fake_twilio.network.webhooks import callable_url
from fake_twilio.state import MessageLog
from fake_twilio.web.reply import Reply
from fake_twilio.web.routes import Route

_BASE = "/2010-04-01/Accounts/{account}/Messages"
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def create(call: Call) -> Reply:
    """Take a message for sending: 201 with the message as it is first seen."""
    form = call.form
    to = form.get("To")
    sender = form.get("From")
    if not to.strip():
        raise TwilioError(21604)
    if not sender and not form.get("MessagingServiceSid"):
        raise TwilioError(21603)
    if not sender:
        raise TwilioError(21701)
    message = call.network.outbound.submit(
        call.account, Draft(to, sender, form.get("Body"), options=_options(call) if len(form.pairs) > 3 else NO_OPTIONS)
    )
    return _answer(call, 201, message, created=True)


def fetch(call: Call) -> Reply:
    """Show one message."""
    return _answer(call, 200, _find(call))


def list_(call: Call) -> Reply:
    """Show a page of messages, newest first, filtered by recipient, sender and day of sending."""
    where = paging.cursor(call)
    query = call.query
    filters = [(name, query.get(name)) for name in _FILTERS if query.get(name)]
    to, sender = query.get("To"), query.get("From")
    lowest, below = _date_bounds(call)
    log = call.world.state.logs.get(call.account.sid) or MessageLog()
    made_before = call.world.now() - timedelta(seconds=call.lag) if call.lag else None
    rows, more = _page(log, to, sender, lowest, below, where, made_before)
    last = rows[-1].sid if rows else where.after_sid
    envelope = paging.envelope(call, where, filters, len(rows), last, more)
    if call.format == "json":
        head = render.json_bytes(envelope)[:-1]
        body = ", ".join([message_json(row) for row in rows])
        return Reply(200, b'%s, "messages": [%s]}' % (head, body.encode("utf-8", "replace")))
    return render.page(call.format, "messages", "Message", [message_document(row) for row in rows], envelope)


def _page(
    log: MessageLog,
    to: str,
    sender: str,
    lowest: int,
    below: int | None,
    where: paging.Cursor,
    made_before: datetime | None,
) -> tuple[list[Message], bool]:
    """Return the rows of a page, and whether others follow."""
    line = log.line(to, sender)
    if where.after_sid:
        position = log.position_of(where.after_sid)
        if position is None:
            return [], False
        below = position if below is None else min(below, position)
    rows: list[Message] = []
    for row in log.descending(line, below):
        if row.position < lowest:
            break
        if (to and row.to != to) or (sender and row.sender != sender):
            continue
        if made_before is not None and row.created > made_before:
            continue
        if len(rows) == where.size:
            return rows, True
        rows.append(row)
    return rows, False


def _date_bounds(call: Call) -> tuple[int, int | None]:
    """Return the lowest position that the date filters admit, and the one that is already too high (None: no limit)."""
    lowest, below = 0, None
    for name in ("DateSent", "DateSent>", "DateSent<"):
        value = call.query.get(name)
        if not value:
            continue
        seconds = seconds_range(value)
        if seconds is None:
            raise TwilioError(20001, value="date")
        first, last = seconds[0] << 40, (seconds[1] + 1) << 40
        if name != "DateSent<":
            lowest = max(lowest, first)
        if name != "DateSent>":
            below = last if below is None else min(below, last)
    return lowest, below


def _options(call: Call) -> Options:
    callback = call.form.get("StatusCallback")
    if callback and not callable_url(callback):
        raise TwilioError(21609, value=callback)
    return Options(status_callback=callback, media_urls=tuple(islice(call.form.all("MediaUrl"), 11)))


def _find(call: Call) -> Message:
    message = call.world.state.message(call.account.sid, call.variables["sid"])
    if message is None:
        raise TwilioError(20404, path=call.path)
    return message


def _answer(call: Call, status: int, message: Message, *, created: bool = False) -> Reply:
    if call.format == "json":
        return Reply(status, message_json(message, created=created).encode("utf-8", "replace"))
    return render.resource(status, call.format, "Message", message_document(message, created=created))


ROUTES = (
    Route("POST", _BASE, "messages.create", create, test_credentials=True),
    Route("GET", _BASE, "messages.list", list_),
    Route("GET", _BASE + "/{sid}", "messages.fetch", fetch),
)
