"""The driver's HTTP session: proxies from the environment, and the machine's logins for other programs."""

import base64
import socket
from contextlib import ExitStack
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from yarl import URL

from driver.errors import StartError
from driver.gateway.http_session import open_session, proxy_for
from fake_twilio import FakeTwilio
from harness.loopback import serving
from support.driver_site import Site, settings, site

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*PROXIES, *map(str.upper, PROXIES), *BUNDLES):
        monkeypatch.delenv(name, raising=False)


async def _sends(here: Site, folder: Path) -> str:
    """Start a driver with its own session, send a message, and return the execution's state."""
    config = settings(here.fake, folder)
    async with open_session(config.twilio.base_url) as session, here.running(config, session):
        return str((await here.execution(await here.send("On our way")))["state"])


async def test_logins_that_the_machine_keeps_for_other_programs_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\ndefault login anybody password any\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    async with site(tmp_path, start=False) as here:
        assert await _sends(here, tmp_path) == "succeeded"


async def test_calls_go_over_the_proxy_that_the_machine_names_with_its_login(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    async def forward(request: web.BaseRequest) -> web.Response:
        asked.append((request.raw_path, request.headers.get("Proxy-Authorization", "")))
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        async with (
            ClientSession() as session,
            session.request(request.method, request.raw_path, headers=headers, data=await request.read()) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")

    async with serving(forward) as proxy, site(tmp_path, start=False) as here:
        monkeypatch.setenv("http_proxy", proxy.replace("//", "//guest:secret@"))
        assert await _sends(here, tmp_path) == "succeeded"
        assert here.received() == ["On our way"]
        base = here.fake.base_url
    login = "Basic " + base64.b64encode(b"guest:secret").decode()
    assert {path.startswith(base) for path, _ in asked} == {True}
    assert {login for _, login in asked} == {login}


async def test_hosts_that_need_no_proxy_are_called_directly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "localhost,127.0.0.1")
    async with site(tmp_path, start=False) as here:
        assert await _sends(here, tmp_path) == "succeeded"


async def test_a_proxy_of_another_kind_is_named_before_anything_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "socks5://guest:secret@proxy.example.com:1080")
    with pytest.raises(StartError, match=r"socks5://proxy\.example\.com:1080 cannot be used") as raised:
        open_session("https://api.twilio.com")
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("target", "variables", "proxy"),
    [
        ("https://api.twilio.com", {"ALL_PROXY": "http://all:1"}, "http://all:1"),
        ("https://api.twilio.com", {"all_proxy": "all:1"}, "http://all:1"),
        ("http://api.twilio.com", {"all_proxy": "http://all:1"}, "http://all:1"),
        ("https://api.twilio.com", {"ALL_PROXY": "http://all:1", "HTTPS_PROXY": "http://own:1"}, "http://own:1"),
        ("https://api.twilio.com", {"HTTPS_PROXY": "http://big:1", "https_proxy": "http://small:1"}, "http://small:1"),
        ("https://api.twilio.com", {"HTTPS_PROXY": "", "ALL_PROXY": " http://all:1 "}, "http://all:1"),
        ("https://api.twilio.com", {"HTTP_PROXY": "http://plain:1"}, None),
        ("https://api.twilio.com", {}, None),
    ],
)
def test_the_proxy_is_the_one_that_other_programs_take(
    target: str, variables: dict[str, str], proxy: str | None
) -> None:
    assert proxy_for(URL(target), variables) == (URL(proxy) if proxy else None)


@pytest.mark.parametrize(
    ("target", "exceptions", "excepted"),
    [
        ("https://api.twilio.com", "*", True),
        ("https://api.twilio.com", "twilio.com", True),
        ("https://api.twilio.com", ".twilio.com", True),
        ("https://api.twilio.com", "*.twilio.com", True),
        ("https://API.Twilio.com", "example.com api.TWILIO.com", True),
        ("https://api.twilio.com", "example.com, api.twilio.com ,", True),
        ("https://api.twilio.com", "api.twilio.com:443", True),
        ("https://api.twilio.com", "api.twilio.com:8443", False),
        ("https://api.twilio.com:8443", "api.twilio.com:8443", True),
        ("https://nottwilio.com", "twilio.com", False),
        ("https://api.twilio.com", "", False),
        ("https://api.twilio.com", ",.,:,", False),
        ("http://10.1.2.3:8945", "10.0.0.0/8", True),
        ("http://10.1.2.3:8945", "10.1.2.3:8945", True),
        ("http://11.1.2.3", "10.0.0.0/8", False),
        ("http://fake", "10.0.0.0/8", False),
        ("http://[::1]:8945", "::1", True),
        ("http://[::1]:8945", "[::1]:8945", True),
        ("http://[fd00::5]", "fd00::/8", True),
    ],
)
def test_every_usual_form_of_an_exception_is_understood(target: str, exceptions: str, excepted: bool) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        variables = {"all_proxy": "http://all:1", name: exceptions}
        assert (proxy_for(URL(target), variables) is None) is excepted


@pytest.mark.parametrize("address", ["http://[", "http://:1", "https://secure:1", "socks5h://x:1"])
def test_a_proxy_that_cannot_be_used_is_named_with_its_variable(address: str) -> None:
    with pytest.raises(StartError, match="ALL_PROXY"):
        proxy_for(URL("https://api.twilio.com"), {"ALL_PROXY": address})


@pytest.mark.parametrize("name", BUNDLES)
async def test_an_authority_of_ones_own_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As behind a TLS-inspecting proxy: whichever variable names the CA, messages are sent."""
    async with FakeTwilio(port=0, tls_port=0, data_dir=tmp_path / "fake") as fake:
        ca_file = fake.ready()["ca_file"]
        monkeypatch.setenv(name, str(ca_file))
        async with open_session(fake.ready()["tls_url"]) as session, session.get(fake.ready()["tls_url"]) as answer:
            assert answer.status < 500


@pytest.mark.parametrize("name", BUNDLES)
def test_a_file_of_authorities_that_cannot_be_used_is_named_with_its_variable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, str(tmp_path / "none.pem"))
    with pytest.raises(StartError, match=rf"{name} names .*none\.pem, which cannot be read: No such file"):
        open_session("https://api.twilio.com")
    (tmp_path / "none.pem").write_text("nothing")
    with pytest.raises(StartError, match=rf"{name} names .*none\.pem, which contains no PEM certificates"):
        open_session("https://api.twilio.com")


async def test_a_connection_is_waited_for_as_long_as_configured(tmp_path: Path) -> None:
    with ExitStack() as held, socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        for _ in range(4):  # as many as its backlog holds: later clients get no answer
            client = held.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(full.getsockname())
        address = f"http://127.0.0.1:{full.getsockname()[1]}"
        async with site(tmp_path, twilio={"base_url": address, "connect_timeout_s": 0.2}) as here:
            execution = await here.execution(await here.send("On our way"))
    assert [attempt["outcome"] for attempt in execution["attempts"]] == ["transient"], "it surely did not leave"
