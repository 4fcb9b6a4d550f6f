"""The proxy: where it routes which clients, and how it refuses."""

import asyncio
import gc
import socket
import ssl
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from fake_twilio.clock import turn
from fake_twilio.intercept.proxy import ACCESS_DENIED, HEAD_LIMIT, Proxy

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Echo everything received, after a marker."""
    writer.write(b"tls:")
    while chunk := await reader.read(1000):
        writer.write(chunk)
        await writer.drain()
    writer.close()


async def _plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Return the head of a request as the response body."""
    head = await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(head) + head)
    await writer.drain()
    writer.close()


@asynccontextmanager
async def _proxy(*allow: str) -> AsyncIterator[tuple[Proxy, int]]:
    tls = await asyncio.start_server(_echo, "127.0.0.1", 0)
    plain = await asyncio.start_server(_plain, "127.0.0.1", 0)
    addresses = [server.sockets[0].getsockname()[:2] for server in (tls, plain)]
    proxy = Proxy(addresses[0], addresses[1], allow)
    port = await proxy.start("127.0.0.1", 0)
    try:
        yield proxy, port
    finally:
        await proxy.stop()
        for server in (tls, plain):
            server.close()
            await server.wait_closed()


async def _say(port: int, text: bytes, *, end: bool = True) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(text)
    if end:
        writer.write_eof()
    async with asyncio.timeout(10):
        answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


@pytest.mark.parametrize("host", ["api.twilio.com:443", "API.TWILIO.COM:443", "api.dublin.ie1.twilio.com:443"])
async def test_twilio_s_hosts_are_led_to_the_fake_and_bytes_pass_unchanged(host: str) -> None:
    async with _proxy() as (proxy, port):
        answer = await _say(port, f"CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n\r\n\x16\x03\x01 bytes".encode())
        assert answer == b"HTTP/1.1 200 Connection established\r\n\r\ntls:\x16\x03\x01 bytes"
        assert not proxy.refused


async def test_plain_requests_arrive_in_the_form_that_servers_know() -> None:
    async with _proxy() as (_, port):
        request = (
            b"GET http://api.twilio.com/2010-04-01/x?a=1 HTTP/1.1\r\nHost: api.twilio.com\r\n"
            b"Proxy-Authorization: secret\r\nProxy-Connection: keep-alive\r\nX-Kept: yes\r\n\r\n"
        )
        answer = await _say(port, request, end=False)
        head = answer.partition(b"\r\n\r\n")[2]
        assert head == (
            b"GET /2010-04-01/x?a=1 HTTP/1.1\r\nHost: api.twilio.com\r\nX-Kept: yes\r\nConnection: close\r\n\r\n"
        )


@pytest.mark.parametrize("port_of_address", ["", ":8443"])
async def test_https_addresses_in_a_request_are_answered_by_the_fake_itself(port_of_address: str) -> None:
    async with _proxy() as (_, port):
        request = f"GET https://api.twilio.com{port_of_address}/x?a=1 HTTP/1.1\r\nHost: api.twilio.com\r\n\r\n"
        answer = await _say(port, request.encode(), end=False)
        assert answer.partition(b"\r\n\r\n")[2].startswith(b"GET /x?a=1 HTTP/1.1\r\nHost: api.twilio.com")


async def test_a_client_that_takes_the_proxy_for_a_plain_server_is_led_by_its_host_header() -> None:
    async with _proxy() as (_, port):
        answer = await _say(port, b"GET /x HTTP/1.1\r\nHost: api.twilio.com\r\n\r\n", end=False)
        assert answer.partition(b"\r\n\r\n")[2].startswith(b"GET /x HTTP/1.1")


def _hello(name: str | None) -> bytes:
    context = ssl.create_default_context()
    context.check_hostname = False
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    with pytest.raises(ssl.SSLWantReadError):
        context.wrap_bio(incoming, outgoing, server_hostname=name).do_handshake()
    return outgoing.read()


async def test_a_client_that_takes_the_proxy_for_a_tls_server_is_led_by_the_name_in_its_first_message() -> None:
    hello = _hello("api.twilio.com")
    async with _proxy() as (proxy, port):
        assert await _say(port, hello) == b"tls:" + hello
        assert not proxy.refused


@pytest.mark.parametrize(("name", "counted"), [("example.com", "example.com"), (None, "host-without-a-name")])
async def test_a_tls_client_for_another_host_gets_an_alert(name: str | None, counted: str) -> None:
    async with _proxy() as (proxy, port):
        assert await _say(port, _hello(name), end=False) == ACCESS_DENIED
        assert proxy.refused == {counted: 1}


