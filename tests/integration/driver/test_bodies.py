"""Request bodies: no more is read than needed, nothing before authentication, and at most 20 mistakes are reported."""

import asyncio
import http.client
import json
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from driver.api.passwords import hash_token
from driver.api.routing import COMMAND_BODY, LOGIN_BODY, TABLE_BODY
from driver.domain.roles import Role
from support.driver_site import Site, settings, site

TOKENS = [{"name": role.value, "token_hash": hash_token(f"{role.value}-token"), "role": role.value} for role in Role]
ADMIN = {"Authorization": "Bearer admin-token"}
LOGIN, COMMAND = "/api/Auth/Login", "/api/assets/guard/commands"
LIMITS = [
    ("dataserver_url", "POST", LOGIN, LOGIN_BODY),
    ("debugtools_url", "POST", LOGIN, LOGIN_BODY),
    ("dataserver_url", "POST", COMMAND, COMMAND_BODY),
    ("dataserver_url", "POST", "/api/systems/twilio/commands", COMMAND_BODY),
    ("dataserver_url", "POST", "/api/alarms/none/acknowledge", COMMAND_BODY),
    ("dataserver_url", "POST", "/api/segments", COMMAND_BODY),
    ("dataserver_url", "PUT", "/api/tables/asset", TABLE_BODY),
    ("dataserver_url", "POST", "/api/tables/asset/preview", TABLE_BODY),
    ("debugtools_url", "PUT", "/api/trace", 64 * 1024),
]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"tokens": TOKENS})),
    ):
        yield here


async def call(
    here: Site, url: str, method: str, path: str, body: object, headers: dict[str, str] | None = None
) -> tuple[int, Any]:
    """Send a body; a client that is refused halfway through it still reads the response."""
    sent = {"Content-Type": "application/json", **(ADMIN if headers is None else headers)}
    return await asyncio.to_thread(_call, str(getattr(here.driver, url)), method, path, body, sent)


def _call(url: str, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=20)) as connection:
        connection.putrequest(method, path)
        for name, value in headers.items():
            connection.putheader(name, value)
        chunked = not isinstance(body, bytes)
        connection.putheader(*(("Transfer-Encoding", "chunked") if chunked else ("Content-Length", str(len(body)))))
        with suppress(ConnectionError):  # the response arrives before everything is sent
            connection.endheaders(body, encode_chunked=chunked)
        answer = connection.getresponse()
        shown = answer.read()
    assert answer.headers["Content-Type"].partition(";")[0].endswith("json"), shown
    return answer.status, json.loads(shown)


def large(size: int) -> bytes:
    return b'{"x":"' + b"y" * (size - 8) + b'"}'


def in_parts(whole: bytes) -> Iterator[bytes]:
    for start in range(0, len(whole), 16_384):
        yield whole[start : start + 16_384]


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("url", "method", "path", "limit"), LIMITS)
async def test_each_call_has_its_limit(here: Site, url: str, method: str, path: str, limit: int, chunked: bool) -> None:
    for size, refused in ((limit - 1, False), (limit + 1, True)):
        body: Any = in_parts(large(size)) if chunked else large(size)
        status, shown = await call(here, url, method, path, body)
        assert (status == 413) is refused, shown
        if refused:
            assert (shown["status"], shown["title"]) == (413, "Request Entity Too Large")


@pytest.mark.parametrize(("url", "method", "path"), [case[:3] for case in LIMITS if case[2] != LOGIN])
@pytest.mark.parametrize(("headers", "status"), [({}, 401), ({"Authorization": "Bearer wrong"}, 401)])
async def test_whoever_may_not_call_is_refused_before_anything_is_read(
    here: Site, url: str, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """The body never arrives, but the response does."""
    base = urlsplit(str(getattr(here.driver, url)))
    reader, writer = await asyncio.open_connection(base.hostname, base.port)
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Length: 1000000000"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode())
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(f"HTTP/1.1 {status} ".encode())
    writer.close()


@pytest.mark.parametrize("path", [LOGIN, COMMAND])
async def test_seven_megabytes_of_unknown_keys_cost_next_to_nothing(here: Site, path: str) -> None:
    body = b"{" + b",".join(b'"key%07d":1' % n for n in range(480_000)) + b"}"
    assert len(body) > 6_700_000
    before = time.thread_time()
    status, _ = await call(here, "dataserver_url", "POST", path, body)
    used = time.thread_time() - before
    assert status == 413
    assert used < 0.05


@pytest.mark.parametrize(("path", "limit"), [(LOGIN, LOGIN_BODY), (COMMAND, COMMAND_BODY)])
async def test_twenty_mistakes_are_named_at_most(here: Site, path: str, limit: int) -> None:
    body = b"{" + b",".join(b'"k%d":1' % n for n in range((limit - 2) // 11)) + b"}"
    status, shown = await call(here, "dataserver_url", "POST", path, body)
    assert (status, len(shown["errors"])) == (400, 20)
    assert shown["detail"].endswith(" more")
    assert len(json.dumps(shown)) < 4000


async def test_a_table_with_a_mistake_in_each_row_is_answered_briefly(here: Site) -> None:
    rows = json.dumps({"rows": [{"AssetID": "?", "Nonsense": []} for _ in range(20_000)]}).encode()
    status, shown = await call(here, "dataserver_url", "PUT", "/api/tables/asset", rows)
    assert (status, len(shown["errors"])) == (422, 200)
    assert "20000 mistakes" in shown["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 4000,
        b'{"username":' * 300,
        b'{"username":' + b"9" * 4000 + b"}",
        b'{"username":1e999,"password":-0.0}',
        b'{"username":"\\ud800","password":"x"}',
        b'{"username":"\xff","password":"x"}',
        b'{"username":"a","username":["b"]}',
        b"",
        b"\x00",
        b"null",
    ],
)
async def test_json_that_is_made_to_hurt_is_refused(here: Site, body: bytes) -> None:
    for url in ("dataserver_url", "debugtools_url"):
        status, shown = await call(here, url, "POST", LOGIN, body)
        assert (status, shown["code"]) == (400, "request_invalid")
    for path in (COMMAND, "/api/segments"):
        assert (await call(here, "dataserver_url", "POST", path, body))[0] == 400
    for path in ("/api/tables/asset", "/api/tables/status"):
        assert (await call(here, "dataserver_url", "PUT", path, body))[0] in (400, 422)


async def test_a_compressed_body_is_not_unpacked(here: Site) -> None:
    headers = {**ADMIN, "Content-Encoding": "gzip"}
    assert (await call(here, "dataserver_url", "POST", COMMAND, b"\x1f\x8b" + b"0" * 100, headers))[0] == 400


async def test_a_flood_of_logins_leaves_the_driver_working(here: Site) -> None:
    guesses = [
        asyncio.ensure_future(
            here.http.post(here.driver.dataserver_url + LOGIN, json={"username": f"u{n}", "password": "x"})
        )
        for n in range(100)
    ]
    body = {"command": "Send Message", "parameters": {"Message Content": "Fire"}}
    async with here.http.post(here.driver.dataserver_url + COMMAND, json=body, headers=ADMIN) as answer:
        assert answer.status == 202
    answers = await asyncio.gather(*guesses)
    statuses = [answer.status for answer in answers]
    assert set(statuses) == {401, 429}
    assert statuses.count(401) <= 50, "few wait for their turn; the others come again later"
    assert {answer.headers["Retry-After"] for answer in answers if answer.status == 429} == {"1"}
    for answer in answers:
        answer.close()
    await here.clock.wait_idle()
    assert here.received() == ["Fire"]
