"""No byte sequence sent to any route, with any method, causes a 500, a traceback or a hang."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.api.routes import RESOURCES
from fake_twilio.control import PREFIX
from fake_twilio.control.app import SUBJECTS
from support.fake_bytes import Server, anything, check, common, quiet, request
from support.fake_wire import ACCOUNT

pytestmark = pytest.mark.long

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

QUESTIONS = ["to", "from", "body", "status", "direction", "after", "since", "limit", "operation", "timeout", "format"]
"""Query parameters of the control API."""

MEMBERS = [
    "match", "effect", "type", "times", "after", "probability", "operation", "to", "from", "body", "account_sid",
    "status", "code", "message", "headers", "seconds", "jitter", "retry_after", "error_code", "at", "media_urls",
    "version", "now", "sid", "auth_token", "balance", "number", "url", "sms_url", "friendly_name", "verified",
    "geo_permissions",
]  # fmt: skip
"""Members of the control API's documents."""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("fake")
    with FakeTwilio.running(clock=ManualClock(), tls_port=0, proxy_port=0, data_dir=folder) as running:
        opened = Server(running)
        yield opened
        assert opened.lives()


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
    # The zero timeout keeps the requests that wait from delaying the test.
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
    # CONNECT and TRACE are not methods of an origin server: 4xx, like any other method that a path does not support.
    assert int(answer.split(b" ", 2)[1]) < 500, answer[:2000]
    quiet(caplog)
