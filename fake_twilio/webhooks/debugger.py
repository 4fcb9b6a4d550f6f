"""The debugger: records an alert for every failed webhook, with its request and response."""

from fake_twilio.context import Context
from fake_twilio.errors import CATALOGUE, GENERATIONS, code_in
from fake_twilio.model.alert import Alert, alert_text
from fake_twilio.model.message import Message
from fake_twilio.webhooks.request import Parameters, WebhookOutcome, encode
from fake_twilio.webhooks.url_credentials import without_userinfo

MAX_ALERTS = 10_000
"""The maximum number of alerts stored, over all accounts."""


def about(context: Context, delivery: WebhookOutcome, message: Message, *, method: str, parameters: Parameters) -> None:
    """Record the alerts that a webhook request raises, if any."""
    for code in (*delivery.warnings, *((delivery.code,) if delivery.code else ())):
        alert(
            context,
            code,
            message,
            method=method,
            url=delivery.url,
            variables=encode(parameters).decode(),
            delivery=delivery,
            explanation=delivery.reason if code == delivery.code else "",
        )


def alert(
    context: Context,
    code: int,
    message: Message,
    *,
    method: str = "",
    url: str = "",
    variables: str = "",
    delivery: WebhookOutcome | None = None,
    reason: str = "",
    explanation: str = "",
) -> Alert:
    """Record an alert about a message and return it; ``delivery`` is the request that raised it.

    ``reason`` overrides the catalogue's title; ``explanation`` is shown only to watchers of the fake.
    """
    url = without_userinfo(url)[0]
    answer = delivery.answer if delivery is not None else None
    code = code_in(code, context.generation)
    entry = CATALOGUE[code]
    level = (entry.level or "ERROR").lower()
    status = answer.status if answer is not None else 0
    row = Alert(
        sid=context.ids.sid("NO"),
        account_sid=message.account_sid,
        code=code,
        level=level,
        text=alert_text(
            code, level, url, message=reason or entry.title, status=status, old=context.generation != GENERATIONS[0]
        ),
        created=context.now(),
        request_method=method,
        request_url=url,
        resource_sid=message.sid,
        request_variables=variables,
        request_headers=_pairs(delivery.asked) if delivery is not None else "",
        response_headers=_pairs(answer.headers) if answer else "",
        response_body=answer.body.decode("utf-8", "replace") if answer else "",
        service_sid=message.service_sid or "",
    )
    alerts = context.state.alerts
    alerts.put(row)
    if len(alerts) > MAX_ALERTS:
        alerts.remove(next(iter(alerts)).sid)
    context.events.publish(
        "alert",
        {
            "sid": row.sid,
            "code": code,
            "level": level,
            "message_sid": message.sid,
            "text": explanation or entry.title,
        },
    )
    return row


def _pairs(headers: tuple[tuple[str, str], ...]) -> str:
    return "&".join(f"{name}={value}" for name, value in headers)
