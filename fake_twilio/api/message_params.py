"""Parsing a new message from the form: every parameter of the Message resource, each with its own error.

Source: Twilio's API reference, Message resource, create; its error catalog.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.ids import is_sid
from fake_twilio.messages.outbound import Draft
from fake_twilio.model import message_validation
from fake_twilio.model.addresses import channel
from fake_twilio.model.message import NO_OPTIONS, Options
from fake_twilio.web.forms import Form

_SIMPLE = frozenset({"To", "From", "Body", "MessagingServiceSid"})
_MEDIA_URL = r"(?i)https?://[^/\s?#]+"
_AMOUNT = r"[0-9]{1,9}(\.[0-9]{1,9})?"
_NO_VARIABLE = r"[\n\r\t]| {4}"
_ISO_DATE = r"\d{4}-\d{2}-\d{2}"

SOONEST, LATEST = timedelta(seconds=900), timedelta(days=35)
"""How far ahead a message may be scheduled."""


def read_draft(request: ApiRequest) -> Draft:
    """Return the message that a caller wants to send.

    Raises:
        TwilioError: for the first missing or invalid parameter.
    """
    form = request.form
    to, sender, service_sid = form.get("To"), form.get("From"), form.get("MessagingServiceSid")
    if not to.strip():
        raise TwilioError(21604)
    if not service_sid and is_sid("MG", sender):
        sender, service_sid = "", sender
    if not service_sid and not sender.strip():
        raise TwilioError(21666 if form.get("FallbackFrom") else 21603)
    if service_sid and not is_sid("MG", service_sid):
        raise TwilioError(21705, value=service_sid)
    options = NO_OPTIONS if form.only(_SIMPLE) else _options(request, form, service_sid, sender=sender)
    return Draft(to, sender, form.get("Body"), service_sid, options=options)


def _options(request: ApiRequest, form: Form, service_sid: str, *, sender: str) -> Options:
    given: dict[str, Any] = {
        form_parsers.snake(name): reader(request, name, value)
        for name, reader in _OPTIONS.items()
        if (value := form.get(name))
    }
    if given.get("shorten_urls") and not service_sid:
        raise TwilioError(20001, value="ShortenUrls")
    return Options(
        **given,
        send_at=_schedule(request, form, service_sid),
        media_urls=_media(request, form),
        content_sid=_content(form),
        persistent_actions=tuple(form.all("PersistentAction")),
        fallback_from=_fallback(request, form, service_sid, sender=sender),
    )


def _schedule(request: ApiRequest, form: Form, service_sid: str) -> datetime | None:
    kind, text = form.get("ScheduleType"), form.get("SendAt")
    if not kind:
        return None
    if kind != "fixed":
        raise TwilioError(35126)
    if not service_sid:
        raise TwilioError(35118)
    if not text:
        raise TwilioError(35111)
    if not re.match(_ISO_DATE, text):
        raise TwilioError(35115)
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise TwilioError(35115) from None
    if len(text) <= len("2026-01-01"):
        raise TwilioError(35117)
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    try:
        when = when.astimezone(UTC)
    except OverflowError:
        raise TwilioError(35114) from None
    if not SOONEST <= when - request.context.now() <= LATEST:
        raise TwilioError(35114)
    return when


def _media(request: ApiRequest, form: Form) -> tuple[str, ...]:
    urls = tuple(form.all("MediaUrl"))
    if len(urls) > 10:
        raise TwilioError(21623)
    if any(not re.match(_MEDIA_URL, url) or not form_parsers.may_be_called(request, url) for url in urls):
        raise TwilioError(21620)
    return urls


def _content(form: Form) -> str:
    sid = form.get("ContentSid")
    if not sid and form.get("ContentVariables"):
        raise TwilioError(21654)
    if sid and not is_sid("HX", sid):
        raise TwilioError(21655)
    return sid


def _variables(_: ApiRequest, __: str, value: str) -> str:
    try:
        variables = json.loads(value)
    except (ValueError, RecursionError):
        raise TwilioError(21656) from None
    if not isinstance(variables, dict) or not all(map(_is_variable, variables.values())):
        raise TwilioError(21656)
    return value


def _is_variable(value: object) -> bool:
    """Return whether a value can fill a template variable: a string on one line, without wide gaps."""
    return isinstance(value, str) and bool(value) and re.search(_NO_VARIABLE, value) is None


def _fallback(request: ApiRequest, form: Form, service_sid: str, *, sender: str) -> str:
    """Return the sender for phones that RCS does not reach, in its stored form.

    Raises:
        TwilioError: 21664 (used together with ``From``), 21667 (a service without an RCS sender), 21665 (the account
            cannot send from it).
    """
    given = form.get("FallbackFrom")
    if not given:
        return ""
    if sender:
        raise TwilioError(21664)
    service = request.context.state.services.get(service_sid, request.account.sid)
    if service is None or not request.backend.senders.has_rcs(service):
        raise TwilioError(21667)
    to = message_validation.destination(form.get("To"))
    try:
        fallback = message_validation.sender_form(given)
        row = request.context.state.number(fallback)
        message_validation.may_send_from(fallback, row, request.account, to=to)
    except TwilioError:
        raise TwilioError(21665) from None
    if channel(fallback)[0]:
        raise TwilioError(21665)
    return fallback


def _retention(less: str, code: int) -> form_parsers.Reader:
    """Return a reader for a retention parameter: keep everything, or ``less`` if the account has Message Redaction.

    It raises a TwilioError with this code for anything else.
    """
    choice = form_parsers.choice("retain", less, code=code)

    def reader(request: ApiRequest, parameter: str, value: str) -> Any:
        if value == less and not request.account.message_redaction:
            raise TwilioError(code)
        return choice(request, parameter, value)

    return reader


def _highest_price(_: ApiRequest, __: str, value: str) -> str:
    if re.fullmatch(_AMOUNT, value) is None:
        raise TwilioError(21627)
    return value


_INTENTS = (
    "otp", "notifications", "marketing", "fraud", "security", "customercare", "delivery", "education", "polling",
    "announcements", "events",
)  # fmt: skip
"""Possible purposes of a message; listed by the official SDK."""

_FLAGS = ("ProvideFeedback", "ForceDelivery", "SendAsMms", "SmartEncoded", "ShortenUrls")
_OPTIONS: form_parsers.Fields = {
    "StatusCallback": form_parsers.callback,
    "ApplicationSid": form_parsers.application,
    "ValidityPeriod": form_parsers.whole(1, 36_000, 21624),
    "ContentVariables": _variables,
    "ContentRetention": _retention("discard", 30029),
    "AddressRetention": _retention("obfuscate", 30030),
    **dict.fromkeys(_FLAGS, form_parsers.flag),
    "Attempt": form_parsers.whole(0, 999_999_999),
    "RiskCheck": form_parsers.choice("enable", "disable"),
    "MaxPrice": _highest_price,
    "TrafficType": form_parsers.choice("free"),
    "MessageIntent": form_parsers.choice(*_INTENTS),
}
"""Optional parameters that are read on their own; empty ones count as omitted."""
