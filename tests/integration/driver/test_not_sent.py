"""Between driver and Twilio: a request that surely did not leave is sent again, one that may have left is looked up."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from support.driver_site import Site, settings, site

CREATE = b"/Messages.json"


class Line:
    """A proxy, or a gateway in front of Twilio, that responds once by itself and forwards everything else.

    ``answer`` is its response to the next CONNECT or create request; with ``passes`` it forwards the create first.
    """

    def __init__(self, target: URL) -> None:
        self.answer, self.passes = b"", False
        self._target = target

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            if head.startswith(b"CONNECT") or (CREATE in head.split(b"\r\n")[0] and head.startswith(b"POST")):
                said, self.answer = self.answer, b""
                if said and not self.passes:
                    writer.write(said)
                    return
                if said:
                    await self._hand_on(head, reader)
                    writer.write(said)
                    return
            await self._pipe(head, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _hand_on(self, head: bytes, reader: asyncio.StreamReader) -> None:
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length"))
        size = int(length.split(b":")[1])
        body = await reader.readexactly(size)
        there, out = await asyncio.open_connection(self._target.host, self._target.port)
        out.write(head + body)
        await there.readuntil(b"\r\n\r\n")
        out.close()

    async def _pipe(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, out = await asyncio.open_connection(self._target.host, self._target.port)
        out.write(head)

        async def copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                sink.write(data)

        ends = {asyncio.ensure_future(copy(reader, out)), asyncio.ensure_future(copy(there, writer))}
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        out.close()


@asynccontextmanager
async def gateway(folder: Path) -> AsyncIterator[tuple[Site, Line]]:
    """Open a site whose driver reaches the fake through a gateway."""
    async with site(folder, start=False) as here:
        line = Line(URL(here.fake.base_url))
        server = await asyncio.start_server(line.serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        config = settings(here.fake, folder, twilio={"base_url": f"http://127.0.0.1:{port}"})
        connector = aiohttp.TCPConnector(force_close=True)
        async with server, aiohttp.ClientSession(connector=connector) as session, here.running(config, session):
            yield here, line


ODD = {
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/login\r\nContent-Length: 0\r\n\r\n",
    "temporary redirect": b"HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
    "log-in page": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    "forbidden": b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    "bad gateway": b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
    "not a verdict": b'HTTP/1.1 404 Not Found\r\nContent-Length: 23\r\n\r\n{"message":"Forbidden"}',
}


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("arrives", [True, False], ids=["after Twilio had it", "instead of Twilio"])
async def test_an_answer_that_is_not_twilios_is_no_verdict(tmp_path: Path, odd: str, arrives: bool) -> None:
    async with gateway(tmp_path) as (here, line):
        line.answer, line.passes = ODD[odd], arrives
        execution = await here.send("Fire")
        await here.clock.advance(60)
        shown = await here.execution(execution)
        outcomes = ["adopted"] if arrives else ["unknown", "accepted"]
        assert [attempt["outcome"] for attempt in shown["attempts"]] == outcomes
        assert (shown["state"], here.received()) == ("succeeded", ["Fire"])


@pytest.mark.parametrize(
    ("status", "words"),
    [(407, "it requires credentials"), (403, "does not connect to Twilio"), (502, "does not connect to Twilio")],
)
async def test_what_a_proxy_refuses_did_not_leave(tmp_path: Path, status: int, words: str) -> None:
    async with site(tmp_path, start=False) as here:
        refusal = f"HTTP/1.1 {status} No\r\nContent-Length: 0\r\n\r\n".encode()

        async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(refusal)
            writer.close()

        proxy = await asyncio.start_server(refuse, "127.0.0.1", 0)
        port = proxy.sockets[0].getsockname()[1]
        config = settings(here.fake, tmp_path, twilio={"base_url": "https://api.twilio.com"})
        way = f"http://127.0.0.1:{port}"
        async with proxy, aiohttp.ClientSession(proxy=way) as session, here.running(config, session):
            execution = await here.send("Fire")
            await here.clock.advance(5)
            shown = await here.execution(execution)
            assert [attempt["outcome"] for attempt in shown["attempts"]] == ["transient", "transient"]
            assert shown["state"] == "terminated"
            assert f"the proxy answered HTTP {status}: " in shown["attempts"][0]["detail"]
            assert words in shown["attempts"][0]["detail"]
            assert words in (await here.asset("twilio"))["reason"]


@pytest.mark.parametrize(
    ("address", "words"),
    [("https://nowhere.invalid", "cannot be resolved"), ("http://127.0.0.1:1", "connection refused")],
)
async def test_what_finds_no_way_did_not_leave(tmp_path: Path, address: str, words: str) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, twilio={"base_url": address})
        async with aiohttp.ClientSession() as session, here.running(config, session):
            execution = await here.send("Fire")
            await here.clock.advance(5)
            shown = await here.execution(execution)
            assert [attempt["outcome"] for attempt in shown["attempts"]] == ["transient", "transient"]
            assert words in shown["attempts"][0]["detail"]


async def test_a_proxy_that_is_away_is_named(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, twilio={"base_url": "https://api.twilio.com"})
        async with aiohttp.ClientSession(proxy="http://127.0.0.1:1") as session, here.running(config, session):
            execution = await here.send("Fire")
            await here.clock.advance(5)
            detail = (await here.execution(execution))["attempts"][0]["detail"]
            assert detail == "no connection to the proxy 127.0.0.1:1: connection refused"
