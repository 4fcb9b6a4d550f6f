"""How webhooks are called: headers, logins, retries, timeouts, redirects, cookies, and caching."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import pytest
from aiohttp import web
from twilio.request_validator import RequestValidator

from fake_twilio.webhooks.overrides import Overrides, read_overrides
from support.fake_wire import OURS, TOKEN, Received, Wire, seed, wire

EMPTY = "<Response/>"


def by_get(url: str) -> dict[str, Any]:
    """Return a seed whose number calls this URL with GET."""
    return seed(numbers=[{"phone_number": OURS, "sms_url": url, "sms_method": "GET"}])


async def attempts(site: Wire) -> list[dict[str, Any]]:
    """Return the attempts to call webhooks, oldest first."""
    return list((await site.control("GET", "/webhooks"))["webhooks"])


async def test_the_headers_of_a_webhook() -> None:
    async with wire() as site:
        await site.text()
        (call,) = site.received
    headers = dict(call.headers)
    assert re.fullmatch(r"[A-Za-z0-9+/]{27}=", headers.pop("X-Twilio-Signature"))
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", headers.pop("I-Twilio-Idempotency-Token"))
    assert int(headers.pop("Content-Length")) > 300
    headers.pop("Host")
    assert headers == {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "Content-Type": "application/x-www-form-urlencoded",
        "X-Home-Region": "us1",
    }


REALM, NONCE = "site", "dcd98b7102dd2f0e8b11d0f600bfb0c0"


def digest(text: str, algorithm: str) -> str:
    return hashlib.new({"MD5": "md5", "SHA-256": "sha256"}[algorithm], text.encode()).hexdigest()


def guarded(algorithm: str) -> Callable[[Received], web.Response]:
    """Return a server that admits only ``me`` with ``secret``, by HTTP Digest (RFC 7616)."""

    def answer(call: Received) -> web.Response:
        given = call.headers.get("Authorization", "")
        if not given.startswith("Digest "):
            challenge = f'Digest realm="{REALM}", nonce="{NONCE}", qop="auth", algorithm={algorithm}'
            return web.Response(status=401, headers={"WWW-Authenticate": challenge})
        said = {name: quoted or bare for name, quoted, bare in re.findall(r'(\w+)=(?:"([^"]*)"|([^,\s]+))', given)}
        who = digest(f"me:{REALM}:secret", algorithm)
        what = digest(f"{call.method}:{said['uri']}", algorithm)
        proof = digest(f"{who}:{NONCE}:{said['nc']}:{said['cnonce']}:auth:{what}", algorithm)
        right = said["response"] == proof and call.url.endswith(said["uri"])
        return web.Response(status=200 if right else 403, text=EMPTY, content_type="text/xml")

    return answer


async def test_a_log_in_is_told_at_once_and_is_no_part_of_what_anybody_sees() -> None:
    import aiohttp

    def document(url: str) -> dict[str, Any]:
        return seed(url.replace("http://", "http://me%40site:a%3Ab@"))

    async with wire(seed=document) as site:
        await site.text()
        (call,) = site.received
        assert call.headers["Authorization"] == aiohttp.encode_basic_auth("me@site", "a:b")
        assert "@" not in call.url
        shown = str(await attempts(site))
        assert "a%3Ab" not in shown
        assert "Basic " not in shown


@pytest.mark.parametrize("algorithm", ["MD5", "SHA-256"])
@pytest.mark.parametrize(("password", "status"), [("secret", 200), ("wrong", 403)])
async def test_a_server_that_asks_for_digest_gets_it(algorithm: str, password: str, status: int) -> None:
    def document(url: str) -> dict[str, Any]:
        return seed(url.replace("http://", f"http://me:{password}@") + "?site=7")

    async with wire(seed=document, answer=guarded(algorithm)) as site:
        await site.text()
        (attempt,) = await attempts(site)
        assert attempt["status"] == status, attempt
        assert attempt["signature"]["genuine"]
        assert password not in str(attempt)
        signed = site.hook_url.replace("http://", f"http://me:{password}@") + "?site=7"
        last = site.received[-1]
        assert RequestValidator(TOKEN).validate(signed, dict(last.form), last.headers["X-Twilio-Signature"])


@pytest.mark.parametrize(
    ("given", "question"),
    [({"ETag": '"v1"'}, "If-None-Match"), ({"Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"}, "If-Modified-Since")],
)
async def test_what_get_brought_is_asked_about_and_not_sent_again(given: dict[str, str], question: str) -> None:
    (value,) = given.values()

    def answer(call: Received) -> web.Response:
        if "/fixed" not in call.url:
            return web.Response(status=302, headers={"Location": "/fixed"})
        if call.headers.get(question) == value:
            return web.Response(status=304)
        document = "<Response><Message>from the cache</Message></Response>"
        return web.Response(text=document, content_type="text/xml", headers=given)

    async with wire(answer=answer) as site:
        for _ in range(2):
            await site.text()
        fixed = [call for call in site.received if "/fixed" in call.url]
        assert [call.headers.get(question) for call in fixed] == [None, value]
        async with site.session.get(f"{site.messages_url}.json", params={"From": OURS}) as listed:
            assert [row["body"] for row in (await listed.json())["messages"]] == ["from the cache"] * 2
        await site.control("POST", "/reset")
        await site.text()
        assert question not in site.received[-1].headers


async def test_what_may_not_be_kept_is_not() -> None:
    def answer(call: Received) -> web.Response:
        headers = {"ETag": '"v1"', "Cache-Control": "no-store"} if call.method == "GET" else {"Location": "/fixed"}
        return web.Response(status=200 if call.method == "GET" else 302, headers=headers)

    async with wire(answer=answer) as site:
        for _ in range(2):
            await site.text()
        assert "If-None-Match" not in site.received[-1].headers


@pytest.mark.parametrize(
    ("status", "method", "has_form"),
    [(301, "GET", False), (302, "GET", False), (303, "GET", False), (307, "POST", True)],
)
async def test_redirects(status: int, method: str, has_form: bool) -> None:
    def answer(call: Received) -> web.Response:
        if call.url.endswith("/hook"):
            return web.Response(status=status, headers={"Location": "moved?to=here"})
        return web.Response(text=EMPTY, content_type="text/xml")

    async with wire(answer=answer) as site:
        await site.text()
        last = site.received[-1]
        assert (last.method, last.url) == (method, site.hook_url.replace("hook", "moved?to=here"))
        assert ("Body" in last.form) is has_form
        assert last.genuine
        assert last.token == site.received[0].token


@pytest.mark.parametrize(("limit", "codes"), [(10, []), (11, ["11215"])])
async def test_ten_redirects_are_followed_and_no_more(limit: int, codes: list[str]) -> None:
    def answer(call: Received) -> web.Response:
        step = int(call.url.partition("step=")[2] or 0)
        if step == limit:
            return web.Response(text=EMPTY, content_type="text/xml")
        return web.Response(status=302, headers={"Location": f"/hook?step={step + 1}"})

    async with wire(answer=answer) as site:
        await site.text()
        async with site.session.get(f"{site.fake.base_url}/v1/Alerts") as listed:
            assert [row["error_code"] for row in (await listed.json())["alerts"]] == codes


async def test_only_a_connection_that_fails_is_tried_again_and_once() -> None:
    async with wire(seed=seed("http://127.0.0.1:1/")) as site:
        await site.text()
        tries = await attempts(site)
        assert [row["attempt"] for row in tries] == [1, 2]
        tokens = {row["headers"]["I-Twilio-Idempotency-Token"] for row in tries}
        assert len(tokens) == 1
    async with wire(answer=lambda call: web.Response(status=500)) as site:
        await site.text()
        assert [row["attempt"] for row in await attempts(site)] == [1]


@pytest.mark.parametrize(
    ("fragment", "expected"),
    [
        ("", Overrides()),
        ("ct=100&rt=100&tt=100&rc=0&rp=ct", Overrides(0.1, 0.1, 0.1, 0)),
        ("ct=10000&rt=15000&tt=15000&rc=5&rp=all", Overrides(10, 15, 15, 5, frozenset({"all"}))),
        ("rp=4xx,5xx,ct,rt", Overrides(policy=frozenset({"4xx", "5xx", "ct", "rt"}))),
        ("ct=99&rt=15001&tt=15001&rc=6", Overrides()),
        ("ct=10001&rt=99&tt=99&rc=-1", Overrides()),
        ("ct=fast&rc=", Overrides()),
        ("e=dublin,sydney&sni=y&x=1", Overrides()),
        ("e=ashburn-ix,roaming,mars,moon", Overrides(warnings=(11240, 11241, 11242))),
        ("rp=5xx,perhaps", Overrides(warnings=(11243,))),
    ],
)
def test_every_override_and_its_range(fragment: str, expected: Overrides) -> None:
    assert read_overrides(f"http://example.com/sms#{fragment}") == expected


async def test_a_server_that_keeps_silent_is_given_up_in_time() -> None:
    """This is the shortest possible timeout; it is in real time, whatever the fake's clock shows."""
    from support.fake_servers import raw_server

    async with raw_server(None) as address:
        url = f"http://{address}/sms#rt=100&rp=rt&rc=5&tt=350"
        async with wire(seed=seed(url)) as site:
            await site.text()
            tries = await attempts(site)
            # A tenth of a second each, until the total of about a third of a second for all six is used up.
            assert 1 < len(tries) < 6
            assert {row["error"] for row in tries} == {"the response timed out"}


