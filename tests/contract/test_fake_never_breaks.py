"""No byte sequence sent to any route, listener or method yields a 500, a traceback or a hang."""

import asyncio
import base64
import json
import logging
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.api.surface import RESOURCES
from fake_twilio.control.surface import PREFIX, SUBJECTS
from support.fake_wire import ACCOUNT, TOKEN

ROUTES = sorted({(route.method, route.pattern) for module in RESOURCES for route in module.ROUTES})
CONTROL = sorted(
    {(route.method, route.pattern) for module in SUBJECTS for route in module.ROUTES} - {("GET", "/events")}
)
METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "TRACE", "CONNECT", "BREW", "get", "\u00e9", ""]
PARAMETERS = sorted(
    {
        "To", "From", "Body", "MessagingServiceSid", "StatusCallback", "ApplicationSid", "MaxPrice", "ValidityPeriod",
        "MediaUrl", "ScheduleType", "SendAt", "ContentSid", "ContentVariables", "ContentRetention", "Attempt", "Status",
        "Outcome", "PhoneNumber", "AreaCode", "FriendlyName", "SmsUrl", "SmsMethod", "CallDelay", "PhoneNumberSid",
        "PageSize", "Page", "PageToken", "DateSent", "DateSent<", "DateSent>", "StartDate", "EndDate", "Category",
        "Contains", "InRegion", "InLocality", "NearNumber", "NearLatLong", "Distance", "Beta", "Origin", "AccountSid",
        "ShortCodeSid", "Sid", "ShortCode", "AlphaSender", "FallbackFrom", "ShortenUrls", "PersistentAction",
        "Extension", "StatusCallbackMethod", "IncludeSubaccounts", "DateCreated", "DateCreated<", "Usecase",
        "ApiVersion", "LogLevel", "Log", "MessageDate", "CountryCode", "SmartEncoded",
    }
)  # fmt: skip

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
    """A fake in a thread, reached by raw bytes over a connection of its own for each request."""

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

        `end` says that nothing more will be sent, as a client does that hangs up.
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
        """Tell whether the fake still answers."""
        ask = b"GET /_fake/v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
        return self.send(ask).startswith(b"HTTP/1.1 200 ")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("fake")
    with FakeTwilio.running(clock=ManualClock(), tls_port=0, proxy_port=0, data_dir=folder) as running:
        yield Server(running)


def request(method: str, path: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> bytes:
    """Return an authorized request."""
    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("utf-8", "replace") + body


def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Check that nothing went wrong on the way, and forget what was logged: the next example is on its own."""
    mistakes = [record for record in caplog.records if record.levelno >= logging.ERROR]
    told = caplog.text
    caplog.clear()
    assert not mistakes, told


def check(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Check that an answer is one that Twilio could give, and that nothing went wrong on the way."""
    assert answer.startswith(b"HTTP/1."), answer[:200]
    status = int(answer.split(b" ", 2)[1])
    assert status < 500, answer[:2000]
    assert b"Traceback" not in answer
    quiet(caplog)


QUESTIONS = ["to", "from", "body", "status", "direction", "after", "since", "limit", "operation", "timeout", "format"]
"""Parameters of the control API's queries."""

MEMBERS = [
    "match", "effect", "type", "times", "after", "probability", "operation", "to", "from", "body", "account_sid",
    "status", "code", "message", "headers", "seconds", "jitter", "retry_after", "error_code", "at", "media_urls",
    "version", "now", "sid", "auth_token", "balance", "number", "url", "sms_url", "friendly_name", "verified",
    "geo_permissions",
]  # fmt: skip
"""Members of the control API's documents."""

common = settings(
    deadline=None, max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@common
@given(
    route=st.sampled_from(ROUTES),
    variables=st.lists(st.one_of(anything, st.just(ACCOUNT)), min_size=4, max_size=4),
    own=st.booleans(),
    suffix=st.sampled_from([".json", "", ".csv", ".xml", ".exe"]),
    pairs=st.lists(st.tuples(st.sampled_from(PARAMETERS), anything), max_size=8),
)
def test_strange_values_for_known_routes(
    server: Server,
    caplog: pytest.LogCaptureFixture,
    route: tuple[str, str],
    variables: list[str],
    own: bool,
    suffix: str,
    pairs: list[tuple[str, str]],
) -> None:
    method, pattern = route
    path = pattern.replace("{account}", ACCOUNT) if own else pattern
    for value in variables:
        begin, brace, rest = path.partition("{")
        if brace:
            path = begin + quote(value, safe="", errors="replace") + rest.partition("}")[2]
    form = urlencode(pairs, errors="replace")
    if method == "POST":
        data = request(method, path + suffix, form.encode())
    else:
        data = request(method, f"{path}{suffix}?{form}", b"")
    check(server.send(data), caplog)


@common
@given(route=st.sampled_from(ROUTES), body=st.binary(max_size=300), content_type=st.sampled_from(
    ["application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x", "text/plain", ""]
))  # fmt: skip
def test_any_bytes_as_a_body(
    server: Server, caplog: pytest.LogCaptureFixture, route: tuple[str, str], body: bytes, content_type: str
) -> None:
    method, pattern = route
    path = pattern.replace("{account}", ACCOUNT).replace("{", "").replace("}", "")
    check(server.send(request(method, f"{path}.json", body, content_type)), caplog)


@common
@given(
    target=st.binary(min_size=1, max_size=60).filter(lambda raw: not set(raw) & set(b" \r\n")),
    query=st.binary(max_size=40),
)
def test_any_bytes_as_a_target(server: Server, caplog: pytest.LogCaptureFixture, target: bytes, query: bytes) -> None:
    query = bytes(byte for byte in query if byte not in b" \r\n")
    check(server.send(b"GET /" + target + b"?" + query + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), caplog)


@common
@given(header=st.binary(max_size=60))
def test_any_bytes_as_credentials(server: Server, caplog: pytest.LogCaptureFixture, header: bytes) -> None:
    header = bytes(byte for byte in header if byte not in b"\r\n\x00")
    path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json".encode()
    data = b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: " + header + b"\r\n\r\n"
    check(server.send(data), caplog)


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), anything),
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(st.sampled_from(MEMBERS) | st.text(max_size=5), inside, max_size=5),
    ),
    max_leaves=8,
)


