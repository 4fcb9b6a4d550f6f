"""The official Node SDK against the fake: the whole flow, its validator on our webhooks, and its known habits."""

import asyncio
import json
import os
from typing import Any

import pytest
from aiohttp import web

from fake_twilio import FakeTwilio
from fake_twilio.webhooks.signature import sign
from harness.loopback import serving
from support.node import FOLDER, node_modules

pytestmark = [pytest.mark.long, pytest.mark.node, pytest.mark.timeout(120)]

OURS, GUARD = "+12015550100", "+12015550101"


async def node(script: str, *arguments: str, text: str = "") -> Any:
    """Run a script and return what it printed."""
    modules = await asyncio.to_thread(node_modules)
    environment = {name: value for name, value in os.environ.items() if not name.upper().endswith("PROXY")}
    process = await asyncio.create_subprocess_exec(
        "node",
        str(FOLDER / script),
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**environment, "NODE_PATH": str(modules)},
    )
    out, mistakes = await process.communicate(text.encode())
    assert process.returncode == 0, mistakes.decode()
    return json.loads(out)


async def test_the_whole_flow() -> None:
    calls: list[tuple[str, dict[str, str], str]] = []

    async def hook(request: web.BaseRequest) -> web.StreamResponse:
        form = {str(name): str(value) for name, value in (await request.post()).items()}
        calls.append((str(request.url), form, request.headers["X-Twilio-Signature"]))
        return web.Response(status=204)

    async with serving(hook) as server, FakeTwilio() as fake:
        hook_url = f"{server}/status?site=7"
        seen = await node("flow.js", fake.base_url, fake.account_sid, fake.auth_token, hook_url)
        token = fake.auth_token
    assert seen["first"] == {
        "status": "queued",
        "direction": "outbound-api",
        "dateSent": None,
        "dateUpdatedIsDate": True,
        "numSegments": "1",
    }
    assert seen["fetched"] == {"status": "delivered", "price": "-0.00830", "errorCode": None}
    assert seen["listed"] == [f"text {n}" for n in (4, 3, 2, 1, 0)]
    assert seen["streamed"] == ["text 4", "text 3", "text 2"]
    assert (seen["redacted"], seen["removed"]) == ("", True)
    assert (seen["gone"]["name"], seen["gone"]["status"], seen["gone"]["code"]) == ("RestException", 404, 20404)
    assert (seen["invalid"]["status"], seen["invalid"]["code"]) == (400, 21211)
    assert seen["tooLarge"]["code"] == 20007
    assert seen["bought"] is True
    assert seen["verified"] == [GUARD, "+12015550102"]
    assert seen["pooled"] == {"status": "accepted", "from": None}
    assert len(seen["pool"]) == 1
    assert seen["pooledFrom"] is True
    assert [form["MessageStatus"] for _, form, _ in calls] == ["sent", "delivered"]
    url, form, signature = calls[0]
    webhook = {"token": token, "signature": signature, "url": url, "form": form}
    assert await node("validate.js", text=json.dumps(webhook)) is True
    assert await node("validate.js", text=json.dumps({**webhook, "form": {**form, "To": OURS}})) is False


async def test_what_is_known_of_its_habits() -> None:
    async with FakeTwilio() as fake:
        seen = await node("habits.js", fake.base_url, fake.account_sid, fake.auth_token)
        sent = len(fake.messages)
    refused, problem = seen["refused"]["error"], seen["problem"]["error"]
    assert (refused["name"], refused["status"], refused["code"]) == ("RestException", 400, 21211)
    assert refused["message"].startswith("Invalid 'To' Phone Number")
    assert refused["moreInfo"] == "https://www.twilio.com/docs/errors/21211"
    assert (problem["name"], problem["status"], problem["code"]) == ("TwilioServiceException", 503, 20503)
    # By default it retries nothing. With retries on, it retries only 429: three times, at once, ignoring Retry-After.
    assert (seen["limited"]["error"]["code"], seen["limited"]["requests"]) == (20429, 1)
    assert (seen["retried"].get("sid"), seen["retried"]["requests"]) == ("SM", 4)
    assert (seen["failing"]["error"]["status"], seen["failing"]["requests"]) == (500, 1)
    assert (seen["dropped"]["error"]["code"], seen["silent"]["error"]["code"]) == ("ECONNRESET", "ECONNABORTED")
    assert seen["dropped"]["error"]["message"] == "socket hang up"
    assert "accountSid must start with AC" in seen["foreignSid"]
    # Messages behind broken, late and missing responses were sent: one by the retried request, three by the others.
    assert sent == 4


@pytest.mark.parametrize("userinfo", ["", "me:secret@"])
@pytest.mark.parametrize("host", ["example.com", "example.com:8443", "[::1]:8443"])
async def test_its_validator_knows_log_ins_ports_and_addresses(userinfo: str, host: str) -> None:
    url, form = f"https://{userinfo}{host}/sms?site=7", {"Body": "x", "To": OURS}
    webhook = {"token": "12345", "signature": sign("12345", url, form.items()), "url": url, "form": form}
    assert await node("validate.js", text=json.dumps(webhook)) is True
    assert await node("validate.js", text=json.dumps({**webhook, "url": f"{url}x"})) is False
