"""Every debugger alert is triggered over HTTP, by a webhook or its response, and read through Twilio's own API."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import pytest
from aiohttp import web

from fake_twilio.errors import CATALOGUE, Reach
from support.fake_seeds import VOICE_ONLY
from support.fake_servers import Authority, raw_server
from support.fake_wire import GUARD, OURS, Received, Wire, seed, wire

STRANGER, SECOND = "+12015550109", "+12015550199"
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 11\r\n\r\n<Response/>"

Answer = Callable[[Received], web.Response]


class Case(NamedTuple):
    """How the server answers an incoming message, and what else the case needs. ``url`` maps the server's URL."""

    answer: Answer
    account: dict[str, Any] | None = None
    more: dict[str, Any] | None = None
    url: Callable[[str], str] = str
    sender: str = GUARD
    body: str = "hello"


def says(document: str, content_type: str = "text/xml") -> Answer:
    """Return a server that always responds with this document."""
    return lambda call: web.Response(text=document, content_type=content_type)


def does(status: int, **headers: str) -> Answer:
    """Return a server that responds with this status."""
    return lambda call: web.Response(status=status, headers=headers)


def document(inside: str) -> Answer:
    """Return a server that responds with a TwiML document."""
    return says(f"<Response>{inside}</Response>")


def with_media(call: Received) -> web.Response:
    if call.method == "GET":
        return web.Response(body=b"x" * 5_300_000, content_type="image/png")
    return web.Response(text="<Response><Message><Media>big.png</Media></Message></Response>", content_type="text/xml")


NOTHING = document("")
MESSAGE = "<Message>x</Message>"
TWO_NUMBERS = {"numbers": [{"phone_number": OURS}, {"phone_number": VOICE_ONLY, "capabilities": ["voice"]}]}

CASES: dict[int, Case] = {
    11100: Case(document("<Redirect>ftp://example.com/</Redirect>")),
    11200: Case(does(500)),
    11205: Case(NOTHING, url=lambda _: "http://127.0.0.1:1/"),
    11210: Case(NOTHING, url=lambda _: "http://169.254.169.254/"),
    11215: Case(does(302, Location="/again")),
    11216: Case(does(308, Location="/elsewhere")),
    11240: Case(NOTHING, url=lambda url: f"{url}#e=mars"),
    11241: Case(NOTHING, url=lambda url: f"{url}#e=roaming"),
    11242: Case(NOTHING, url=lambda url: f"{url}#e=dublin-ix"),
    11243: Case(NOTHING, url=lambda url: f"{url}#rc=2&rp=5xx,never"),
    11321: Case(NOTHING, url=lambda _: "nowhere"),
    11750: Case(document(" " * 70_000)),
    11751: Case(with_media),
    12100: Case(says("<Response>")),
    12101: Case(says('<Response version="2.0"/>')),
    12102: Case(says("<Answer/>")),
    12200: Case(document("<message>x</message>")),
    12300: Case(says("{}", "application/json")),
    14101: Case(document("<Message to='nobody'>x</Message>")),
    14102: Case(document("<Message from='?!'>x</Message>")),
    14103: Case(document(f"<Message>{'x' * 1601}</Message>")),
    14104: Case(document("<Message method='PUT'>x</Message>")),
    14105: Case(document("<Message statusCallback='http://a_b/'>x</Message>")),
    14106: Case(document("<Redirect>/next</Redirect>")),
    14108: Case(document(f"<Message from='{VOICE_ONLY}'>x</Message>"), TWO_NUMBERS),
    14109: Case(document(MESSAGE * 11)),
    14110: Case(document("<Say>x</Say>")),
    14111: Case(document(MESSAGE), {"type": "Trial"}, sender=STRANGER),
    30038: Case(NOTHING, more={"filter_passcodes": True}, body="Your passcode is 123456"),
}
"""What triggers each alert and no other."""

BY_CERTIFICATE = {11220: "", 11235: "elsewhere.example.com", 11236: "127.0.0.1", 11237: "127.0.0.1"}
BY_BYTES = {
    11206: b"220 mail.example.com ESMTP\r\n",
    11770: b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
}
BY_LOOPS = {14107, 30039}


async def alerts(site: Wire) -> list[dict[str, Any]]:
    """Return the complete alerts, oldest first."""
    whole = []
    async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as answer:
        for row in (await answer.json())["alerts"]:
            async with site.session.get(f"{site.fake.base_url}/v1/Alerts/{row['sid']}") as one:
                whole.append(await one.json())
    return whole[::-1]


