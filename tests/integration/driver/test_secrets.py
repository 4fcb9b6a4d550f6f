"""Secrets appear on no surface: every field that can hold one is filled, then all output is searched."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from driver.api.openapi import documented_path
from driver.api.passwords import hash_token
from driver.app import open_driver
from driver.config.loading import load
from driver.config.models import DriverConfig
from driver.config.secrets import secrets_in
from driver.dataserver.routes import ROUTES
from driver.errors import ConfigurationError
from driver.runtime.log_topics import LogTopic
from support.commands import sms_driver
from support.driver_site import GUARD, OURS, Site, site
from support.planted import places, planted

PATHS = [path for path, _ in places()]
#: URLs that must not contain a login: they are passed on to others, or the driver logs in differently.
PLAIN = {"twilio.base_url", "failover.server_address"}
ADMIN, COOKIE, QUERY = "planted-admin-token", "planted-cookie-value", "planted-query-token"
PEM = "-----BEGIN PRIVATE KEY-----\nplanted-private-key\n-----END PRIVATE KEY-----\n"
#: Every access token of the fake begins with this: the header of a JSON Web Token.
ACCESS_TOKEN = "eyJhbGciOi"
HEADERS = {"Authorization": f"Bearer {ADMIN}", "Cookie": f"session={COOKIE}", "X-Forwarded-Authorization": COOKIE}


def test_the_fields_are_found() -> None:
    assert {
        "twilio.auth_token",
        "twilio.auth_token_secondary",
        "twilio.api_key_secret",
        "twilio.oauth_client_secret",
        "twilio.shared_key",
        "twilio.shared_key_secondary",
        "receive.public_url",
        "dataserver.users.password_hash",
        "dataserver.tokens.token_hash",
        "notify.pins.pin",
        "store.url",
        *PLAIN,
    } <= set(PATHS)


def usable() -> tuple[dict[str, Any], dict[str, str]]:
    data, secrets = planted()
    for path in PLAIN:
        section, _, key = path.partition(".")
        del data[section][key]
        del secrets[path]
    return data, secrets


def test_whoever_hides_secrets_knows_all_of_them() -> None:
    data, secrets = usable()
    assert set(secrets_in(DriverConfig.model_validate(data))) == set(secrets.values())


def test_the_configuration_does_not_show_them() -> None:
    data, secrets = usable()
    config = DriverConfig.model_validate(data)
    for shown in (config.model_dump_json(), json.dumps(config.model_dump(mode="json")), repr(config.twilio)):
        assert_hidden(shown, secrets)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("broken", ["type", "line", "quote", "key", "neighbor", "whole"])
def test_a_mistake_beside_a_secret_does_not_show_it(tmp_path: Path, path: str, broken: str) -> None:
    """The mistake is in the field itself, its name, a neighboring field, or the file as a whole."""
    data, secrets = planted()
    section, _, key = path.rpartition(".")
    table: Any = data
    for name in section.split("."):
        table = table[name][0] if isinstance(table[name], list) else table[name]
    value = table[key]
    table[key] = {"type": [value], "line": f"{value}\nx", "quote": f'"{value}"'}.get(broken, value)
    if broken == "key":
        table[f"{key}s"] = table.pop(key)
    if broken == "neighbor":
        table["nonsense"] = value
    if broken == "whole":
        data["debugtools"] = {"host": "0.0.0.0"}
        data["phones"] = [{"id": "twilio"}]
    file = tmp_path / "driver.toml"
    file.write_text("".join(_toml(data)))
    try:
        load(file, {})
    except ConfigurationError as exc:
        assert_hidden(f"{exc}{exc!r}{exc.__cause__!r}{exc.problems!r}", secrets)
    else:
        pytest.fail("it should not be usable")


def _toml(data: Mapping[str, Any], prefix: str = "") -> list[str]:
    lines = [f"{key} = {json.dumps(value)}\n" for key, value in data.items() if not _is_table(value)]
    for key, value in data.items():
        if _is_table(value):
            many = isinstance(value, list)
            head = f"[[{prefix}{key}]]\n" if many else f"[{prefix}{key}]\n"
            lines += [head, *_toml(value[0] if many else value, f"{prefix}{key}.")]
    return lines


def _is_table(value: object) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def assert_hidden(shown: str, secrets: Mapping[str, str], where: str = "") -> None:
    found = {path for path, secret in secrets.items() if secret in shown}
    assert not found, f"{where} shows the secrets of {found}: {shown[:500]}"


@asynccontextmanager
async def knowing_secrets(tmp_path: Path, login: str) -> AsyncIterator[tuple[Site, dict[str, str]]]:
    """Run a driver with every secret planted and known to Twilio; it logs in with its OAuth app or its API key."""
    data, secrets = usable()
    app = {"client_id": data["twilio"]["oauth_client_id"], "client_secret": secrets["twilio.oauth_client_secret"]}
    if login == "oauth":
        secrets["an access token"] = ACCESS_TOKEN
    else:
        del data["twilio"]["oauth_client_id"], data["twilio"]["oauth_client_secret"]
    secrets |= {"a caller's token": ADMIN, "a caller's cookie": COOKIE, "a token in an address": QUERY}
    twilio = data["twilio"]
    account = {
        "auth_token": secrets["twilio.auth_token"],
        "api_keys": [{"sid": twilio["api_key_sid"], "secret": secrets["twilio.api_key_secret"], "main": True}],
        "oauth_apps": [app],
    }
    async with site(tmp_path, start=False, account=account) as here:
        twilio |= {"account_sid": here.fake.account_sid, "base_url": here.fake.base_url}
        data["store"]["url"] = f"sqlite:///{tmp_path}/driver.db"
        data["dataserver"]["port"], data["internal"] = 0, {"debug_port": 0}
        data["log"] = {"level": "DEBUG", "bodies": True}
        data["dataserver"]["tokens"] += [
            {"name": name, "token_hash": hash_token(token), "role": "admin"}
            for name, token in (("admin", ADMIN), ("query", QUERY))
        ]
        data["phones"] = [{"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": OURS}]
        config = DriverConfig.model_validate(data)
        async with open_driver(config, clock=here.clock, session=here.http, log_to_stderr=True) as running:
            here.driver = running
            here.clock.add_idle_waiter(running.wait_idle)
            try:
                await here.clock.wait_idle()
                yield here, secrets
            finally:
                here.clock.remove_idle_waiter(running.wait_idle)


async def shown_by(here: Site, url: str, method: str, path: str, **more: Any) -> str:
    more = {"headers": HEADERS, "params": {"access_token": QUERY}} | more
    async with here.http.request(method, url + path, **more) as answer:
        return f"{answer.headers}{await answer.text()}"


@pytest.mark.parametrize("login", ["oauth", "api key"])
async def test_nothing_that_a_running_driver_says_shows_one(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], login: str
) -> None:
    async with knowing_secrets(tmp_path, login) as (here, secrets):
        await search(here, secrets)
        fetched = [exchange for exchange in here.fake.requests if exchange.operation == "oauth.token.create"]
        assert bool(fetched) == (login == "oauth"), "it was exercised"
    captured = capfd.readouterr()
    assert "webhook_refused" in captured.err
    assert_hidden(captured.out + captured.err, secrets, "stderr")


async def search(driver: Site, secrets: Mapping[str, str]) -> None:
    dataserver, debug = driver.driver.dataserver_url, driver.driver.debugtools_url
    everything = {"topics": [topic.value for topic in LogTopic], "minutes": 60}
    assert "until" in await shown_by(driver, debug, "PUT", "/api/trace", json=everything)
    await use(driver)
    await misuse(driver)
    for route in ROUTES:
        path = documented_path(route).replace("{id}", "guard").replace("{kind}", "asset")
        if path != "/api/events":
            for accept in ("application/json", "text/csv"):
                headers = {**HEADERS, "Accept": accept}
                assert_hidden(await shown_by(driver, dataserver, route.method, path, headers=headers), secrets, path)
    for path in ("/", "/docs", "/openapi.json", "/metrics", "/nothing"):
        assert_hidden(await shown_by(driver, dataserver, "GET", path), secrets, path)
    for method, path in (("GET", "/api/diagnostics"), ("GET", "/api/why/guard"), ("GET", "/api/trace")):
        assert_hidden(await shown_by(driver, debug, method, path), secrets, path)
    found = await shown_by(driver, debug, "POST", "/api/selftest")
    assert "A message comes in" in found
    assert_hidden(found, secrets, "self-test")
    for url in (dataserver + "/api/events", debug + "/api/logs/stream?since=0"):
        async with driver.http.ws_connect(url, headers=HEADERS) as stream:
            for _ in range(2):
                assert_hidden(str((await stream.receive(5)).data), secrets, url)
    logs = await shown_by(driver, debug, "GET", "/api/logs?pageSize=1000", params={})
    for expected in ("StatusCallback", "webhook_refused", "event_stream_opened", "configuration_reloaded"):
        assert expected in logs, "it was exercised"
    assert_hidden(logs, secrets, "log")


async def use(here: Site) -> None:
    body = {"command": "Send Message", "parameters": {"Message Content": "Fire"}}
    async with here.http.post(
        f"{here.driver.dataserver_url}/api/assets/guard/commands", json=body, headers=HEADERS
    ) as answer:
        assert answer.status == 202, await answer.text()
    await here.clock.wait_idle()
    await here.fake.handset(GUARD).send(OURS, "Here")
    await here.clock.advance(20)
    assert here.received() == ["Fire"]
    await here.driver.reload(here.driver.config)


async def misuse(here: Site) -> None:
    """Have Twilio refuse the login and break connections, and send requests without permission."""
    for effect in (
        {"type": "http_error", "status": 401, "code": 20003},
        {"type": "reset_before"},
        {"type": "html_error"},
        {"type": "malformed_json"},
    ):
        here.fault(effect, operation="*", times=6)
        await shown_by(
            here,
            here.driver.dataserver_url,
            "POST",
            "/api/assets/guard/commands",
            json={"command": "Send Message", "parameters": {"Message Content": "Fire"}},
        )
        await here.clock.advance(120)
        here.fake.faults.clear()
    url = f"{here.driver.webhook_url}/twilio/sms?key={QUERY}"
    async with here.http.post(url, data={"Body": "x"}, headers=HEADERS) as answer:
        assert answer.status == 403
    login = {"username": "ann", "password": ADMIN}
    await shown_by(here, here.driver.dataserver_url, "POST", "/api/Auth/Login", json=login)
    await shown_by(here, here.driver.dataserver_url, "POST", "/api/Auth/Login", json={"password": [ADMIN]})


@pytest.mark.long
@pytest.mark.parametrize(
    "proxy",
    [
        "http://ann:planted-proxy-login@127.0.0.1:1",
        pytest.param("socks5://ann:planted-proxy-login@127.0.0.1:1", marks=pytest.mark.release),
    ],
)
@pytest.mark.parametrize(
    ("arguments", "tls", "status"),
    [
        (("check",), False, 1),
        (("check", "--json"), False, 1),
        (("check", "--live"), False, 3),
        (("check", "--live", "--json"), False, 3),
        (("store", "check"), False, 3),
        (("store", "check", "--json"), False, 3),
        (("run",), False, 3),
        (("run",), True, 3),
    ],
)
async def test_no_command_shows_one(
    tmp_path: Path, arguments: tuple[str, ...], tls: bool, status: int, proxy: str
) -> None:
    """Nothing responds (no proxy, no Twilio, no database), and the certificate is invalid."""
    data, secrets = usable()
    secrets["proxy"] = "planted-proxy-login"
    data["twilio"]["base_url"] = "http://twilio.invalid"
    data["dataserver"]["port"], data["internal"] = 0, {"debug_port": 0}
    if tls:
        for name in ("tls_certificate", "tls_key"):
            (tmp_path / name).write_text(
                "-----BEGIN PRIVATE KEY-----\nplanted-private-key\n-----END PRIVATE KEY-----\n"
            )
            data["dataserver"][name] = str(tmp_path / name)
        secrets["tls_key"] = "planted-private-key"
    file = tmp_path / "driver.toml"
    file.write_text("".join(_toml(data)))
    env = dict.fromkeys(("http_proxy", "HTTP_PROXY"), proxy)
    code, out, err = await sms_driver(*arguments, "--config", file, env=env)
    shown = out + err
    assert code == status, shown
    assert shown
    assert_hidden(shown, secrets, " ".join(arguments))
    assert "Traceback" not in shown
