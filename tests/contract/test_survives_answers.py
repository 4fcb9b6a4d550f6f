"""Whatever a customer's server responds to a webhook, the fake creates alerts or replies and never breaks or hangs."""

import logging
import socketserver
import threading
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fake_twilio import FakeTwilio, Fault, ManualClock
from support.fake_wire import GUARD, OURS, seed

pytestmark = pytest.mark.long


class Customer:
    """A server that sends the bytes of ``answer`` to every client and hangs up."""

    def __init__(self) -> None:
        self.answer = b""
        customer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                self.request.recv(65_536)
                self.request.sendall(customer.answer)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._server.handle_error = lambda *_: None  # type: ignore[method-assign]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/sms"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def customer() -> Iterator[Customer]:
    opened = Customer()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def fake(customer: Customer) -> Iterator[Any]:
    with FakeTwilio.running(seed(f"{customer.url}#rt=500&tt=1000"), clock=ManualClock()) as running:
        yield running


def answered(fake: Any, customer: Customer, answer: bytes, caplog: pytest.LogCaptureFixture) -> None:
    """Answer an incoming message's webhook and a status callback with these bytes; check that both end well."""
    customer.answer = answer
    caplog.clear()
    fake.reset()
    fake.handset(GUARD).send(OURS, "hello")
    fake.wait_idle()
    (arrived, *_) = [row for row in fake.messages if row.direction == "inbound"]
    assert arrived.status == "received"
    mistakes = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert not mistakes, caplog.text


common = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

ADDRESSES = st.one_of(
    st.sampled_from(
        [
            "", "/", "http://[", "http://[::1", "//", "http://", "http:///x", "ftp://x/", "http://a_b/", "#rp=1", "?",
            "http://x:99999/", "http://u:p@[", "javascript:x", "http://127.0.0.1:1/", "\ud7ff", "%zz", "http://[#rc=1",
            "http://169.254.169.254/", "../../..", "a" * 5000, " ", "+12015550100", "12345", "nobody", "whatsapp:+1",
        ]
    ),
    st.text(max_size=20),
)  # fmt: skip
attributes = st.dictionaries(
    st.sampled_from(["to", "from", "action", "method", "statusCallback", "colour", "xml:lang"]), ADDRESSES, max_size=3
)


def element(name: str, given_attributes: dict[str, str], inside: str) -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in given_attributes.items())
    return f"<{name}{written}>{inside}</{name}>"


names = st.sampled_from(["Message", "Sms", "Redirect", "Body", "Media", "Say", "message", "Response", "x:y"])
escaped = ADDRESSES.map(lambda text: text.replace("&", "&amp;").replace("<", "&lt;"))
elements = st.recursive(
    st.builds(element, names, attributes, escaped),
    lambda inside: st.builds(element, names, attributes, st.lists(inside, max_size=3).map("".join)),
    max_leaves=6,
)
documents = st.builds(
    lambda head, inside, tail: f"{head}<Response>{inside}</Response>{tail}",
    st.sampled_from(["", "<?xml version='1.0'?>", "<?xml version='9'?>", "<?xml version='1.0' encoding='x'?>", " "]),
    st.lists(elements, max_size=4).map("".join),
    st.sampled_from(["", "<!-- -->", "x"]),
)
bodies = st.one_of(documents.map(lambda text: text.encode("utf-8", "replace")), st.binary(max_size=200))
lines = st.lists(
    st.one_of(
        st.builds(
            lambda name, value: f"{name}: {value}".encode("utf-8", "replace"),
            st.sampled_from(["Location", "Set-Cookie", "Content-Type", "ETag", "WWW-Authenticate", "Content-Encoding"]),
            ADDRESSES | st.sampled_from(["text/xml", "text/plain; charset=nonsense", "gzip", "Digest", "Digest x=1,,"]),
        ),
        st.binary(max_size=30),
    ),
    max_size=4,
)


BROKEN = [
    b"<Response><Redirect>http://[</Redirect></Response>",
    b"<Response><Message action='http://['>x</Message></Response>",
    b"<Response><Message statusCallback='http://['>x</Message></Response>",
    b"<Response><Message><Media>http://[</Media></Message></Response>",
    b"<Response><Message to='http://[' from='&#55296;'>x</Message></Response>",
]


@pytest.mark.parametrize("body", BROKEN)
def test_addresses_that_are_none(fake: Any, customer: Customer, caplog: pytest.LogCaptureFixture, body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {len(body)}\r\n\r\n"
    answered(fake, customer, head.encode() + body, caplog)


def test_a_redirect_to_an_address_that_is_none(fake: Any, customer: Customer, caplog: pytest.LogCaptureFixture) -> None:
    answered(fake, customer, b"HTTP/1.1 302 Found\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n", caplog)


@common
@given(body=bodies, kind=st.sampled_from(["text/xml", "text/html", "text/plain", "application/json", ""]))
def test_any_document(fake: Any, customer: Customer, caplog: pytest.LogCaptureFixture, body: bytes, kind: str) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    answered(fake, customer, head.encode() + body, caplog)


@common
@given(status=st.integers(100, 999), head=lines, body=bodies)
def test_any_head(
    fake: Any, customer: Customer, caplog: pytest.LogCaptureFixture, status: int, head: list[bytes], body: bytes
) -> None:
    first = f"HTTP/1.1 {status} X".encode()
    answered(fake, customer, b"\r\n".join([first, *head, b"Connection: close", b"", body]), caplog)


@common
@given(answer=st.binary(max_size=300))
def test_any_bytes(fake: Any, customer: Customer, caplog: pytest.LogCaptureFixture, answer: bytes) -> None:
    answered(fake, customer, answer, caplog)


@common
@given(url=ADDRESSES | ADDRESSES.map(lambda text: f"http://{text}"))
def test_any_address_in_a_seed(caplog: pytest.LogCaptureFixture, url: str) -> None:
    """A seed may contain URLs that the API would refuse: for the number, its service, its callbacks."""
    service = {"sid": f"MG{'1' * 32}", "inbound_request_url": url, "fallback_url": url, "status_callback": url}
    document = seed(url, messaging_services=[service | {"numbers": [OURS]}])
    caplog.clear()
    with FakeTwilio.running(document, clock=ManualClock()) as fake:
        fake.faults.add(Fault({"type": "callback_drop"}, times=1))
        fake.handset(GUARD).send(OURS, "hello")
        fake.client().messages.create(to=GUARD, messaging_service_sid=f"MG{'1' * 32}", body="hello")
        fake.wait_idle()
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR], caplog.text
