"""Recorded responses of the real Twilio as data: fact, source, request, expected response.

Numbers in recordings are masked; the digits in place of an ``X`` are made up here.
"""

from collections.abc import Mapping
from typing import Any

from support.fake_cases import API, TEMPLATE, WHATSAPP, Fact, Request, post, sending
from support.fake_refused_messages import NOT_CAPABLE
from support.fake_seeds import ABROAD, NUMBER_SIDS, OTHERS, SERVICE, TEST, TEXT_ONLY
from support.fake_wire import ACCOUNT, GUARD, OURS
from support.recorded_trials import DAY, FREE_UNITS, PROFILES

SANDBOX, VIRTUAL_PHONE = "+14155238886", "+18777804236"


def refused(fact: str, source: str, code: int, text: str, /, **form: Any) -> Fact:
    """Return a fact about a message that is refused with status 400."""
    return Fact(fact, source, sending(**form), 400, code, text)


INDIA = "log of 2024-11-26"
DUMP = "database dump of 2024-03-27 and 28"
SHORT_CODE = "'To' number cannot be a Short Code: {}"
INVALID = "Invalid 'To' Phone Number: {}"
INVALID_ON_WHATSAPP = "The 'To' number {} is not a valid phone number."
NOBODYS = "'From' {} is not a Twilio phone number or Short Code country mismatch"

DESTINATIONS = (
    refused("+91 with nine digits is a short code", INDIA, 21265, SHORT_CODE.format("+9181205XXXX"), To="+91812051234"),
    refused("and so is the next", INDIA, 21265, SHORT_CODE.format("+9174114XXXX"), To="+91741141234"),
    refused("and the third", INDIA, 21265, SHORT_CODE.format("+9188503XXXX"), To="+91885031234"),
    refused("also with a blank", "log of 2024", 21265, SHORT_CODE.format("+91 96066XXXX"), To="+91 960661234"),
    refused("five letters are a short code", "log of 2026", 21265, SHORT_CODE.format("FXXXX"), To="False"),
    refused("a short code is masked too", "logs of 2024 to 2026", 21265, SHORT_CODE.format("1XXXX"), To="12345"),
    refused("too few digits in North America", "log of 2025", 21211, INVALID.format("+12345XXXX"), To="+123456789"),
    refused("an area code 555", "log of 2025", 21211, INVALID.format("+1555555XXXX"), To="+15555550100"),
    refused("an area code 904, too short", "log of 2025", 21211, INVALID.format("+190421XXXX"), To="+1904215678"),
    refused("Myanmar, too short", "log of 2025", 21211, INVALID.format("+95498XXXX"), To="+954980123"),
    refused("an exchange 195", "log of 2025-12-16", 21211, INVALID.format("+1936195XXXX"), To="+19361951234"),
    refused("Iran", "log of 2026-05-11", 21211, INVALID.format("+987987XXXX"), To="+9879871234"),
    refused("a trunk 0 behind the +", DUMP, 21211, INVALID.format("+0306539XXXX"), To="+03065391234"),
    refused("another trunk 0", DUMP, 21211, INVALID.format("+0345218XXXX"), To="+03452181234"),
    refused("a third trunk 0", DUMP, 21211, INVALID.format("+054716XXXX"), To="+0547161234"),
    refused("shorter values are masked wholly, one X a character", DUMP, 21211, INVALID.format("XX"), To="+5"),
    refused("a trunk 0 without +", "log of 2026", 21211, INVALID.format("0778818XXXX"), To="07788181234"),
    refused("ten digits, trunk 0", "log of 2025", 21211, INVALID.format("010203XXXX"), To="0102031234"),
    refused("Malaysia without +", "log of 2026-01-09", 21211, INVALID.format("0115355XXXX"), To="01153551234"),
    refused("ten digits, no area code", "log of 2025", 21211, INVALID.format("926231XXXX"), To="9262311234"),
    refused("eight digits without +", "log of 2025", 21211, INVALID.format("9234XXXX"), To="92341234"),
    refused("Cameroon without +", "log of 2025", 21211, INVALID.format("23767579XXXX"), To="237675791234"),
    refused("Iraq without +", "log of 2025", 21211, INVALID.format("964751422XXXX"), To="9647514221234"),
    refused(
        "of several numbers in one only the last four characters are masked",
        "log of 2024",
        21211,
        INVALID.format("+17202271155,+17345483475,+1906282XXXX"),
        To="+17202271155,+17345483475,+19062821234",
    ),
    Fact(
        "test credentials mask too",
        "log of 2024",
        sending(TEST, From="+15005550006", To="+15005550001"),
        400,
        21211,
        INVALID.format("+1500555XXXX"),
    ),
    refused(
        "a country that is off repeats To as given, and signs behind the + do not make it invalid",
        DUMP,
        21408,
        "Permission to send an SMS has not been enabled for the region indicated by the 'To' number: +=97150716XXXX",
        To="+=971507161234",
    ),
    Fact(
        "what begins with 1876 needs no +",
        "test runs of 2022-04 and 05",
        sending(To="18765550100"),
        201,
        account={"geo_permissions": ["US", "JM"]},
    ),
    Fact("nor does 1678", "test runs of 2022-04 and 05", sending(To="16785550100"), 201),
    Fact(
        "21614 is masked and has another text than before 2022",
        "daddyz/phonelib#320, 2024-10-28",
        sending(To=ABROAD),
        400,
        21614,
        "'To' number: +44207123XXXX, is not a valid mobile number",
        {"geo_permissions": ["US", "GB"]},
    ),
    refused(
        "premium numbers have a code of their own",
        "changelog of Twilio's documentation, 2024-07-10",
        21268,
        "Sending to Premium rate or Information Service numbers is not allowed",
        To="+19005550100",
    ),
    refused(
        "21266 is masked",
        "logs of 2024 to 2026",
        21266,
        "'To' and 'From' number cannot be the same: +1201555XXXX",
        To=OURS,
    ),
    refused(
        "21266 comes before the question whose From it is",
        "log of 2025-11-23",
        21266,
        "'To' and 'From' number cannot be the same: +1201555XXXX",
        To=OTHERS,
        From=OTHERS,
    ),
)
"""How each destination is refused."""

