"""Recorded responses of the real Twilio to trials, and to accounts without an approved profile."""

from collections.abc import Mapping
from typing import Any

from support.fake_cases import API, MESSAGES, TEMPLATE, WHATSAPP, Fact, Request, post, sending
from support.fake_refused_messages import NOT_ALLOWED, NOT_ASSIGNED
from support.fake_seeds import OTHERS
from support.fake_wire import ACCOUNT, GUARD, OURS

_TRIAL: Mapping[str, Any] = {"type": "Trial", "verified": [GUARD]}
_DAY = "log of 2026-01-09"
_USED_UP = f"Account {ACCOUNT} exceeded the 5 daily messages limit"


def sixth(fact: str, request: Request, before: Request) -> Fact:
    """Return a fact about a trial's sixth message of the day."""
    return Fact(fact, _DAY, request, 429, 63038, _USED_UP, _TRIAL, before=(before,) * 5)


DAY = (
    sixth("five a day", sending(), sending()),
    sixth("the limit is checked before To", sending(To=""), sending()),
    sixth("before From", sending(From="?!"), sending()),
    sixth("and before whether the recipient is verified", sending(To="+12015550109"), sending()),
    sixth("what is refused counts", sending(), sending(To="+12015550109")),
    sixth("WhatsApp counts", sending(), sending(From=WHATSAPP, To=f"whatsapp:{GUARD}")),
)
"""The first day of a new trial account."""

_LIVE = "live log of 2026-08-30"
_NOT_ON_TRIAL = "This feature is not available on a Trial account"
_FREE: Mapping[str, Any] = {
    "type": "Trial",
    "profile": "free-units",
    "verified": [GUARD],
    "channel_senders": [{"sender": WHATSAPP}],
    "content_templates": [{"sid": TEMPLATE, "body": "Your code is 123456."}],
}


def on_trial(fact: str, source: str, status: int, code: int, text: str, request: Request) -> Fact:
    """Return a fact about a refusal to a trial account of 2026."""
    return Fact(fact, source, request, status, code, text, _FREE)


def named(**form: Any) -> Request:
    """Return a request that creates a message from a template available to trials."""
    return sending(**{"Body": "sms_2fa", **form})


FREE_UNITS = (
    on_trial(
        "free words are 572006",
        "logs of 2026-08 to 10",
        400,
        572006,
        "Invalid template name. Trial accounts can only use predefined SMS templates.",
        sending(),
    ),
    on_trial("a recipient who is not verified", _LIVE, 422, 572002, NOT_ASSIGNED, named(To="+12015550109")),
    on_trial(
        "also on WhatsApp",
        "log of 2026",
        422,
        572002,
        NOT_ASSIGNED,
        sending(From=WHATSAPP, To="whatsapp:+12015550109", Body="", ContentSid=TEMPLATE),
    ),
    on_trial("another sender than the one lent", _LIVE, 422, 572002, NOT_ASSIGNED, named(From=OTHERS)),
    on_trial(
        "a parameter that trials may not use",
        "live log of 2026-09-16",
        400,
        0,
        NOT_ALLOWED,
        named(MediaUrl="http://example.com/a.png"),
    ),
    on_trial(
        "calls",
        "log of 2026",
        422,
        573002,
        "No Twilio trial phone number is assigned for voice calls to this destination number.",
        post(f"{API}/Calls.json", To="+12015550109", From=OURS, Url="http://example.com/"),
    ),
    on_trial(
        "numbers to buy", _LIVE, 401, 20003, _NOT_ON_TRIAL, Request("GET", f"{API}/AvailablePhoneNumbers/US/Local.json")
    ),
    on_trial(
        "the bytes of media",
        "logs of 2026",
        401,
        20003,
        _NOT_ON_TRIAL,
        Request("GET", f"{MESSAGES}/MM{'0' * 32}/Media/ME{'0' * 32}"),
    ),
    on_trial(
        "free words on WhatsApp",
        "log of 2026",
        400,
        21654,
        "ContentSid Required",
        sending(From=WHATSAPP, To=f"whatsapp:{GUARD}"),
    ),
    on_trial(
        "somebody else's template on WhatsApp",
        "log of 2026",
        400,
        21655,
        "The ContentSid is Invalid",
        sending(From=WHATSAPP, To=f"whatsapp:{GUARD}", Body="", ContentSid=f"HX{'0' * 32}"),
    ),
    Fact("reading works", "log of 2026", Request("GET", f"{MESSAGES}.json"), 200, account=_FREE),
    Fact("so does the account", "log of 2026", Request("GET", f"{API}.json"), 200, account=_FREE),
    Fact("a lent sender", _LIVE, named(From="+17372508034"), 201, account=_FREE),
    Fact("the other one", _LIVE, named(From="+17372212163"), 201, account=_FREE),
)
"""The trial account of 2026."""

_UNAPPROVED = (
    "Primary compliance profile is not approved. Please refer to documentation and complete the KYC process in Trust "
    "Hub to gain access."
)


def unapproved(fact: str, request: Request) -> Fact:
    """Return a fact about an account without an approved profile."""
    return Fact(fact, "logs of 2026-08-31 to 09-30", request, 401, 20003, _UNAPPROVED, {"profile": "unapproved"})


PROFILES = (
    unapproved("without an approved profile nothing is sent", sending()),
    unapproved("nor bought", post(f"{API}/IncomingPhoneNumbers.json", AreaCode="201")),
    unapproved("nor called", post(f"{API}/Calls.json", To=GUARD, From=OURS)),
    Fact(
        "reading works",
        "logs of 2026-08-31 to 09-30",
        Request("GET", f"{MESSAGES}.json"),
        200,
        account={"profile": "unapproved"},
    ),
)
"""Full accounts of 2026 that Twilio has not approved yet."""
