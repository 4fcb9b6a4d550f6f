"""Requests that Twilio refuses, as data: what has to be so, what is asked first, what is read for it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from support.fake_seeds import (
    SERVICE,
    TEST,
)
from support.fake_wire import ACCOUNT, GUARD, OURS

Form = dict[str, Any]


NOTHING: Mapping[str, Any] = MappingProxyType({})


class Request(NamedTuple):
    """One request; `{message}` in its path is the SID of the message that was created last."""

    method: str
    path: str
    form: Mapping[str, Any] = NOTHING
    user: str = ACCOUNT


class Case(NamedTuple):
    """What has to be so, what is asked first, and the request that is refused with this code and text."""

    code: int
    text: str
    request: Request
    account: Mapping[str, Any] = NOTHING
    seed: Mapping[str, Any] = NOTHING
    before: tuple[Request, ...] = ()
    pace: str = "instant"


API = f"/2010-04-01/Accounts/{ACCOUNT}"


MESSAGES = f"{API}/Messages"


NUMBERS = f"{API}/IncomingPhoneNumbers"


CALLERS = f"{API}/OutgoingCallerIds"


MESSAGE: Form = {"To": GUARD, "From": OURS, "Body": "hello"}


BY_SERVICE: Form = {"From": "", "MessagingServiceSid": SERVICE}


SCHEDULED: Form = {**BY_SERVICE, "ScheduleType": "fixed"}


LATER = "2026-01-01T01:00:00Z"


def post(path: str, **form: Any) -> Request:
    """Return a POST."""
    return Request("POST", path, form)


def sending(user: str = ACCOUNT, **form: Any) -> Request:
    """Return the creation of a message."""
    return Request("POST", f"/2010-04-01/Accounts/{user}/Messages.json", {**MESSAGE, **form}, user)


def creation(code: int, text: str, /, **form: Any) -> Case:
    """Return a case in which a message is not taken."""
    return Case(code, text, sending(**form))


def calling(code: int, text: str, /, **form: Any) -> Case:
    """Return a case in which a call of test credentials is not made."""
    whole = {"To": GUARD, "From": "+15005550006", "Url": "http://example.com/", **form}
    return Case(code, text, Request("POST", f"/2010-04-01/Accounts/{TEST}/Calls.json", whole, TEST))
