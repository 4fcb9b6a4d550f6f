"""Webhook signatures, as the official validators expect them."""

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.webhooks.signature import sign
from harness.loopback import serving
from support.fake_wire import OURS, TOKEN, seed, wire


async def test_a_shared_key_signs_with_sha256() -> None:
    from twilio.request_validator import get_signature_algorithm

    document = seed("", webhook_key="webhooks_sharedkey_1", webhook_secret="shared")
    calls: list[tuple[str, dict[str, str], dict[str, str]]] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        calls.append((str(request.url), form, dict(request.headers)))
        return web.Response(headers={"Set-Cookie": f"visit={len(calls)}; Path=/"})

    async with serving(hook) as server, wire(seed=document) as site:
        url = server.replace("//", "//me:secret@") + "/status"
        await site.created(StatusCallback=url)
        await site.fake.wait_idle()
        await site.fake.clock.advance(4 * 3600 + 1)
        await site.created(StatusCallback=url)
        await site.fake.wait_idle()
    _, form, headers = calls[0]
    settings = headers["X-Twilio-Webhooks-Signature-Settings"]
    assert settings == "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
    algorithm = get_signature_algorithm(settings)
    # The user information is part of the signed URL; the request itself carries it in a header.
    expected = RequestValidator("shared").compute_signature(url, form, algorithm)
    assert headers["X-Twilio-Signature"] == expected
    assert headers["Authorization"] == aiohttp.encode_basic_auth("me", "secret")
    assert [call[2].get("Cookie") for call in calls] == [None, "visit=1", None, "visit=3"]


async def test_a_webhook_by_get_is_signed_over_its_whole_address() -> None:
    from dataclasses import replace

    seen: list[tuple[str, str, str]] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        address = f"http://{request.headers['Host']}{request.raw_path}"
        seen.append((address, request.headers["X-Twilio-Signature"], request.url.query["Body"]))
        return web.Response(text="<Response/>", content_type="text/xml")

    async with serving(hook) as server, wire() as site:
        state = site.fake.context.state
        number = state.number(OURS)
        assert isinstance(number, IncomingPhoneNumber)
        url = f"{server}/sms?site=7#rc=2"
        state.numbers.put(replace(number, sms_url=url, sms_method="GET"))
        await site.text("a & b = \u20ac")
    ((address, signature, body),) = seen
    assert "site=7&ToCountry=US" in address
    assert body == "a & b = \u20ac"
    assert RequestValidator(TOKEN).validate(address, {}, signature)
    assert not RequestValidator(TOKEN).validate(address.replace("site=7", "site=8"), {}, signature)


def test_the_vector_of_the_signature() -> None:
    form = [
        ("CallSid", "CA1234567890ABCDE"),
        ("Digits", "1234"),
        ("From", "+14158675309"),
        ("To", "+18005551212"),
        ("Caller", "+14158675309"),
    ]
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert sign("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
    assert sign("12345", url, [*form, ("To", "+18005551212")]) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