@pytest.mark.parametrize("content", [b"", b"\x01", b"\x02\x00\x00\x01x", b"\x01\xff\xff\xff" + b"\xff" * 40])
async def test_a_first_message_that_cannot_be_read_names_no_host(content: bytes) -> None:
    async with _proxy() as (proxy, port):
        assert await _say(port, b"\x16\x03\x01" + len(content).to_bytes(2) + content, end=False) == ACCESS_DENIED
        assert proxy.refused == {"host-without-a-name": 1}


@pytest.mark.parametrize(
    ("request_line", "status", "shown"),
    [
        (b"CONNECT example.com:443 HTTP/1.1", 403, b"example.com is not Twilio; to allow it, add --proxy-allow"),
        (b"CONNECT 127.0.0.1:22 HTTP/1.1", 403, b"127.0.0.1 is not Twilio"),
        (b"GET http://example.com/ HTTP/1.1", 403, b"example.com is not Twilio"),
        (b"GET http://twilio.com@example.com/ HTTP/1.1", 403, b"example.com is not Twilio"),
        (b"GET / HTTP/1.1", 400, b"this is the proxy of a fake Twilio"),
        (b"GET ftp://api.twilio.com/ HTTP/1.1", 400, b"this is the proxy of a fake Twilio"),
        (b"CONNECT api.twilio.com:port HTTP/1.1", 400, b"is not a host and a port"),
        (b"\x00\x03\x01\x02", 400, b"this is not an HTTP request"),
        (b"GET / HTTP/1.1\r\nHost: example.com", 403, b"example.com is not Twilio"),
        (b"GET https://example.com/ HTTP/1.1", 403, b"example.com is not Twilio"),
    ],
)
async def test_refusals_say_why_in_the_status_line_and_in_the_body(
    request_line: bytes, status: int, shown: bytes
) -> None:
    async with _proxy() as (_, port):
        head, _, body = (await _say(port, request_line + b"\r\n\r\n", end=False)).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 %d " % status)
        assert shown in head.partition(b"\r\n")[0]
        assert shown in body


async def test_other_hosts_pass_when_they_are_allowed() -> None:
    far = await asyncio.start_server(_plain, "127.0.0.1", 0)
    port_of_far = far.sockets[0].getsockname()[1]
    async with _proxy("127.0.0.1") as (_, port):
        tunnel = f"CONNECT 127.0.0.1:{port_of_far} HTTP/1.1\r\n\r\nGET /through HTTP/1.1\r\n\r\n"
        assert b"GET /through HTTP/1.1" in await _say(port, tunnel.encode(), end=False)
    far.close()
    await far.wait_closed()


async def test_an_allowed_host_that_cannot_be_reached_is_a_502() -> None:
    async with _proxy("127.0.0.1") as (_, port):
        answer = await _say(port, b"CONNECT 127.0.0.1:9 HTTP/1.1\r\n\r\n", end=False)
        assert answer.startswith(b"HTTP/1.1 502 cannot connect to 127.0.0.1:9")


async def test_refused_hosts_are_counted() -> None:
    async with _proxy() as (proxy, port):
        for host in (b"one.example", b"one.example", b"two.example"):
            await _say(port, b"CONNECT " + host + b":443 HTTP/1.1\r\n\r\n", end=False)
        assert proxy.refused == {"one.example": 2, "two.example": 1}


async def test_heads_without_end_and_clients_that_vanish_do_no_harm() -> None:
    async with _proxy() as (_, port):
        assert await _say(port, b"GET http://" + b"x" * (HEAD_LIMIT + 10)) == b""
        assert await _say(port, b"CONNECT api.twilio.com:443 HT") == b""
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n")
        await writer.drain()
        transport = writer.transport
        transport.abort()
        assert (await _say(port, b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n!")).endswith(b"tls:!")


async def test_stopping_ends_what_is_open() -> None:
    async with _proxy() as (proxy, port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n")
        assert await reader.readuntil(b"tls:")
        await proxy.stop()
        async with asyncio.timeout(10):
            assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()


def test_clients_that_hang_up_on_a_certificate_leave_no_trace_on_the_console(caplog: pytest.LogCaptureFixture) -> None:
    """This holds under uvloop too, which refuses to write to a client that is gone."""
    uvloop = pytest.importorskip("uvloop")

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1000)
        for _ in range(20):
            if writer.is_closing():
                return
            writer.write(b"x" * 1000)
            await turn()
        writer.close()

    async def hang_up() -> None:
        tls = await asyncio.start_server(swallow, "127.0.0.1", 0)
        address = tls.sockets[0].getsockname()[:2]
        proxy = Proxy(address, address)
        port = await proxy.start("127.0.0.1", 0)
        for number in range(40):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n")
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"hello")
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            for _ in range(number % 7):
                await turn()
            writer.transport.abort()
        while proxy._connections:
            await asyncio.wait(proxy._connections)
        await proxy.stop()
        tls.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(hang_up())
        gc.collect()
    assert [record.getMessage() for record in caplog.records] == []
