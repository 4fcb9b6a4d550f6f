"""A tiny stub of Twilio that misbehaves on request; it shares no code with the fake, and so none of its errors.

It has the few resources that a driver uses and answers honestly, over plain sockets, until a trick is added:
``twilio.trick("messages.list", drop(after=200), times=2)``. A trick is a coroutine that receives the exchange and may
do anything with it, down to single bytes; ``misbehaving_tricks`` has a collection.
"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Row = dict[str, Any]
OURS = "+12015550100"


@dataclass(frozen=True)
class Answer:
    """A response: status, headers besides the usual ones, and the bytes of the body."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Exchange:
    """One request, its honest response, and the connection to answer on."""

    twilio: "MisbehavingTwilio"
    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    headers: dict[str, str]
    operation: str
    writer: asyncio.StreamWriter

    def honest(self) -> Answer:
        """Process the request, and return the usual response; a trick that never calls this has no effect."""
        return self.twilio.carry_out(self)

    async def send(self, answer: Answer, *, limit: int | None = None) -> None:
        """Write a response, or its first ``limit`` bytes; the connection is closed after the trick."""
        with suppress(ConnectionError):
            self.writer.write(self.raw(answer)[:limit])
            await self.writer.drain()

    def raw(self, answer: Answer) -> bytes:
        """Return a response as bytes."""
        date = format_datetime(self.twilio.now(), usegmt=True)
        headers = {"Date": date, "Content-Type": "application/json", "Content-Length": str(len(answer.body))}
        headers |= {"Connection": "close"} | dict(answer.headers)
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items() if value)
        return f"HTTP/1.1 {answer.status} Whatever\r\n{lines}\r\n".encode() + answer.body


Trick = Callable[[Exchange], Awaitable[None]]


