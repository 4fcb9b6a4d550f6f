"""The Message resource: create, fetch, list, update, delete.

Source: Twilio's API reference, Message resource.
"""

from datetime import datetime, timedelta
from functools import cache

from fake_twilio.api import date_filters, paging, responses
from fake_twilio.api.message_params import read_draft
from fake_twilio.api.message_serializer import API, MessageStyle, message_document, message_json
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.messages.outbound import Draft
from fake_twilio.model import free_trial, magic_numbers, message_validation, segments
from fake_twilio.model.addresses import e164
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.media import Feedback
from fake_twilio.model.message import COMPLETE, Direction, Message, Status
from fake_twilio.state import MessageLog
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/Messages"
_FILTERS = ("To", "From", "DateSent", "DateSent<", "DateSent>")


def create(request: ApiRequest) -> Response:
    """Accept a message for sending: 201 with its initial state."""
    if request.account.trial:
        _check_trial(request)
    draft = read_draft(request)
    if request.account.test_credentials:
        return _answer(request, 201, _imagined(request, draft), created=True)
    outbound = request.backend.outbound
    try:
        message = outbound.submit(request.account, draft)
    except TwilioError as exc:
        if exc.status == 400 and request.context.seed.record_refused_creates:
            outbound.record_refused(request.account, draft, exc.code)
        raise
    return _answer(request, 201, message, created=True)


def _check_trial(request: ApiRequest) -> None:
    """Check what Twilio checks for a trial account before it looks at the message.

    Raises:
        TwilioError: 63038 (daily limit reached), 0 (a parameter that a free-units trial may not use).
    """
    request.backend.quotas.count_request(request.account, later="ScheduleType" in request.form)
    if request.account.profile == "free-units":
        free_trial.check_parameters(request.form)


def fetch(request: ApiRequest) -> Response:
    """Show one message."""
    return _answer(request, 200, _find(request))


def list_(request: ApiRequest) -> Response:
    """Show a page of messages, newest first, filtered by recipient, sender and date of sending."""
    where = paging.cursor(request)
    query = request.query
    filters = [(name, query.get(name)) for name in _FILTERS if query.get(name)]
    to, sender = _address(query.get("To")), _address(query.get("From"))
    sent = date_filters.date_range(request, "DateSent")
    lowest, below = sent.first << 40, None if sent.after is None else sent.after << 40
    log = request.context.state.logs.get(request.account.sid) or MessageLog()
    made_before = request.context.now() - timedelta(seconds=request.lag) if request.lag else None
    rows, more = _page(log, to, sender, lowest=lowest, below=below, where=where, made_before=made_before)
    envelope = paging.envelope(request, where, filters, sids=[row.sid for row in rows], more=more)
    style = _style(request)
    if request.format == "json":
        head = responses.json_bytes(envelope)[:-1]
        body = ", ".join([message_json(row, style) for row in rows])
        return Response(200, b'%s, "messages": [%s]}' % (head, body.encode("utf-8", "replace")))
    documents = [message_document(row, style) for row in rows]
    return responses.page(request.format, "messages", "Message", rows=documents, envelope=envelope)


def _page(
    log: MessageLog,
    to: str,
    sender: str,
    *,
    lowest: int,
    below: int | None,
    where: paging.Cursor,
    made_before: datetime | None,
) -> tuple[list[Message], bool]:
    """Return the rows of a page, and whether more follow."""
    line = log.line(to, sender)
    walk = log.descending(line, below)
    if where.token:
        position = log.position_of(where.after_sid or where.before_sid)
        if position is None:
            return [], False
        if where.before_sid:
            walk = log.ascending(line, max(position, lowest - 1))
        else:
            walk = log.descending(line, position if below is None else min(below, position))
    rows: list[Message] = []
    more = bool(where.before_sid)
    for row in walk:
        if row.position < lowest or (below is not None and row.position >= below):
            break
        if (to and row.to != to) or (sender and row.sender != sender):
            continue
        if made_before is not None and row.created > made_before:
            continue
        if len(rows) == where.size:
            more = True
            break
        rows.append(row)
    return rows[::-1] if where.before_sid else rows, more


