"""What a fake refuses in order to protect the machine it runs on."""

import asyncio
from typing import Any

import pytest

from fake_twilio import FakeTwilio
from support.fake_wire import GUARD, OURS, seed, wire


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest/meta-data", "http://[fe80::1]/"])
async def test_webhooks_to_metadata_services_are_not_made(url: str) -> None:
    async with wire(seed=seed(url)) as one:
        await one.fake.handset(GUARD).send(OURS, "hello")
        await one.fake.clock.wait_idle()
        attempt = one.fake.webhooks[0]
        assert attempt.status is None
        assert "is a blocked address (link-local or cloud metadata); allow it with --webhook-allow" in attempt.error


async def test_redirects_to_metadata_services_are_not_followed() -> None:
    from aiohttp import web

    def answer(_: Any) -> web.Response:
        return web.Response(status=302, headers={"Location": "http://169.254.169.254/"})

    async with wire(answer=answer) as one:
        await one.fake.handset(GUARD).send(OURS, "hello")
        await one.fake.clock.wait_idle()
        assert [attempt.status for attempt in one.fake.webhooks] == [302, None]
        assert "169.254.169.254 is a blocked address" in one.fake.webhooks[1].error


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}])
async def test_the_control_api_answers_no_foreign_page(headers: dict[str, str]) -> None:
    async with wire() as one:
        url = f"{one.fake.base_url}/_fake/v1/reset"
        async with one.session.post(url, headers=headers) as answer:
            assert answer.status == 403
            assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "fake-twilio:8945"}, 204),
        ({"Host": "fake-twilio:8945", "Origin": "http://fake-twilio:8945"}, 204),
        ({"Host": "fake-twilio:8945", "Origin": "https://evil.example"}, 403),
        ({"Host": "localhost:8945", "Origin": "null"}, 403),
    ],
)
async def test_on_all_interfaces_it_has_any_name_but_answers_its_own_pages_only(
    headers: dict[str, str], status: int
) -> None:
    async with wire(host="0.0.0.0") as one:
        url = f"{one.fake.base_url}/_fake/v1/reset"
        async with one.session.post(url, headers=headers) as answer:
            assert answer.status == status


@pytest.mark.parametrize("path", ["/_fake/", "/_fake/v1/health", "/_fake/v1/snapshot"])
async def test_twilios_own_hosts_have_no_such_pages(path: str) -> None:
    async with wire() as one, one.session.get(one.fake.base_url + path, headers={"Host": "api.twilio.com"}) as answer:
        assert (answer.status, (await answer.json())["code"]) == (404, 20404)


async def test_it_listens_on_loopback_unless_told_otherwise() -> None:
    async with FakeTwilio() as fake:
        assert fake.base_url.startswith("http://127.0.0.1:")
        assert fake._runner is not None
        assert {address[0] for address in fake._runner.addresses} == {"127.0.0.1"}


async def test_the_page_lets_nothing_run_but_its_own_modules() -> None:
    async with wire() as one:
        async with one.session.get(f"{one.fake.base_url}/", headers={"Accept": "text/html"}) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert answer.url.path == "/_fake/"
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            page = await answer.text()
        assert "<script>" not in page
        assert "http://" not in page
        assert "https://" not in page
        for name in ("../server.py", "%2e%2e/server.py", "nothing.js"):
            async with one.session.get(f"{one.fake.base_url}/_fake/{name}") as answer:
                assert answer.status == 404
        async with one.session.post(f"{one.fake.base_url}/_fake/app.js") as answer:
            assert answer.status == 405


async def test_the_control_api_says_what_is_allowed_instead() -> None:
    async with wire() as one, one.session.put(f"{one.fake.base_url}/_fake/v1/faults", json={}) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "DELETE, GET, POST")


async def test_a_listener_that_never_reads_does_not_slow_the_api() -> None:
    async with wire(seed=seed(balance="99999")) as one:
        host, port = one.fake.base_url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(f"GET /_fake/v1/events HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        await writer.drain()
        assert b"200 OK" in await reader.readline()
        # Far more than the listener's queue and the socket buffers can hold.
        for number in range(1500):
            await one.fake.handset(GUARD).send(OURS, f"{number} {'x' * 1000}")
        async with asyncio.timeout(20):
            await one.fake.clock.wait_idle()
            assert (await one.created("still quick"))["status"] == "queued"
        writer.close()


async def test_media_urls_of_a_handset_are_checked() -> None:
    async with wire() as one:
        body = {"to": OURS, "body": "look", "media_urls": ["ftp://example.com/a.png", 3]}
        problem = await one.control("POST", f"/handsets/{GUARD}/messages", body, expect=400)
        assert problem["errors"] == [
            "media_urls.0: 'ftp://example.com/a.png' is not an http or https address",
            "media_urls.1: 3 is not an http or https address",
        ]
