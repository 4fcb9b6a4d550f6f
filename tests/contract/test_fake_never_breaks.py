"""No byte sequence sent to any route yields a 500, a traceback or a hang."""

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_twilio import FakeTwilio
from fake_twilio.api.surface import RESOURCES
from support.fake_wire import ACCOUNT, TOKEN

ROUTES = sorted({(route.method, route.pattern) for module in RESOURCES for route in module.ROUTES})
PARAMETERS = sorted(
    {
        "To", "From", "Body", "MessagingServiceSid", "StatusCallback", "ApplicationSid", "MaxPrice", "ValidityPeriod",
        "MediaUrl", "ScheduleType", "SendAt", "ContentSid", "ContentVariables", "ContentRetention", "Attempt", "Status",
        "Outcome", "PhoneNumber", "AreaCode", "FriendlyName", "SmsUrl", "SmsMethod", "CallDelay", "PhoneNumberSid",
        "PageSize", "Page", "PageToken", "DateSent", "DateSent<", "DateSent>", "StartDate", "EndDate", "Category",
        "Contains", "InRegion", "LogLevel", "Log", "MessageDate", "CountryCode", "SmartEncoded",
    }
)  # fmt: skip

anything = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        ["", "0", "-1", "1001", "9" * 30, "+12015550101", "+12015550100", "fixed", "canceled", "true", "{}", "[",
         "2026", "2026-01-01", "2026-01-01T01:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31", "http://[", "http://a_b/",
         "PAx", "PBx", f"MG{'1' * 32}", f"HX{'1' * 32}", "a" * 1700, "\ud7ff\x00\x1f\ufffe", "%", "+", "*" * 40]
    ),
)  # fmt: skip


class Server:
    """A fake in a thread, reached by raw bytes over a connection of its own for each request."""

    def __init__(self, running: Any) -> None:
        self.running = running
        self.port = int(running.base_url.rpartition(":")[2])

    def send(self, data: bytes) -> bytes:
        """Send bytes and return everything that comes back until the connection is closed."""

        async def exchange() -> bytes:
            async with asyncio.timeout(10):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.write(data)
                answer = await reader.read()
                writer.close()
                return answer

        return asyncio.run(exchange())


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with FakeTwilio.running() as running:
        yield Server(running)


def request(method: str, path: str, body: bytes, content_type: str = "application/x-www-form-urlencoded") -> bytes:
    """Return an authorized request."""
    import base64

    credentials = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Basic {credentials}\r\n"
        f"Content-Type: {content_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("utf-8", "replace") + body


def check(answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Check that an answer is one that Twilio could give, and that nothing went wrong on the way."""
    assert answer.startswith(b"HTTP/1."), answer[:200]
    status = int(answer.split(b" ", 2)[1])
    assert status < 500, answer[:2000]
    assert b"Traceback" not in answer
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text


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
    from urllib.parse import quote, urlencode

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