def _address(text: str) -> str:
    return (e164(text) or text) if text else ""


def _find(request: ApiRequest) -> Message:
    message = request.context.state.message(request.account.sid, request.variables["sid"])
    if message is None:
        raise TwilioError(20404, path=request.path)
    return message


def _answer(request: ApiRequest, status: int, message: Message, *, created: bool = False) -> Response:
    style = _style(request)
    if request.format == "json":
        return Response(status, message_json(message, style, created=created).encode("utf-8", "replace"))
    return responses.resource(
        status, request.format, "Message", document=message_document(message, style, created=created)
    )


def _style(request: ApiRequest) -> MessageStyle:
    return _styles(request.context.generation, request.context.error_titles)


_styles = cache(MessageStyle)


def update(request: ApiRequest) -> Response:
    """Redact a message (``Body=`` empty) or cancel a scheduled one (``Status=canceled``)."""
    message = _find(request)
    form = request.form
    if "Status" in form:
        if form.get("Status") != "canceled":
            raise TwilioError(20001, value="Status")
        if message.status is not Status.SCHEDULED:
            raise TwilioError(30409)
        message = request.backend.carrier.cancel(message)
    if "Body" in form:
        if form.get("Body"):
            raise TwilioError(20001, value="Body")
        if message.status not in COMPLETE:
            raise TwilioError(20009)
        message = request.context.change_message(message, message.status, body="")
    return _answer(request, 200, message)


def delete(request: ApiRequest) -> Response:
    """Delete a finished message and its media."""
    message = _find(request)
    if message.status not in COMPLETE:
        raise TwilioError(20009)
    request.context.state.remove_message(message)
    request.context.events.publish("message_deleted", {"sid": message.sid})
    return Response(204)


def feedback(request: ApiRequest) -> Response:
    """Record whether a message is known to have arrived."""
    message = _find(request)
    outcome = request.form.get("Outcome") or "confirmed"
    if outcome not in ("confirmed", "unconfirmed"):
        raise TwilioError(20001, value="Outcome")
    now = request.context.now()
    previous = request.context.state.feedback.rows.get(message.sid)
    created = previous.created if previous else now
    row = request.context.state.feedback.put(Feedback(message.sid, message.account_sid, outcome, created, now))
    document = {
        "account_sid": row.account_sid,
        "message_sid": row.sid,
        "outcome": row.outcome,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "uri": f"{API}/{row.account_sid}/Messages/{row.sid}/Feedback.json",
    }
    return responses.resource(200, request.format, "Feedback", document=document)


def _imagined(request: ApiRequest, draft: Draft) -> Message:
    """Return the message for test credentials; it is not stored."""
    to, sender = e164(draft.to) or draft.to, e164(draft.sender) or draft.sender
    magic_numbers.check(to, sender)
    message_validation.content(draft.body, draft.options.media_urls, has_template=False, service=False)
    to = to if to.startswith("+1500555") else message_validation.destination(draft.to)
    now = request.context.now()
    return Message(
        sid=request.context.ids.sid("SM"),
        account_sid=request.account.sid,
        direction=Direction.API,
        to=to,
        sender=sender,
        body=draft.body,
        status=Status.QUEUED,
        segments=segments.count(draft.body),
        media=len(draft.options.media_urls),
        created=now,
        updated=now,
        number=0,
        position=0,
    )


ROUTES = (
    Route("POST", _BASE, "messages.create", create, test_credentials=True),
    Route("GET", _BASE, "messages.list", list_),
    Route("GET", _BASE + "/{sid}", "messages.fetch", fetch),
    Route("POST", _BASE + "/{sid}", "messages.update", update),
    Route("DELETE", _BASE + "/{sid}", "messages.delete", delete),
    Route("POST", _BASE + "/{sid}/Feedback", "messages.feedback.create", feedback),
)