SENDERS = (
    refused("+ and digits never are 21212", "logs of 2025", 21659, NOBODYS.format("+15005550001"), From="+15005550001"),
    refused("however few they are", "logs of 2025", 21659, NOBODYS.format("+123"), From="+123"),
    refused(
        "the sandbox's number belongs to somebody else",
        "log of 2026",
        21660,
        f"Mismatch between the 'From' number {SANDBOX} and the account {ACCOUNT}",
        From=SANDBOX,
    ),
    refused(
        "the virtual phone does too",
        "log of 2026",
        21660,
        f"Mismatch between the 'From' number {VIRTUAL_PHONE} and the account {ACCOUNT}",
        From=VIRTUAL_PHONE,
    ),
    Fact(
        "21606 has a new text under test credentials",
        "test run of 2026-07",
        sending(TEST),
        400,
        21606,
        NOT_CAPABLE.format(OURS),
    ),
    Fact(
        "a recipient who opted out, From and a service: taken",
        "twilio/twilio-python#478, 2019-10",
        sending(From=TEXT_ONLY, MessagingServiceSid=SERVICE),
        201,
        before=(Request("POST", f"/_fake/v1/handsets/{GUARD}/messages", {"to": TEXT_ONLY, "body": "STOP"}),),
    ),
)
"""How each sender is refused."""

_ON_WHATSAPP: dict[str, Any] = {
    "channel_senders": [{"sender": WHATSAPP}],
    "content_templates": [{"sid": TEMPLATE, "body": "Door {{1}} is {{2}}, twice {{1}}"}],
}


