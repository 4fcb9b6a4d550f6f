"""The driver's way out: proxies that the machine names, and a machine's other logins."""

import base64
from pathlib import Path

import pytest
from aiohttp import ClientSession, web

from driver.errors import StartError
from driver.gateway.session import open_session
from support.driver_site import Site, settings, site

PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "no_proxy", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)


async def _sends(here: Site, folder: Path) -> str:
    """Start a driver with a session of its own, send a text, and return the execution's state."""
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

    async def forward(request: web.Request) -> web.Response:
        asked.append((request.raw_path, request.headers.get("Proxy-Authorization", "")))
        headers = {name: request.headers[name] for name in ("Authorization", "Content-Type") if name in request.headers}
        async with (
            ClientSession() as session,
            session.request(request.method, request.raw_path, headers=headers, data=await request.read()) as answer,
        ):
            return web.Response(status=answer.status, body=await answer.read(), content_type="application/json")

    proxy = web.Application()
    proxy.router.add_route("*", "/{path:.*}", forward)
    runner = web.AppRunner(proxy)
    await runner.setup()
    try:
        place = web.TCPSite(runner, "127.0.0.1", 0)
        await place.start()
        monkeypatch.setenv("http_proxy", f"http://guest:secret@127.0.0.1:{runner.addresses[0][1]}")
        async with site(tmp_path, start=False) as here:
            assert await _sends(here, tmp_path) == "succeeded"
            assert here.received() == ["On our way"]
            base = here.fake.base_url
    finally:
        await runner.cleanup()
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