@common
@given(
    route=st.sampled_from(CONTROL),
    variables=st.lists(st.one_of(anything, st.sampled_from(["1", "+12015550101", ACCOUNT])), min_size=2, max_size=2),
    query=st.dictionaries(st.sampled_from(QUESTIONS), anything, max_size=4),
    document=st.one_of(st.dictionaries(st.sampled_from(MEMBERS), values, max_size=5), values, st.binary(max_size=200)),
)
def test_strange_values_for_the_control_api(
    server: Server,
    caplog: pytest.LogCaptureFixture,
    route: tuple[str, str],
    variables: list[str],
    query: dict[str, str],
    document: Any,
) -> None:
    method, path = route
    for value in variables:
        begin, brace, rest = path.partition("{")
        if brace:
            path = begin + quote(value, safe="", errors="replace") + rest.partition("}")[2]
    body = document if isinstance(document, bytes) else json.dumps(document).encode("utf-8", "replace")
    # What waits is told not to, so that a test of waiting does not wait.
    target = f"{PREFIX}{path}?timeout=0&{urlencode(query, errors='replace')}"
    check(server.send(request(method, target, b"" if method == "GET" else body, "application/json")), caplog)


@common
@given(
    method=st.one_of(st.sampled_from(METHODS), st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=12)),
    path=st.sampled_from([pattern.replace("{account}", ACCOUNT) for _, pattern in ROUTES])
    | st.sampled_from([f"{PREFIX}{pattern}" for _, pattern in CONTROL])
    | st.sampled_from(
        ["/", "*", "/_fake/", "/_fake/app.js", "/_fake/../etc/passwd", "/_fake/%2e%2e/%2e%2e/etc/passwd"]
    ),
    body=st.binary(max_size=50),
)
def test_every_method(server: Server, caplog: pytest.LogCaptureFixture, method: str, path: str, body: bytes) -> None:
    answer = server.send(request(method, f"{path}?timeout=0", body))
    assert answer.startswith(b"HTTP/1."), answer[:200]
    assert b"root:" not in answer
    # CONNECT and TRACE are no methods of an origin server: 4xx like all others that a path does not know.
    assert int(answer.split(b" ", 2)[1]) < 500, answer[:2000]
    quiet(caplog)


BEGINNINGS = [
    b"",
    b"GET / HTTP/1.1\r\n",
    b"POST /2010-04-01/Accounts/x/Messages.json HTTP/1.1\r\nHost: x\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"CONNECT ",
    b"CONNECT api.twilio.com:443 HTTP/1.1\r\n\r\n",
    b"GET http://",
    b"GET http://[",
    b"GET http://api.twilio.com/",
    b"\x16\x03\x01",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
]
raw = st.tuples(st.sampled_from(BEGINNINGS), st.binary(max_size=120), st.sampled_from([b"", b"\r\n\r\n"])).map(b"".join)


@common
@given(data=raw, door=st.sampled_from(["plain", "tls", "proxy"]))
def test_any_bytes_on_any_listener(server: Server, caplog: pytest.LogCaptureFixture, data: bytes, door: str) -> None:
    """Whatever comes in before the client hangs up: an answer that is no failure of the fake's, or the end."""
    answer = server.send(data, getattr(server, door), end=True)
    if answer.startswith(b"HTTP/"):
        assert int(answer.split(b" ", 2)[1]) < 500, answer[:2000]
    assert b"Traceback" not in answer
    quiet(caplog)


@common
@given(data=raw)
def test_any_bytes_inside_tls(server: Server, caplog: pytest.LogCaptureFixture, data: bytes) -> None:
    if b"\r\n\r\n" not in data:
        data += b"\r\n\r\n"
    answer = server.send(b"\x00" + data, server.tls, tls=True)
    assert answer.startswith((b"HTTP/1.0 4", b"HTTP/1.1 4")), answer[:200]
    quiet(caplog)


@common
@given(
    target=st.one_of(
        st.sampled_from(["api.twilio.com:443", "api.twilio.com:99999", "[::1", "[", "example.com:443", ":", ""]),
        st.text(max_size=30),
    ),
    method=st.sampled_from(["CONNECT", "GET", "POST", "BREW"]),
    scheme=st.sampled_from(["", "http://", "https://", "ftp://", "http://u:p@"]),
)
def test_any_target_through_the_proxy(
    server: Server, caplog: pytest.LogCaptureFixture, target: str, method: str, scheme: str
) -> None:
    line = f"{method} {scheme}{target} HTTP/1.1\r\nHost: x\r\n\r\n".encode("utf-8", "replace")
    answer = server.send(line, server.proxy, end=True)
    # Whoever is led to the TLS listener without speaking TLS, and hangs up, is told nothing.
    assert answer.startswith(b"HTTP/1.1 ") or (not answer and target == "api.twilio.com:443"), answer[:200]
    assert not answer or int(answer.split(b" ", 2)[1]) < 500, answer[:2000]
    quiet(caplog)


def test_after_all_that_it_lives(server: Server) -> None:
    assert server.lives()