class MisbehavingTwilio:
    """One account. ``clock`` is the time of the test; ``ahead`` is how far Twilio's own clock is ahead of it."""

    account_sid = "AC" + "0" * 31 + "1"
    auth_token = "stub0auth0token0for0local0tests0"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.ahead = timedelta()
        self.lag = timedelta()
        """How long a new message is missing from lists."""
        self.numbers = [OURS]
        self.messages: list[Row] = []
        """Messages in order of creation; rows are dictionaries as on the wire and may be changed."""
        self.media: dict[str, list[Row]] = {}
        self.requests: list[Exchange] = []
        self._tricks: list[tuple[str, Trick, float]] = []
        self._made: dict[str, datetime] = {}
        self.base_url = ""

    def now(self) -> datetime:
        """Return the time of Twilio's clock in whole seconds, like its dates."""
        return (self._clock() + self.ahead).replace(microsecond=0)

    def trick(self, operation: str, trick: Trick, *, times: float = float("inf")) -> None:
        """Add a trick for an operation (``messages.create``, ``messages.list``, …, ``*``); the first match is used."""
        self._tricks.append((operation, trick, times))

    def behave(self) -> None:
        """Remove all tricks."""
        self._tricks.clear()

    def asked(self, operation: str) -> list[Exchange]:
        """Return the requests of an operation so far."""
        return [request for request in self.requests if request.operation == operation]

    def text(self, source: str, body: str, *, to: str = OURS, **changed: Any) -> Row:
        """Send a message from somebody to one of our numbers; ``changed`` replaces fields of the row."""
        return self._add(
            {"from": source, "to": to, "body": body, "direction": "inbound", "status": "received"}, changed
        )

    def carry_out(self, exchange: Exchange) -> Answer:
        """Answer a request as Twilio would."""
        login = base64.b64encode(f"{self.account_sid}:{self.auth_token}".encode()).decode()
        if exchange.headers.get("authorization") != f"Basic {login}":
            return error(401, 20003, "Authenticate")
        name = exchange.path.rsplit("/", 1)[-1].removesuffix(".json")
        match exchange.operation:
            case "messages.create":
                form = exchange.form
                sent = {"from": form.get("From"), "to": form.get("To"), "body": form.get("Body", "")}
                return ok(self._add({**sent, "direction": "outbound-api", "status": "queued"}, {}), 201)
            case "messages.list":
                return ok(self._page(exchange))
            case "messages.fetch":
                found = [row for row in self.messages if row["sid"] == name]
                return ok(found[0]) if found else error(404, 20404, "The requested resource was not found")
            case "media.list":
                return ok(_envelope("media_list", self.media.get(exchange.path.split("/")[-2], [])))
            case "accounts.fetch":
                return ok({"sid": self.account_sid, "status": "active", "type": "Full", "friendly_name": "stub"})
            case "numbers.list":
                able = {"sms": True, "mms": True, "voice": True}
                rows = [{"sid": "PN1", "phone_number": n, "capabilities": able, "sms_url": ""} for n in self.numbers]
                return ok(_envelope("incoming_phone_numbers", rows))
            case "services.list":
                return ok({"services": [], "meta": {"key": "services", "next_page_url": None}})
            case _:
                pass
        return error(404, 20404, f"The requested resource {exchange.path} was not found")

    def _add(self, given: Row, changed: Row) -> Row:
        sid = f"SM{len(self.messages) + 1:032x}"
        date = format_datetime(self.now())
        row: Row = {"sid": sid, "account_sid": self.account_sid, "date_created": date, "date_updated": date}
        row |= {"date_sent": date, "num_segments": "1", "num_media": "0", "error_code": None, "error_message": None}
        row |= {"uri": f"/2010-04-01/Accounts/{self.account_sid}/Messages/{sid}.json", "price": None} | given | changed
        self._made[row["sid"]] = self._clock()
        self.messages.append(row)
        return row

    def _page(self, exchange: Exchange) -> Row:
        """Return a page of messages, newest first; date filters are in whole seconds and inclusive."""
        query, rows = exchange.query, []
        for row in reversed(self.messages):
            when = datetime.strptime(row["date_sent"], "%a, %d %b %Y %H:%M:%S %z") if row.get("date_sent") else None
            after, before = (query.get(f"DateSent{sign}") for sign in "><")
            fits = row["to"] == query.get("To", row["to"]) and row["from"] == query.get("From", row["from"])
            fits &= not after or (when is not None and when >= datetime.fromisoformat(after))
            fits &= not before or (when is not None and when <= datetime.fromisoformat(before))
            if fits and self._clock() >= self._made[row["sid"]] + self.lag:
                rows.append((when or self.now(), row))
        rows.sort(key=lambda pair: pair[0], reverse=True)
        size, start = int(query.get("PageSize", "50")), int(query.get("Page", "0")) * int(query.get("PageSize", "50"))
        more = {**query, "Page": str(start // size + 1), "PageToken": "PAstub"}
        following = f"{exchange.path}?{urlencode(more)}" if start + size < len(rows) else None
        return _envelope("messages", [row for _, row in rows[start : start + size]], following)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request of a connection, honestly or by the first trick that matches."""
        try:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            method, target, _ = head[0].split(" ")
            headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head)}
            body = (await reader.readexactly(int(headers.get("content-length", "0")))).decode()
            url = urlsplit(target)
            query, form = dict(parse_qsl(url.query)), dict(parse_qsl(body, keep_blank_values=True))
            operation = _operation(method, url.path)
            exchange = Exchange(self, method, url.path, query, form, headers, operation, writer)
            self.requests.append(exchange)
            await self._chosen(operation)(exchange)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _chosen(self, operation: str) -> Trick:
        for place, (name, trick, left) in enumerate(self._tricks):
            if name in (operation, "*"):
                self._tricks[place : place + 1] = [(name, trick, left - 1)] if left > 1 else []
                return trick
        return honestly


@asynccontextmanager
async def misbehaving_twilio(clock: Callable[[], datetime]) -> AsyncIterator[MisbehavingTwilio]:
    """Run a stub on a free port while the context lasts."""
    twilio = MisbehavingTwilio(clock)
    tasks: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(twilio.serve(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    twilio.base_url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield twilio
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def ok(content: object, status: int = 200) -> Answer:
    """Return a JSON response with odd characters escaped."""
    return Answer(status, json.dumps(content).encode())


def error(status: int, code: int, message: str, **headers: str) -> Answer:
    """Return one of Twilio's errors."""
    return Answer(status, json.dumps({"code": code, "message": message, "status": status}).encode(), headers)


def _envelope(key: str, rows: list[Row], following: str | None = None) -> Row:
    return {key: rows, "page": 0, "page_size": 50, "next_page_uri": following, "start": 0, "end": 0, "uri": "/"}


def _operation(method: str, path: str) -> str:
    parts = path.removesuffix(".json").strip("/").split("/")[3:] if path.startswith("/2010") else path.split("/")[2:]
    names = {"IncomingPhoneNumbers": "numbers.list", "OutgoingCallerIds": "callers.list", "Services": "services.list"}
    if parts[:1] == ["Messages"]:
        if len(parts) == 1:
            return "messages.create" if method == "POST" else "messages.list"
        return "media.list" if len(parts) > 2 else "messages.fetch"
    return names.get(parts[0], "?") if parts else "accounts.fetch"


async def honestly(exchange: Exchange) -> None:
    """Answer as Twilio does."""
    await exchange.send(exchange.honest())
