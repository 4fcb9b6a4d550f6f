"""Requests as data, for Twilio's refusals and recorded responses: preconditions, setup, and the request."""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import aiohttp

from support.fake_seeds import SERVICE, TEST, TOKENS
from support.fake_wire import ACCOUNT, GUARD, OURS, TOKEN, Wire

Form = dict[str, Any]
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Request(NamedTuple):
    """One request; ``{message}`` in its path is the SID of the last message created."""

    method: str
    path: str
    form: Mapping[str, Any] = NOTHING
    user: str = ACCOUNT


class Case(NamedTuple):
    """Preconditions, earlier requests, and the request that is refused with this code and text."""

    code: int
    text: str
    request: Request
    account: Mapping[str, Any] = NOTHING
    seed: Mapping[str, Any] = NOTHING
    before: tuple[Request, ...] = ()
    pace: str = "instant"


class Fact(NamedTuple):
    """A recorded fact with its source, and a request that shows it: its status, its code (0: success) and its text."""

    fact: str
    source: str
    request: Request
    status: int
    code: int | None = None
    text: str = ""
    account: Mapping[str, Any] = NOTHING
    seed: Mapping[str, Any] = NOTHING
    before: tuple[Request, ...] = ()


TEMPLATE = f"HX{'1' * 32}"
WHATSAPP = "whatsapp:+12015550100"
API = f"/2010-04-01/Accounts/{ACCOUNT}"
MESSAGES = f"{API}/Messages"
NUMBERS = f"{API}/IncomingPhoneNumbers"
CALLERS = f"{API}/OutgoingCallerIds"
MESSAGE: Form = {"To": GUARD, "From": OURS, "Body": "hello"}
BY_SERVICE: Form = {"From": "", "MessagingServiceSid": SERVICE}
SCHEDULED: Form = {**BY_SERVICE, "ScheduleType": "fixed"}
LATER = "2026-01-01T01:00:00Z"


def post(path: str, **form: Any) -> Request:
    """Return a POST request."""
    return Request("POST", path, form)


def sending(user: str = ACCOUNT, **form: Any) -> Request:
    """Return a request that creates a message."""
    return Request("POST", f"/2010-04-01/Accounts/{user}/Messages.json", {**MESSAGE, **form}, user)


def creation(code: int, text: str, /, **form: Any) -> Case:
    """Return a case in which a message is refused."""
    return Case(code, text, sending(**form))


def calling(code: int, text: str, /, **form: Any) -> Case:
    """Return a case in which a voice call with test credentials is refused."""
    whole = {"To": GUARD, "From": "+15005550006", "Url": "http://example.com/", **form}
    return Case(code, text, Request("POST", f"/2010-04-01/Accounts/{TEST}/Calls.json", whole, TEST))


async def ask(site: Wire, request: Request, message: str = "") -> tuple[int, Any, Mapping[str, str]]:
    """Make a request; return status, document and headers of the response, or code and text of an XML document."""
    token = TOKEN if request.user == ACCOUNT else TOKENS[request.user]
    headers = {"Authorization": aiohttp.encode_basic_auth(request.user, token)}
    url = site.fake.base_url + request.path.replace("{message}", message)
    pairs = [
        (name, value)
        for name, values in request.form.items()
        for value in (values if isinstance(values, list) else [values])
    ]
    if request.path.startswith("/_fake"):
        sent: dict[str, Any] = {"json": dict(request.form)}
    else:
        sent = {"params" if request.method == "GET" else "data": pairs}
    async with site.session.request(request.method, url, headers=headers, **sent) as answer:
        text = await answer.text()
        if text.startswith("<"):
            ((code, words),) = re.findall("<Code>(.*)</Code><Message>(.*)</Message>", text)
            return answer.status, {"code": int(code), "message": words}, answer.headers
        return answer.status, json.loads(text) if text else None, answer.headers