async def test_cookies_of_a_pair_live_as_long_as_they_say_and_four_idle_hours_at_most() -> None:
    crumbs = [("visit=1; Path=/", "short=a=b; Max-Age=60", "gone=x; Expires=Thu, 01 Jan 2026 01:00:00 GMT"), ()]

    def answer(call: Received) -> web.Response:
        response = web.Response(text=EMPTY, content_type="text/xml")
        for crumb in crumbs[0] if len(site.received) == 1 else ():
            response.headers.add("Set-Cookie", crumb)
        return response

    async with wire(answer=answer) as site:
        expected = []
        for seconds, cookie in (
            (0, None),
            (59, "visit=1; short=a=b; gone=x"),
            (2, "visit=1; gone=x"),
            (3600, "visit=1"),
            (4 * 3600, "visit=1"),
            (4 * 3600 + 1, None),
        ):
            await site.fake.clock.advance(seconds)
            await site.text()
            expected.append(cookie)
        assert [call.headers.get("Cookie") for call in site.received] == expected
        await site.fake.handset("+12015550177").send(OURS, "another pair")
        await site.fake.wait_idle()
        assert "Cookie" not in site.received[-1].headers


@pytest.mark.parametrize(("fragment", "calls"), [("", 1), ("#rc=3&rp=5xx", 4), ("#rc=0&rp=5xx", 1), ("#rp=4xx", 1)])
async def test_overrides_in_the_fragment(fragment: str, calls: int) -> None:
    async with wire(answer=lambda call: web.Response(status=500)) as site:
        await site.created(StatusCallback=f"{site.hook_url}{fragment}")
        await site.fake.wait_idle()
        assert len([event for event in site.events() if event == "sent"]) == calls
        assert all(call.genuine for call in site.received)
        assert len({call.token for call in site.received if call.form["MessageStatus"] == "sent"}) == 1
