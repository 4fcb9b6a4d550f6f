"""Ways to make the misbehaving Twilio return wrong, huge, slow, endless and broken responses."""

import asyncio
import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from support.misbehaving_twilio import Answer, Exchange, Trick, error, ok


def answer(status: int, body: bytes, **headers: str) -> Trick:
    """Do nothing and return this; ``Date=""`` omits a header, and underscores in names stand for hyphens."""

    async def play(exchange: Exchange) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await exchange.send(Answer(status, body, named))

    return play


def refuse(status: int, code: int, message: str = "refused", *, listed: bool = False, **headers: str) -> Trick:
    """Answer with an error; ``listed`` keeps a refused create as a failed message, as Twilio does."""

    async def play(exchange: Exchange) -> None:
        if listed:
            exchange.honest()
            exchange.twilio.messages[-1] |= {"status": "failed", "error_code": code, "date_sent": None}
        await exchange.send(error(status, code, message, **{k.replace("_", "-"): v for k, v in headers.items()}))

    return play


def redirect(location: str, status: int = 307) -> Trick:
    """Redirect the client without doing anything."""
    return answer(status, b"", Location=location)


def edited(change: Callable[[Any], Any], **headers: str) -> Trick:
    """Process the request, and return its JSON as modified by ``change``."""

    async def play(exchange: Exchange) -> None:
        honest = exchange.honest()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await exchange.send(Answer(honest.status, json.dumps(change(json.loads(honest.body))).encode(), named))

    return play


def pages(following: Callable[[int], str]) -> Trick:
    """Return lists whose ``next_page_uri`` is ``following`` of the number of requests so far."""

    async def play(exchange: Exchange) -> None:
        content = json.loads(exchange.honest().body) | {"next_page_uri": following(len(exchange.twilio.requests))}
        await exchange.send(ok(content))

    return play


def drop(*, after: int = 0, done: bool = True) -> Trick:
    """Break the connection after this many bytes of the response; ``done`` is whether the request is processed."""

    async def play(exchange: Exchange) -> None:
        if done:
            await exchange.send(exchange.honest(), limit=after)
        exchange.writer.transport.abort() if after == 0 else exchange.writer.close()

    return play


def silent(*, done: bool = True) -> Trick:
    """Never answer."""

    async def play(exchange: Exchange) -> None:
        if done:
            exchange.honest()
        await asyncio.Event().wait()

    return play


def drip(*, chunked: bool = False) -> Trick:
    """Send the headers, and then one byte whenever the client may expect more, forever."""

    async def play(exchange: Exchange) -> None:
        framing = {"Content-Length": "", "Transfer-Encoding": "chunked"} if chunked else {"Content-Length": "9" * 9}
        await exchange.send(Answer(200, b"", framing))
        while True:
            exchange.writer.write(b"1\r\n \r\n" if chunked else b" ")
            await exchange.writer.drain()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.01):
                    await asyncio.Event().wait()

    return play


def flood(megabytes: int, *, chunked: bool = False) -> Trick:
    """Send this much JSON as a single SID, in one body or in chunks; the request is neither counted nor processed."""

    async def play(exchange: Exchange) -> None:
        length = {"Content-Length": "", "Transfer-Encoding": "chunked"} if chunked else {}
        size = megabytes << 20
        await exchange.send(Answer(200, b"", {"Content-Length": str(size + 11)} | length))
        with suppress(ConnectionError):
            for piece in (b'{"sid": "', *[b"a" * (1 << 20)] * megabytes, b'"}'):
                exchange.writer.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                await exchange.writer.drain()

    return play


def gzip_bomb(megabytes: int) -> Trick:
    """Return a small body that unpacks to this many megabytes."""
    return answer(200, gzip.compress(b'"' + b"a" * (megabytes << 20) + b'"'), Content_Encoding="gzip")
