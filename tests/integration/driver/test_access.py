"""Access to the data server: logins, lockout, tokens, the role of each request, and loopback without any of these."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from yarl import URL

from driver.api.access import LOGIN_LASTS_S
from driver.api.lockout import MAX_FAILURES
from driver.api.openapi import documented_path
from driver.api.passwords import check_password, hash_password, hash_token, like
from driver.api.routing import Route
from driver.dataserver.routes import ROUTES
from driver.debugtools.routes import INSPECT_ROUTES, LOG_ROUTES
from driver.domain.roles import Role
from support.driver_site import Site, settings, site

PASSWORD = "right horse"
USERS = [{"username": "ann", "password_hash": hash_password(PASSWORD), "role": "operator"}]
TOKENS = [{"name": role.value, "token_hash": hash_token(f"{role.value}-token"), "role": role.value} for role in Role]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"users": USERS, "tokens": TOKENS})),
    ):
        yield here


async def call(
    here: Site, path: str, token: str = "", method: str = "GET", *, url: str = "", **more: Any
) -> tuple[int, Any]:
    headers = more.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
    url = (url or here.driver.dataserver_url) + path
    async with here.http.request(method, url, headers=headers, **more) as answer:
        shown = await answer.json() if "json" in answer.content_type else await answer.text()
        return answer.status, shown


async def login(here: Site, password: str = PASSWORD, username: str = "ann") -> tuple[int, Any]:
    return await call(here, "/api/Auth/Login", method="POST", json={"username": username, "password": password})


async def test_a_login_lasts_two_hours(here: Site) -> None:
    status, shown = await login(here)
    assert (status, shown["expiresIn"], shown["role"]) == (200, 7200, "operator")
    assert (await call(here, "/api/assets", shown["token"]))[0] == 200
    await here.clock.advance(LOGIN_LASTS_S - 1)
    assert (await call(here, "/api/assets", shown["token"]))[0] == 200
    await here.clock.advance(1)
    status, refused = await call(here, "/api/assets", shown["token"])
    assert (status, refused["detail"]) == (401, "the token is invalid or no longer valid")


async def test_a_wrong_name_and_a_wrong_password_look_the_same(here: Site) -> None:
    assert await login(here, "wrong") == await login(here, PASSWORD, "nobody")
    assert (await login(here, "wrong"))[0] == 401


@pytest.mark.parametrize("username", ["ann", "nobody"])
async def test_wrong_passwords_make_their_address_wait_longer_and_longer(here: Site, username: str) -> None:
    for _ in range(MAX_FAILURES):
        assert (await login(here, "wrong", username))[0] == 401
    for wait in (60, 120, 240, 480, 960, 1920, 3600, 3600):
        status, shown = await login(here, PASSWORD, username)
        assert (status, shown["detail"]) == (429, f"too many wrong passwords; try again in {wait} s")
        await here.clock.advance(wait)
        assert (await login(here, "wrong", username))[0] == 401


async def test_who_waited_and_knows_the_password_gets_in(here: Site) -> None:
    for _ in range(MAX_FAILURES):
        assert (await login(here, "wrong"))[0] == 401
    await here.clock.advance(60)
    for _ in range(3):
        assert (await login(here))[0] == 200
        for _ in range(MAX_FAILURES - 1):
            assert (await login(here, "wrong"))[0] == 401


async def test_a_stranger_cannot_lock_an_operator_out(here: Site) -> None:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(local_addr=("127.0.0.2", 0))) as stranger:
        url, guess = here.driver.dataserver_url + "/api/Auth/Login", {"username": "ann", "password": "guess"}
        for n in range(3 * MAX_FAILURES):
            async with stranger.post(url, json=guess) as answer:
                assert answer.status == (401 if n < MAX_FAILURES else 429)
    assert (await login(here))[0] == 200


async def test_many_guesses_at_once_are_no_way_around_the_lock(here: Site) -> None:
    answers = await asyncio.gather(*(login(here, f"guess {n}") for n in range(4 * MAX_FAILURES)))
    assert sum(status == 401 for status, _ in answers) <= MAX_FAILURES
    assert (await login(here))[0] == 429


async def test_an_empty_password_opens_nothing(tmp_path: Path) -> None:
    users = [{"username": "ann", "password_hash": hash_password(""), "role": "admin"}]
    tokens = [{"name": "empty", "token_hash": hash_token(""), "role": "admin"}]
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"users": users, "tokens": tokens})),
    ):
        assert (await login(here, ""))[0] == 401
        for path in ("/api/assets", "/api/assets?access_token=", "/api/assets?access_token=%20"):
            assert (await call(here, path))[0] == 401
            assert (await call(here, path, " "))[0] == 401


@pytest.mark.parametrize("url", ["dataserver_url", "debugtools_url"])
async def test_a_login_ends_when_its_user_says_so(here: Site, url: str) -> None:
    tokens = [(await login(here))[1]["token"] for _ in range(2)]
    base = str(getattr(here.driver, url))
    for status in (204, 401):
        async with here.http.post(
            f"{base}/api/Auth/Logout", headers={"Authorization": f"Bearer {tokens[0]}"}
        ) as answer:
            assert answer.status == status
    assert [(await call(here, "/api/assets", token))[0] for token in tokens] == [401, 200]


async def test_a_service_token_cannot_log_out(here: Site) -> None:
    status, shown = await call(here, "/api/Auth/Logout", "viewer-token", "POST")
    assert status == 400
    assert "remove it from the configuration" in shown["detail"]


@pytest.mark.parametrize("why", ["logout", "expired"])
async def test_a_stream_ends_with_its_login(here: Site, why: str) -> None:
    token, other = [(await login(here))[1]["token"] for _ in range(2)]
    url = f"{here.driver.dataserver_url}/api/events?access_token="
    async with here.http.ws_connect(url + token) as mine, here.http.ws_connect(url + "viewer-token") as theirs:
        for stream in (mine, theirs):
            assert [(await stream.receive_json(timeout=5))["type"] for _ in "12"] == ["hello", "snapshot"]
        if why == "logout":
            assert (await call(here, "/api/Auth/Logout", token, "POST"))[0] == 204
        else:
            await here.clock.advance(LOGIN_LASTS_S)
        while (frame := await mine.receive_json(timeout=5))["type"] == "heartbeat":
            pass
        assert frame == {"type": "goodbye", "reason": why}
        assert (await mine.receive(5)).type is aiohttp.WSMsgType.CLOSE
        await call(here, "/api/assets/guard/commands", "operator-token", "POST", json={"command": "Mask"})
        while (frame := await theirs.receive_json(timeout=5))["type"] == "heartbeat":
            pass
        assert frame["type"] == "event"
    assert (await call(here, "/api/assets", other))[0] == (200 if why == "logout" else 401)


@pytest.mark.parametrize("why", ["logout", "expired", "access"])
async def test_the_log_stream_ends_with_its_login(tmp_path: Path, why: str) -> None:
    eve = USERS[0] | {"username": "eve", "role": "engineer"}
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, dataserver={"users": [*USERS, eve]})
        async with here.running(config):
            token = (await login(here, username="eve"))[1]["token"]
            url = f"{here.driver.debugtools_url}/api/logs/stream?text=nothing+like+it&access_token={token}"
            async with here.http.ws_connect(url) as stream:
                # The listener answers pings meanwhile: two hours of the clock take a while on a slow machine.
                heard = asyncio.ensure_future(stream.receive_json(timeout=55))
                if why == "logout":
                    assert (await call(here, "/api/Auth/Logout", token, "POST"))[0] == 204
                elif why == "expired":
                    await here.clock.advance(LOGIN_LASTS_S)
                else:
                    changed = [*USERS, eve | {"role": "operator"}]
                    await here.driver.reload(settings(here.fake, tmp_path, dataserver={"users": changed}))
                assert await heard == {"type": "goodbye", "reason": why}
                frame = await stream.receive(5)
                assert (frame.type, frame.data) == (aiohttp.WSMsgType.CLOSE, 1008)


async def test_what_is_typed_instead_of_a_user_name_is_not_logged(here: Site) -> None:
    await login(here, "ann", PASSWORD)
    url = here.driver.debugtools_url + "/api/logs?text=login_refused"
    headers = {"Authorization": "Bearer engineer-token"}
    async with here.http.get(url, headers=headers) as answer:
        (record,) = (await answer.json())["items"]
    assert PASSWORD not in str(record)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", "Basic YW5uOnJpZ2h0IGhvcnNl", "viewer-token"])
async def test_whoever_is_not_known_is_told_how_to_log_in(here: Site, header: str) -> None:
    url = here.driver.dataserver_url + "/api/assets"
    async with here.http.get(url, headers={"Authorization": header} if header else {}) as answer:
        assert (answer.status, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("name", ["dataserver_url", "debugtools_url"])
async def test_credentials_that_are_no_text_are_not_known(here: Site, name: str) -> None:
    path = "/api/info" if name == "dataserver_url" else "/api/logs"
    for method, asked in (("GET", path), ("POST", "/api/Auth/Logout")):
        answer = await raw(getattr(here.driver, name), method, asked, b"Authorization: Bearer \xff\xfe\r\n")
        assert answer.startswith(b"HTTP/1.1 401 "), answer


@pytest.mark.parametrize("header", [b"Key: \xff", b"Key: \xc3\xbc", b"Version: \xff", b"Protocol: \xff"])
async def test_a_handshake_that_is_no_text_is_refused(here: Site, header: bytes) -> None:
    lines = b"Authorization: Bearer admin-token\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-" + header
    for url, path in ((here.driver.dataserver_url, "/api/events"), (here.driver.debugtools_url, "/api/logs/stream")):
        answer = await raw(url, "GET", path, lines + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 400 "), answer


async def raw(url: str, method: str, path: str, headers: bytes) -> bytes:
    """Send a request as is and return the first line of the response."""
    reader, writer = await asyncio.open_connection(URL(url).host, URL(url).port)
    head = f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
    writer.write(head.encode() + headers + b"\r\n")
    async with asyncio.timeout(10):
        answer = await reader.readline()
    writer.close()
    return answer


def address(made: Route[Any]) -> str:
    return documented_path(made).replace("{id}", "guard").replace("{kind}", "status")


@pytest.mark.parametrize("made", ROUTES, ids=lambda made: f"{made.method} {made.path}")
async def test_each_call_needs_its_role(here: Site, made: Route[Any]) -> None:
    """With too low a role a request is refused before anything else is checked; with a sufficient one it never is."""
    await assert_needs_its_role(here, made, here.driver.dataserver_url)


@pytest.mark.parametrize("made", [*LOG_ROUTES, *INSPECT_ROUTES], ids=lambda made: f"{made.method} {made.path}")
async def test_each_call_of_the_debug_tools_needs_its_role(here: Site, made: Route[Any]) -> None:
    await assert_needs_its_role(here, made, here.driver.debugtools_url)


async def assert_needs_its_role(here: Site, made: Route[Any], url: str) -> None:
    body: dict[str, Any] = {} if made.method == "GET" else {"data": b"{}", "headers": {"Content-Type": "text/plain"}}
    path, method = address(made), made.method
    anonymous, _ = await call(here, path, method=method, url=url, **body)
    assert (anonymous == 401) is (made.role is not None)
    for role in Role:
        status, shown = await call(here, path, f"{role.value}-token", method, url=url, **body)
        allowed = made.role is None or role.covers(made.role)
        assert (status not in (401, 403)) is allowed, shown
        if not allowed:
            assert (
                shown["detail"]
                == f"this needs the role {made.role.value if made.role else ''}; {role.value} is {role.value}"
            )


async def test_a_stream_may_carry_its_token_in_the_address(here: Site) -> None:
    url = here.driver.dataserver_url + "/api/events"
    async with here.http.ws_connect(url + "?access_token=viewer-token") as stream:
        assert (await stream.receive_json(timeout=5))["type"] == "hello"
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await here.http.ws_connect(url + "?access_token=wrong")
    assert refused.value.status == 401


async def test_the_audit_names_who_it_was_and_programs_may_name_their_user(here: Site) -> None:
    body = {"command": "Cancel", "user": "mallory", "workstation": "desk-1"}
    token = (await login(here))[1]["token"]
    assert (await call(here, "/api/assets/guard/commands", token, "POST", json=body))[0] == 202
    body["user"] = "bob"
    assert (await call(here, "/api/assets/guard/commands", "operator-token", "POST", json=body))[0] == 202
    _, audit = await call(here, "/api/audit", "viewer-token")
    users = [line["User Name"] for line in audit["items"] if line["Command/Status"] == "Cancel"]
    assert users == ["bob", "ann"], "a person cannot pretend to be another"


class TestWithoutUsersAndTokens:
    """No login is required, but only programs on this machine get a response."""

    @pytest.fixture
    async def here(self, tmp_path: Path) -> AsyncIterator[Site]:
        async with site(tmp_path) as here:
            yield here

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.1:9622", "[::1]", "[::1]:9622", "LOCALHOST:1"])
    async def test_this_machine_is_answered(self, here: Site, host: str) -> None:
        assert (await call(here, "/api/assets", headers={"Host": host}))[0] == 200

    @pytest.mark.parametrize("host", ["evil.example", "evil.example:9622", "127.0.0.1.evil.example", "10.0.0.1", ""])
    async def test_other_names_are_not(self, here: Site, host: str) -> None:
        status, shown = await call(here, "/api/assets", headers={"Host": host})
        assert (status, shown["code"]) == (403, "access_denied")

    async def test_pages_of_others_are_not(self, here: Site) -> None:
        own = here.driver.dataserver_url
        assert (await call(here, "/api/assets", headers={"Origin": own}))[0] == 200
        for origin in ("https://evil.example", "http://127.0.0.1:1", "null"):
            assert (await call(here, "/api/assets", headers={"Origin": origin}))[0] == 403
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await here.http.ws_connect(own + "/api/events", headers={"Origin": origin})

    async def test_the_console_says_that_nobody_has_to_log_in(self, here: Site) -> None:
        assert (await call(here, "/api/info"))[1]["authentication"] == "none"


def test_password_hashes_are_salted_and_broken_ones_fit_nothing() -> None:
    assert hash_password("a") != hash_password("a")
    assert check_password(PASSWORD, USERS[0]["password_hash"])
    assert not check_password(PASSWORD, like(USERS[0]["password_hash"]))
    for broken in ("", "scrypt", "scrypt$x$8$1$AA==$AA==", "plain$16384$8$1$AA==$AA==", "scrypt$3$8$1$AA==$AA=="):
        assert not check_password("", broken)
