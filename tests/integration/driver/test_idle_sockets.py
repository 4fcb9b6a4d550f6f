"""Clients that connect and send nothing, or too little: they use up their own connections and nobody else's."""

import asyncio
import json
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
import trustme

from driver.app import connections, file_limit
from driver.client import DriverClient
from fake_twilio import FakeTwilio
from harness.driver.configuration import receiving
from support.driver_process import process, write_config
from support.driver_site import GUARD, Site, site

WEBHOOKS = receiving("https://sms.example.com", 0)
LISTENERS = ("dataserver_url", "debugtools_url", "webhook_url")


@contextmanager
def silent(url: str, count: int, first_words: bytes = b"") -> Iterator[list[socket.socket]]:
    """Open connections that send nothing, or next to nothing."""
    parts = urlsplit(url)
    assert parts.hostname is not None
    with ExitStack() as stack:
        made = []
        for _ in range(count):
            made.append(stack.enter_context(socket.create_connection((parts.hostname, parts.port or 0), timeout=10)))
            if first_words:
                made[-1].sendall(first_words)
        yield made


async def gone(connection: socket.socket, seconds: float = 10) -> bool:
    """Return whether the other side closes a connection."""
    connection.setblocking(False)
    try:
        async with asyncio.timeout(seconds):
            while await asyncio.get_running_loop().sock_recv(connection, 4096):
                pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True


async def answers(here: Site, url: str) -> bool:
    async with here.http.get(f"{url}/healthz", timeout=aiohttp.ClientTimeout(5)) as answer:
        return answer.status == 200


@pytest.fixture
async def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(file_limit, "SHARES", dict.fromkeys(file_limit.SHARES, (1, 20)))
    async with site(tmp_path, receive=WEBHOOKS) as here:
        yield here


@pytest.mark.parametrize("name", LISTENERS)
async def test_a_listener_full_of_silent_clients_answers(here: Site, name: str) -> None:
    url = str(getattr(here.driver, name))
    with silent(url, 60) as clients:
        for other in LISTENERS:
            assert await answers(here, str(getattr(here.driver, other)))
        assert await gone(clients[0]), "the oldest has given its place up"
        assert not await gone(clients[-1], 0.1)
        await here.send("Fire")
        assert here.received() == ["Fire"]
    full = await here.logged("connection_limit_reached")
    assert 0 < len(full) <= 21, "a flood does not flood the log"


async def test_who_is_being_answered_keeps_the_place(here: Site) -> None:
    url = f"{here.driver.dataserver_url}/api/events"
    async with here.http.ws_connect(url) as stream:
        assert json.loads((await stream.receive(5)).data)["type"] == "hello"
        with silent(here.driver.dataserver_url, 60):
            assert await answers(here, here.driver.dataserver_url)
            assert json.loads((await stream.receive(5)).data)["type"] == "snapshot"
            await here.command("guard", "Mask")
            assert json.loads((await stream.receive(5)).data)["type"] == "event"


async def test_where_everybody_is_being_answered_another_one_is_not(here: Site) -> None:
    async with asyncio.timeout(30), streams_of(here, 20):
        with silent(here.driver.dataserver_url, 1) as (late,):
            assert await gone(late)
    assert await answers(here, here.driver.dataserver_url)


@asynccontextmanager
async def streams_of(here: Site, count: int) -> AsyncIterator[None]:
    url = f"{here.driver.dataserver_url}/api/events"
    streams = [await here.http.ws_connect(url) for _ in range(count)]
    try:
        yield
    finally:
        for stream in streams:
            await stream.close()


@pytest.mark.parametrize("name", LISTENERS)
@pytest.mark.parametrize(
    "words",
    [
        b"",
        b"GET /heal",
        b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: ",
        b"POST /api/Auth/Login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{",
        b"POST /twilio/sms HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\nBody=",
        b"POST /api/Auth/Login HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
)
async def test_half_a_request_is_not_waited_for(
    here: Site, monkeypatch: pytest.MonkeyPatch, name: str, words: bytes
) -> None:
    for limit in ("HEAD_S", "BODY_S"):
        monkeypatch.setattr(connections, limit, 0.2)
    with silent(str(getattr(here.driver, name)), 1, words) as (client,):
        assert await gone(client)
    assert await here.logged("request_failed") == []


async def test_a_client_that_does_not_agree_on_tls_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HANDSHAKE_S", 0.2)
    issued = trustme.CA().issue_cert("127.0.0.1")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    tls = {"tls_certificate": str(tmp_path / "cert.pem"), "tls_key": str(tmp_path / "key.pem")}
    async with site(tmp_path, dataserver=tls) as here:
        with silent(here.driver.dataserver_url, 1) as (client,):
            assert await gone(client)
        with silent(here.driver.dataserver_url, 1, b"GET / HTTP/1.1\r\n\r\n") as (client,):
            assert await gone(client)


@contextmanager
def files(count: int) -> Iterator[None]:
    """Allow this process this many open files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count:
        pytest.skip(f"needs {count} open files; this machine allows {hard}")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.long
async def test_twelve_hundred_silent_clients_hold_nothing_up(tmp_path: Path) -> None:
    async with FakeTwilio() as fake:
        config = write_config(fake, tmp_path, receive=WEBHOOKS)
        with files(4000):
            soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
            resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
            try:
                running = process(config, tmp_path / "ready")
                program, ready = await running.__aenter__()
            finally:
                resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            try:
                assert resource.prlimit(program.pid, resource.RLIMIT_NOFILE)[0] == hard, "the soft limit was raised"
                with silent(ready["webhook_url"], 1200), silent(ready["debugtools_url"], 600):
                    await use(ready, fake)
            finally:
                await running.__aexit__(None, None, None)


async def use(ready: dict[str, str], fake: FakeTwilio) -> None:
    """Send a message as an operator does, and see it arrive."""
    limit = aiohttp.ClientTimeout(10)
    async with aiohttp.ClientSession(timeout=limit) as http:
        await DriverClient(http, ready["dataserver_url"]).command("guard", "Send Message", {"Message Content": "Fire"})
        arrived = {"to": GUARD, "body": "Fire", "timeout": "10"}
        async with http.get(f"{fake.base_url}/_fake/v1/messages/wait", params=arrived) as answer:
            assert answer.status == 200
        async with http.get(f"{ready['webhook_url']}/healthz") as answer:
            assert answer.status == 200


@pytest.mark.long
async def test_no_room_for_connections_is_said_once_and_ends(tmp_path: Path) -> None:
    """The process is out of file descriptors for a while: the listeners log it once, and respond again afterwards."""
    async with (
        FakeTwilio() as fake,
        process(write_config(fake, tmp_path), tmp_path / "ready") as (program, ready),
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(20)) as http,
    ):
        driver = DriverClient(http, ready["dataserver_url"], debug_url=ready["debugtools_url"])

        async def shown() -> list[dict[str, object]]:
            return await driver.logs(text="accept_failed")

        assert await shown() == [], "from here on over this connection"
        limits = resource.prlimit(program.pid, resource.RLIMIT_NOFILE)
        last = max(int(entry.name) for entry in Path(f"/proc/{program.pid}/fd").iterdir())
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, (last + 5, limits[1]))
        with silent(ready["dataserver_url"], 40):
            while not await shown():
                pass
            for _ in range(100):
                await shown()
        resource.prlimit(program.pid, resource.RLIMIT_NOFILE, limits)
        assert (await driver.health()).status == "ok"
        (record,) = await shown()
        assert (record["listener"], record["reason"]) == ("dataserver", "Too many open files")