def on_whatsapp(fact: str, source: str, code: int, text: str, /, **form: Any) -> Fact:
    """Return a fact about a WhatsApp message that is refused with status 400."""
    whole = {"From": WHATSAPP, "To": f"whatsapp:{GUARD}", **form}
    return Fact(fact, source, sending(**whole), 400, code, text, _ON_WHATSAPP)


def variables(fact: str, text: str, source: str = "log of 2026-08-21, Twilio's page of 21656") -> Fact:
    """Return a fact about template variables that are refused immediately."""
    message = "The Content Variables parameter is invalid."
    return on_whatsapp(fact, source, 21656, message, Body="", ContentSid=TEMPLATE, ContentVariables=text)


CHANNELS = (
    on_whatsapp(
        "21211 on WhatsApp keeps its old text, in full, and forgives no blank",
        "log of 2026-08-15",
        21211,
        INVALID_ON_WHATSAPP.format("whatsapp:+44 7933189216"),
        To="whatsapp:+44 7933189216",
    ),
    on_whatsapp(
        "nor a second +",
        "log of 2026-03-28",
        21211,
        INVALID_ON_WHATSAPP.format("whatsapp:++447700100001"),
        To="whatsapp:++447700100001",
    ),
    on_whatsapp(
        "nor a number without +",
        "log of 2026-01-09",
        21211,
        INVALID_ON_WHATSAPP.format("whatsapp:01153558939"),
        To="whatsapp:01153558939",
    ),
    variables("variables that are not JSON", "{", "log of 2026-04-01"),
    variables("a surplus variable", '{"1":"a","2":"b","3":"c"}'),
    variables("a missing variable", '{"1":"a"}'),
    variables("a line break", '{"1":"a\\nb","2":"b"}'),
    variables("a tab", '{"1":"a\\tb","2":"b"}'),
    variables("four blanks", '{"1":"a    b","2":"b"}'),
    variables("null", '{"1":null,"2":"b"}'),
    variables("an empty value", '{"1":"","2":"b"}'),
    variables("a number", '{"1":1,"2":"b"}'),
)
"""WhatsApp's different responses."""

_NOWHERE: Mapping[str, Any] = {"local_urls": False}
LOCAL = (
    Fact(
        "a callback to localhost",
        "run of 2023-03-31",
        sending(StatusCallback="http://localhost:9000/status"),
        400,
        21609,
        "The StatusCallback URL http://localhost:9000/status is not a valid URL.",
        seed=_NOWHERE,
    ),
    Fact(
        "media on localhost",
        "issue of 2023",
        sending(MediaUrl="http://localhost:9000/a.png"),
        400,
        21620,
        "Invalid media URL(s)",
        seed=_NOWHERE,
    ),
    Fact(
        "a webhook on this machine",
        "Twilio's console",
        post(f"{API}/IncomingPhoneNumbers/{NUMBER_SIDS[OURS]}.json", SmsUrl="http://127.0.0.1/sms"),
        400,
        21402,
        "SmsUrl is not valid: http://127.0.0.1/sms",
        seed=_NOWHERE,
    ),
)
"""Refused only where the seed says so, because a fake on the local machine is there to call it."""

HOSTS = (
    Fact(
        "product hosts name the version of what is missing",
        "logs of 2025 and 2026",
        Request("GET", f"/v1/Services/MG{'0' * 32}"),
        404,
        20404,
        f"The requested resource /v1/Services/MG{'0' * 32} was not found",
    ),
    Fact(
        "and the method that they do not know",
        "logs of 2025 and 2026",
        Request("DELETE", "/v1/Services"),
        405,
        20004,
        "The requested resource /v1/Services does not support the attempted HTTP method DELETE",
    ),
)
"""Facts about the product APIs."""

FACTS = (*DESTINATIONS, *SENDERS, *CHANNELS, *LOCAL, *DAY, *FREE_UNITS, *PROFILES, *HOSTS)
"""All facts that a single request can show."""
