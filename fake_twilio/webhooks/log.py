"""Webhook attempts, and their journal entries."""

from typing import NamedTuple

from fake_twilio.context import Context
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.model.message import Message
from fake_twilio.model.webhook_rule import DeliverySetting
from fake_twilio.request_log import WebhookAttempt
from fake_twilio.webhooks.request import NoResponse, WebhookResponse
from fake_twilio.webhooks.url_credentials import without_userinfo


class Attempt(NamedTuple):
    """What does not change during the redirects of an attempt."""

    kind: str
    message: Message
    event: str
    fault: str
    number: int
    token: str
    forged: bool
    deadline: float
    """When the whole webhook must be finished, on the monotonic clock."""
    setting: DeliverySetting | None = None
    """The setting that a Webhook Rule applies."""


class Sent(NamedTuple):
    """A request of an attempt. ``signed_url`` is the URL that the signature covers, in addition to the form."""

    method: str
    url: str
    headers: dict[str, str]
    form: bytes
    signed_url: str = ""


_PUBLISHED = ("number", "kind", "message_sid", "event", "url", "attempt", "status", "error", "to", "fault")
"""What the event about an attempt contains, besides its sender and time."""


def log_attempt(
    context: Context,
    attempt: Attempt,
    sent: Sent,
    *,
    answer: WebhookResponse | None,
    failure: NoResponse | None,
    seconds: float,
) -> None:
    """Add a request and its response, or the failure, to the journal."""
    message = attempt.message
    entry = WebhookAttempt(
        number=context.webhooks.next_number(),
        at=context.now(),
        kind=attempt.kind,
        message_sid=message.sid,
        account_sid=message.account_sid,
        sender=message.sender or "",
        to=message.to,
        method=sent.method,
        url=without_userinfo(sent.url)[0],
        headers=tuple(sent.headers.items()),
        body=sent.form.decode(),
        attempt=attempt.number,
        status=answer.status if answer else None,
        response=answer.body.decode("utf-8", "replace") if answer else "",
        response_type=answer.content_type if answer else "",
        error=failure.reason if failure else "",
        fault=attempt.fault,
        seconds=seconds,
        messages_before=context.state.message_count,
        requests_before=context.requests.count,
        event=attempt.event,
        signed_url=without_userinfo(sent.signed_url)[0],
        forged=attempt.forged,
    )
    context.webhooks.add(entry)
    if context.events.wanted:
        facts = {name: getattr(entry, name) for name in _PUBLISHED}
        context.events.publish("webhook", {**facts, "from": entry.sender, "at": iso_milliseconds(entry.at)})
