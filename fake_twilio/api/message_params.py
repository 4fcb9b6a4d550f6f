"""Reading a new message out of the form: every parameter of the Message resource, checked, with the error of its own.

Source: Twilio's API reference, Message resource, create; its error catalogue.
"""

import json
import re
from datetime import UTC, datetime, timedelta

from fake_twilio.api import form_parsers
from fake_twilio.api.form_parsers import yes_or_no
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.messages.outbound import Draft
from fake_twilio.model import message_validation
from fake_twilio.model.addresses import channel
from fake_twilio.model.message import NO_OPTIONS, Options
from fake_twilio.web.forms import Form

_SIMPLE = frozenset({"To", "From", "Body", "MessagingServiceSid"})
_CONTENT_SID = re.compile(r"HX[0-9a-fA-F]{32}")
_SERVICE_SID = re.compile(r"MG[0-9a-fA-F]{32}")
_MEDIA_URL = re.compile(r"https?://[^/\s?#]+", re.IGNORECASE)
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")
_NO_VARIABLE = re.compile(r"[\n\r\t]| {4}")
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

_INTENTS = (
    "otp",
    "notifications",
    "marketing",
    "fraud",
    "security",
    "customercare",
    "delivery",
    "education",
    "polling",
    "announcements",
    "events",
)
"""What a message may be for; listed by the official SDK."""

SOONEST, LATEST = timedelta(seconds=900), timedelta(days=35)
"""How far ahead a message may be scheduled."""


def read_draft(request: ApiRequest) -> Draft:
    """Return what a caller wants to send.

    Raises:
        TwilioError: for the first parameter that is missing or wrong.
    """
    form = request.form
    to, sender, service_sid = form.get("To"), form.get("From"), form.get("MessagingServiceSid")
    if not to.strip():
        raise TwilioError(21604)
    if not service_sid and sender.startswith("MG") and _SERVICE_SID.fullmatch(sender):
        sender, service_sid = "", sender
    if not service_sid and not sender.strip():
        raise TwilioError(21666 if form.get("FallbackFrom") else 21603)
    if service_sid and not _SERVICE_SID.fullmatch(service_sid):
        raise TwilioError(21705, value=service_sid)
    options = NO_OPTIONS if form.only(_SIMPLE) else _options(request, form, service_sid, sender=sender)
    return Draft(to, sender, form.get("Body"), service_sid, options=options)


def _options(request: ApiRequest, form: Form, service_sid: str, *, sender: str) -> Options:
    return Options(
        status_callback=_callback(request, form),
        application_sid=_application(request, form),
        validity_period=_validity(form),
        send_at=_schedule(request, form, service_sid),
        media_urls=_media(request, form),
        content_sid=_content(form),
        content_variables=_variables(form),
        content_retention=_retention(request, "ContentRetention", "discard", code=30029),
        address_retention=_retention(request, "AddressRetention", "obfuscate", code=30030),
        provide_feedback=_flag(form, "ProvideFeedback"),
        force_delivery=_flag(form, "ForceDelivery"),
        attempt=_whole(form, "Attempt"),
        risk_check=_choice(form, "RiskCheck", ("enable", "disable"), code=20001),
        persistent_actions=tuple(form.all("PersistentAction")),
        send_as_mms=_flag(form, "SendAsMms"),
        smart_encoded=_flag(form, "SmartEncoded"),
        shorten_urls=_shorten(form, service_sid),
        max_price=_highest_price(form),
        traffic_type=_choice(form, "TrafficType", ("free",), code=20001),
        fallback_from=_fallback(request, form, service_sid, sender=sender),
        message_intent=_choice(form, "MessageIntent", _INTENTS, code=20001),
    )


def _callback(request: ApiRequest, form: Form) -> str:
    url = form.get("StatusCallback")
    if url and not form_parsers.may_be_called(request, url):
        raise TwilioError(21609, value=url)
    return url


def _application(request: ApiRequest, form: Form) -> str:
    sid = form.get("ApplicationSid")
    if sid and request.context.state.applications.get(sid, request.account.sid) is None:
        raise TwilioError(21420, value=sid)
    return sid


def _validity(form: Form) -> int:
    text = form.get("ValidityPeriod")
    if not text:
        return NO_OPTIONS.validity_period
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 36_000):
        raise TwilioError(21624)
    return int(text)


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
    if not _ISO_DATE.match(text):
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
    if any(not _MEDIA_URL.match(url) or not form_parsers.may_be_called(request, url) for url in urls):
        raise TwilioError(21620)
    return urls


def _content(form: Form) -> str:
    sid = form.get("ContentSid")
    if not sid and form.get("ContentVariables"):
        raise TwilioError(21654)
    if sid and not _CONTENT_SID.fullmatch(sid):
        raise TwilioError(21655)
    return sid


def _variables(form: Form) -> str:
    text = form.get("ContentVariables")
    if text:
        try:
            variables = json.loads(text)
        except (ValueError, RecursionError):
            raise TwilioError(21656) from None
        if not isinstance(variables, dict) or not all(map(_is_variable, variables.values())):
            raise TwilioError(21656)
    return text


def _is_variable(value: object) -> bool:
    """Return whether this may stand for a variable of a template: a text on one line, without wide gaps."""
    return isinstance(value, str) and bool(value) and _NO_VARIABLE.search(value) is None


def _fallback(request: ApiRequest, form: Form, service_sid: str, *, sender: str) -> str:
    """Return the sender for telephones that RCS does not reach, in its stored form.

    Raises:
        TwilioError: 21664 (together with a ``From``), 21667 (a service without an RCS sender), 21665 (the account
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


def _shorten(form: Form, service_sid: str) -> bool:
    shorten = _flag(form, "ShortenUrls")
    if shorten and not service_sid:
        raise TwilioError(20001, value="ShortenUrls")
    return shorten


def _retention(request: ApiRequest, name: str, less: str, *, code: int) -> str:
    """Return what is to be kept: everything, or ``less`` where the account has Message Redaction.

    Raises:
        TwilioError: with this code for anything else.
    """
    value = _choice(request.form, name, ("retain", less), code=code)
    if value == less and not request.account.message_redaction:
        raise TwilioError(code)
    return value


def _choice(form: Form, name: str, choices: tuple[str, ...], *, code: int) -> str:
    value = form.get(name)
    if value and value not in choices:
        raise TwilioError(code, value=name)
    return value


def _flag(form: Form, name: str) -> bool:
    value = form.get(name)
    if not value:
        return False
    found = yes_or_no(value)
    if found is None:
        raise TwilioError(20001, value=name)
    return found


def _whole(form: Form, name: str) -> int | None:
    text = form.get(name)
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise TwilioError(20001, value=name)
    return int(text[:9])


def _highest_price(form: Form) -> str:
    text = form.get("MaxPrice")
    if text and _AMOUNT.fullmatch(text) is None:
        raise TwilioError(21627)
    return text