async def texted(site: Wire, body: str = "hello", phone: str = GUARD) -> list[dict[str, Any]]:
    """Text our number from a phone and return the resulting alerts."""
    await site.text(body, phone)
    return await alerts(site)


def check(found: list[dict[str, Any]], code: int, *, level: str) -> None:
    """Check that there is exactly this alert, and check its fields."""
    assert [row["error_code"] for row in found] == [str(code)]
    (alert,) = found
    assert alert["log_level"] == level
    assert alert["more_info"] == f"https://www.twilio.com/docs/errors/{code}"
    assert alert["resource_sid"][:2] in ("SM", "MM")
    text = dict(parse_qsl(alert["alert_text"]))
    assert (text["ErrorCode"], text["LogLevel"], text["EmailNotification"]) == (str(code), level.upper(), "false")
    assert text["Msg"]


WARNINGS = {12200, 14101, 14102, 14103, 14104, 14105, 14106, 14108, 14109, 14110, 14111, 30039}
"""Codes of alerts that are warnings; all others are errors."""


def level_of(code: int) -> str:
    return "warning" if code in WARNINGS else "error"


@pytest.mark.parametrize("code", CASES)
async def test_an_alert(code: int) -> None:
    case = CASES[code]

    def make(url: str) -> dict[str, Any]:
        made = seed(case.url(url), **(case.account or {})) | (case.more or {})
        made["accounts"][0]["numbers"][0]["sms_url"] = case.url(url)
        return made

    async with wire(seed=make, answer=case.answer) as site:
        check(await texted(site, case.body, case.sender), code, level=level_of(code))


@pytest.mark.parametrize("code", BY_BYTES)
async def test_an_alert_about_bytes(code: int) -> None:
    async with raw_server(BY_BYTES[code]) as address, wire(seed=seed(f"http://{address}/sms")) as site:
        check(await texted(site), code, level="error")


@pytest.mark.parametrize("code", BY_CERTIFICATE)
async def test_an_alert_about_a_certificate(code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    if code != 11237:
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    tls = authority.context(BY_CERTIFICATE[code], expired=code == 11236) if code != 11220 else None
    async with raw_server(EMPTY, tls) as address, wire(seed=seed(f"https://{address}/sms")) as site:
        check(await texted(site), code, level="error")


async def test_a_webhook_over_tls_whose_certificate_is_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    tls = authority.context("127.0.0.1")
    async with raw_server(EMPTY, tls) as address, wire(seed=seed(f"https://{address}/sms")) as site:
        assert await texted(site) == []


@pytest.mark.parametrize("code", sorted(BY_LOOPS))
async def test_an_alert_about_a_loop(code: int) -> None:
    def make(url: str) -> dict[str, Any]:
        return seed(numbers=[{"phone_number": number, "sms_url": url} for number in (OURS, SECOND)])

    async with wire(seed=make, answer=document(MESSAGE if code == 14107 else "")) as site:
        for turn in range(1 if code == 14107 else 32):
            one, other = (OURS, SECOND) if turn % 2 == 0 else (SECOND, OURS)
            await site.created(From=one, To=other)
            await site.fake.wait_idle()
        check(await alerts(site), code, level=level_of(code))


async def test_an_alert_tells_request_and_answer() -> None:
    async with wire(answer=says("{}", "application/json")) as site:
        (alert,) = await texted(site, "one & two")
        assert (alert["request_method"], alert["request_url"]) == ("POST", site.hook_url)
        assert "Body=one+%26+two" in alert["request_variables"]
        assert alert["response_body"] == "{}"
        assert "Content-Type=application/json" in alert["response_headers"]
        assert "X-Twilio-Signature=" in alert["request_headers"]
    async with wire(answer=document(MESSAGE * 11)) as site:
        (alert,) = await texted(site)
        assert (alert["request_method"], alert["request_url"]) == ("POST", site.hook_url)
        assert alert["response_body"] == f"<Response>{MESSAGE * 11}</Response>"


async def test_an_alert_tells_no_password() -> None:
    def make(url: str) -> dict[str, Any]:
        return seed(url.replace("http://", "http://me:secret@"))

    async with wire(seed=make, answer=does(500)) as site:
        (alert,) = await texted(site)
        assert alert["request_url"] == site.hook_url
        assert "secret" not in str(alert)
        assert "Basic" not in str(alert)


def test_every_alert_has_a_case() -> None:
    shown = {code for code, entry in CATALOGUE.items() if Reach.ALERT in entry.ways}
    assert {*CASES, *BY_CERTIFICATE, *BY_BYTES, *BY_LOOPS} == shown
    assert {code for code in shown if CATALOGUE[code].level == "WARNING"} == WARNINGS
