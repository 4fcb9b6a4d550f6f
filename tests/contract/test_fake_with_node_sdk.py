"""The official Node SDK against the fake: the whole flow, and its validator on our webhooks."""

import asyncio
import json
import os
from typing import Any

import pytest
from aiohttp import web

from fake_twilio import FakeTwilio
from support.node import FOLDER, node_modules

pytestmark = [pytest.mark.node, pytest.mark.timeout(120)]

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

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/status?site=7"
    try:
        async with FakeTwilio() as fake:
            seen = await node("flow.js", fake.base_url, fake.account_sid, fake.auth_token, hook_url)
            token = fake.auth_token
    finally:
        await runner.cleanup()
    assert seen["first"] == {
        "status": "queued",
        "direction": "outbound-api",
        "dateSent": None,
        "dateUpdatedIsDate": True,
        "numSegments": "1",
    }
    assert seen["fetched"] == {"status": "delivered", "price": "-0.00790", "errorCode": None}
    assert seen["listed"] == [f"text {n}" for n in (4, 3, 2, 1, 0)]
    assert seen["streamed"] == ["text 4", "text 3", "text 2"]
    assert (seen["redacted"], seen["removed"]) == ("", True)
    assert (seen["gone"]["name"], seen["gone"]["status"], seen["gone"]["code"]) == ("RestException", 404, 20404)
    assert (seen["invalid"]["status"], seen["invalid"]["code"]) == (400, 21211)
    assert seen["tooLarge"]["code"] == 20007
    assert seen["bought"] is True
    assert seen["validationCode"] == 6
    assert seen["pooled"] == {"status": "accepted", "from": None}
    assert len(seen["pool"]) == 1
    assert seen["pooledFrom"] is True
    assert [form["MessageStatus"] for _, form, _ in calls] == ["sent", "delivered"]
    url, form, signature = calls[0]
    webhook = {"token": token, "signature": signature, "url": url, "form": form}
    assert await node("validate.js", text=json.dumps(webhook)) is True
    assert await node("validate.js", text=json.dumps({**webhook, "form": {**form, "To": OURS}})) is False
