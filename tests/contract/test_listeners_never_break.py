"""No byte sequence sent to any listener (plain, TLS or proxy) causes a 500, a traceback or a hang."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_twilio import FakeTwilio, ManualClock
from support.fake_bytes import Server, common, quiet

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("fake")
    with FakeTwilio.running(clock=ManualClock(), tls_port=0, proxy_port=0, data_dir=folder) as running:
        yield Server(running)


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
@given(data=raw, listener=st.sampled_from(["plain", "tls", "proxy"]))
def test_any_bytes_on_any_listener(
    server: Server, caplog: pytest.LogCaptureFixture, data: bytes, listener: str
) -> None:
    """Whatever arrives before the client hangs up is answered without a server error, or the connection is closed."""
    answer = server.send(data, getattr(server, listener), end=True)
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
    # A client that is tunneled to the TLS listener, does not speak TLS and hangs up may get no response. A method
    # that the parser itself refuses is answered as HTTP/1.0.
    refused_by_parser = method == "BREW" and answer.startswith(b"HTTP/1.0 400 ")
    silent = not answer and target == "api.twilio.com:443"
    assert answer.startswith(b"HTTP/1.1 ") or refused_by_parser or silent, answer[:200]
    assert not answer or int(answer.split(b" ", 2)[1]) < 500, answer[:2000]
    quiet(caplog)


def test_after_all_that_it_lives(server: Server) -> None:
    assert server.lives()
