"""Raw requests to a fake and checks of the responses, with Hypothesis strategies for malformed requests."""

import asyncio
import base64
import json
import logging
import ssl
from typing import Any
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from fake_twilio.control import PREFIX
from support.fake_wire import ACCOUNT, TOKEN

anything = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "whatsapp:+12015550101", "rcs:agent", "messenger:1", "12345", "91,181", "-9999999days",
         "0", "-1", "1001", "9" * 30, "+12015550101", "+12015550100", "fixed", "canceled", "true", "{}", "[",
         "2026", "2026-01-01", "2026-01-01T01:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31", "http://[",
         "http://a_b/",
         "PAx", "PBx", "9" * 4400,
         f"MG{'1' * 32}", f"HX{'1' * 32}", "a" * 1700, "\ud7ff\x00\x1f\ufffe", "%", "+", "*" * 40]
    ),
)  # fmt: skip


class Server:
    """A fake in a thread, reached by raw bytes over a new connection for each request."""

    def __init__(self, running: Any) -> None:
        self.running = running
        self.plain = int(running.base_url.rpartition(":")[2])
        with urlopen(f"{running.base_url}{PREFIX}/environment") as answer:
            ready = json.load(answer)
        self.tls = int(ready["tls_url"].rpartition(":")[2])
        self.proxy = int(ready["proxy_url"].rpartition(":")[2])
        self._trust = ssl.create_default_context(cafile=ready["ca_file"])

    def send(self, data: bytes, port: int = 0, *, end: bool = False, tls: bool = False) -> bytes:
        """Send bytes and return everything that comes back until the connection is closed.

        ``end`` closes the sending side, like a client that hangs up.
        """

        async def exchange() -> bytes:
            async with asyncio.timeout(10):
                trust = self._trust if tls else None
                reader, writer = await asyncio.open_connection("127.0.0.1", port or self.plain, ssl=trust)
                writer.write(data)
                if end and writer.can_write_eof():
                    writer.write_eof()
                try:
                    return await reader.read()
                except ConnectionResetError:
                    return b""
                finally:
                    writer.close()

        return asyncio.run(exchange())

    def lives(self) -> bool:
        """Return whether the fake still answers."""
        ask = b"GET /_fake/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        return self.send(ask).startswith(b"HTTP/1.1 200 ")


def request(method: str, path: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> bytes:
    """Return an authorized request."""
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("utf-8", "replace") + body


def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Check that nothing went wrong internally, and clear the log, because every example is independent."""
    mistakes = [record for record in caplog.records if record.levelno >= logging.ERROR]
    shown = caplog.text
    caplog.clear()
    assert not mistakes, shown


def check(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Check that Twilio could have given this response, and that nothing went wrong internally."""
    assert answer.startswith(b"HTTP/1."), answer[:200]
    status = int(answer.split(b" ", 2)[1])
    assert status < 500, answer[:2000]
    assert b"Traceback" not in answer
    quiet(caplog)


common = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
