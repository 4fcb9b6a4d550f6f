"""Secrets in the configuration: an empty secret counts as not set, a badly pasted one is rejected with the reason."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from driver.api.passwords import hash_password, hash_token
from driver.config.dataserver import TokenConfig, UserConfig
from driver.config.loading import SECRETS, load
from driver.config.models import DriverConfig
from driver.config.secrets import passwords_in, secrets_in, without_login
from driver.errors import ConfigurationError

PASSWORD_HASH, TOKEN_HASH = hash_password("right horse"), hash_token("wiring")
ACCOUNT, KEY = "AC" + "0" * 32, "SK" + "0" * 32
GOOD = f'[twilio]\naccount_sid = "{ACCOUNT}"\n'
BLANK = ["", " ", "\n", "\r\n", "\t \n", "\N{NO-BREAK SPACE}"]


def by_toml(folder: Path, key: str, value: str) -> dict[str, str]:
    with (folder / "driver.toml").open("a", encoding="utf-8") as file:
        file.write(f"{key} = {json.dumps(value)}\n")
    return {}


def by_variable(_folder: Path, key: str, value: str) -> dict[str, str]:
    return {f"SMS_DRIVER__TWILIO__{key.upper()}": value}


def by_file(folder: Path, key: str, value: str) -> dict[str, str]:
    (folder / key).write_text(value, encoding="utf-8")
    return {f"SMS_DRIVER__TWILIO__{key.upper()}_FILE": key}


ways = pytest.mark.parametrize("give", [by_toml, by_variable, by_file])
Give = Callable[[Path, str, str], dict[str, str]]


def loaded(folder: Path, env: dict[str, str]) -> DriverConfig:
    return load(folder / "driver.toml", env)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "driver.toml").write_text(GOOD)
    return tmp_path


@ways
@pytest.mark.parametrize("blank", BLANK)
class TestAnEmptySecretIsNone:
    def test_a_second_token_does_not_exist(self, folder: Path, give: Give, blank: str) -> None:
        by_toml(folder, "auth_token", "first")
        assert loaded(folder, give(folder, "auth_token_secondary", blank)).twilio.auth_token_secondary is None

    def test_the_only_token_is_missing(self, folder: Path, give: Give, blank: str) -> None:
        with pytest.raises(ConfigurationError, match=r"twilio: expected auth_token"):
            loaded(folder, give(folder, "auth_token", blank))

    def test_a_key_needs_its_secret(self, folder: Path, give: Give, blank: str) -> None:
        by_toml(folder, "api_key_sid", KEY)
        with pytest.raises(ConfigurationError, match="must be set together"):
            loaded(folder, give(folder, "api_key_secret", blank))


@pytest.mark.parametrize("blank", BLANK)
def test_a_variable_that_is_not_set_leaves_the_file_alone(folder: Path, blank: str) -> None:
    by_toml(folder, "auth_token", "first")
    env = {"SMS_DRIVER__TWILIO__AUTH_TOKEN": blank, "SMS_DRIVER__TWILIO__AUTH_TOKEN_FILE": blank}
    token = loaded(folder, env | {"SMS_DRIVER__STORE__URL": blank}).twilio.auth_token
    assert token is not None
    assert token.get_secret_value() == "first"


@ways
def test_what_surrounds_a_secret_is_taken_off(folder: Path, give: Give) -> None:
    token = loaded(folder, give(folder, "auth_token", "\r\n first \n\n")).twilio.auth_token
    assert token is not None
    assert token.get_secret_value() == "first"


@ways
@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('"first"', "quotation mark"),
        ("'first", "quotation mark"),
        ("first”\n", "quotation mark"),
        ("first\nsecond\n", "line break"),
        ("first\rsecond", "line break"),
        ("fi\N{ZERO WIDTH SPACE}rst", "invisible character"),
        ("fi\x1brst", "invisible character"),
    ],
)
def test_what_was_pasted_wrongly_is_refused(folder: Path, give: Give, value: str, why: str) -> None:
    env = give(folder, "auth_token", value)
    with pytest.raises(ConfigurationError, match=rf"twilio\.auth_token = \(not shown\): .*{why}") as refused:
        loaded(folder, env)
    assert "first" not in str(refused.value)


@pytest.mark.parametrize("blank", BLANK)
@pytest.mark.parametrize(
    ("shape", "key", "more"),
    [(UserConfig, "password_hash", {"username": "ann"}), (TokenConfig, "token_hash", {"name": "grafana"})],
)
def test_a_login_needs_its_hash(shape: type[Any], key: str, more: dict[str, str], blank: str) -> None:
    with pytest.raises(ValueError, match="it must not be empty"):
        shape.model_validate({key: blank, "role": "admin", **more})


def test_a_hash_that_was_printed_is_taken() -> None:
    user = UserConfig(username="ann", password_hash=f" {hash_password('right horse')}\n", role="admin")
    assert user.password_hash.get_secret_value().startswith("scrypt$16384$8$1$")
    token = TokenConfig(name="grafana", token_hash=TOKEN_HASH, role="viewer")
    assert token.token_hash.get_secret_value() == TOKEN_HASH


@pytest.mark.parametrize(
    "value",
    [
        "right horse",
        "$2b$12$" + "x" * 53,
        PASSWORD_HASH[:-3],
        PASSWORD_HASH.replace("scrypt", "argon2"),
        PASSWORD_HASH.replace("$16384$", "$16383$"),
        PASSWORD_HASH.replace("$16384$", "$0$"),
        PASSWORD_HASH.replace("$16384$", f"${2**26}$"),
        PASSWORD_HASH.replace("$8$1$", "$0$1$"),
        PASSWORD_HASH + "$",
    ],
)
def test_a_hash_that_no_password_fits_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"not a password hash; expected the output of `sms-driver access user NAME`"):
        UserConfig(username="ann", password_hash=value, role="admin")


@pytest.mark.parametrize("value", ["wiring", "sha256$é", TOKEN_HASH[:-1], TOKEN_HASH.upper(), "sha512$" + "0" * 128])
def test_a_hash_that_no_token_fits_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"not a token hash; expected the output of `sms-driver access token NAME`"):
        TokenConfig(name="grafana", token_hash=value, role="viewer")


@pytest.mark.parametrize("url", ["postgresql://driver:@db/sms", "postgresql://driver@db/sms?password="])
def test_an_empty_database_password_is_refused(folder: Path, url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"store\.url = \(not shown\): the password in the URL is empty"):
        loaded(folder, {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "first", "SMS_DRIVER__STORE__URL": url})


@pytest.mark.parametrize("name", ["sslmode", "sslrootcert", "x"])
def test_an_unknown_parameter_of_a_database_is_refused(folder: Path, name: str) -> None:
    url = f"postgresql://ann:hush@db/sms?ssl=require&{name}=verify-full"
    with pytest.raises(ConfigurationError, match=f"unknown parameter {name!r} in the URL; known: ssl, ") as refused:
        loaded(folder, {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "first", "SMS_DRIVER__STORE__URL": url})
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("rest", ["h:x/sms", "h:", "ann:hunter2@h:x", "ann:hun@ter2:5@h/sms", "a@h:5432x?a=b"])
def test_a_database_port_that_is_none_is_refused(folder: Path, rest: str) -> None:
    env = {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "first", "SMS_DRIVER__STORE__URL": f"postgresql://{rest}"}
    with pytest.raises(
        ConfigurationError, match=r"store\.url = \(not shown\): the port in the URL is not a number"
    ) as refused:
        loaded(folder, env)
    assert "hun" not in str(refused.value)


@pytest.mark.parametrize(
    "rest", ["/sms", "h", "h:5432", "h:5432/sms", "ann:p/w@h:5432/sms?ssl=x", "ann@[::1]:5432/sms", "[::1]/sms"]
)
def test_a_database_with_or_without_a_port_is_taken(folder: Path, rest: str) -> None:
    env = {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "first", "SMS_DRIVER__STORE__URL": f"postgresql://{rest}"}
    assert loaded(folder, env).store.url == f"postgresql://{rest}"


def test_a_certificate_without_a_name_is_none(folder: Path) -> None:
    env = {f"SMS_DRIVER__DATASERVER__TLS_{part}": "" for part in ("KEY", "CERTIFICATE")}
    server = loaded(folder, env | {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "first"}).dataserver
    assert (server.tls_key, server.tls_certificate) == (None, None)


def test_each_secret_of_a_section_can_be_given_as_a_file() -> None:
    assert SECRETS["twilio"] == (
        "auth_token",
        "auth_token_secondary",
        "api_key_secret",
        "oauth_client_secret",
        "shared_key",
        "shared_key_secondary",
    )
    assert SECRETS["store"] == ("url",)


@pytest.mark.parametrize(
    ("address", "hidden", "shown"),
    [
        ("https://host/x@y", [], "https://host/x@y"),
        ("https://token@host", ["token"], "https://**********@host"),
        ("https://ann:pass@host", ["pass"], "https://ann:**********@host"),
        ("postgresql://ann:p%2Fs@s@host", ["p%2Fs@s", "p/s@s"], "postgresql://ann:**********@host"),
        ("postgresql://ann:a/b#c@host/db", ["a/b#c"], "postgresql://ann:**********@host/db"),
        ("postgresql://ann@host/db?password=hush&x=1", ["hush"], "postgresql://ann@host/db?password=**********&x=1"),
    ],
)
def test_the_login_in_an_address_is_a_secret(address: str, hidden: list[str], shown: str) -> None:
    assert sorted(passwords_in(address)) == sorted(hidden)
    assert without_login(address) == shown
    assert not any(secret in without_login(address) for secret in hidden)


def test_secrets_are_found_wherever_they_stand() -> None:
    config = DriverConfig.model_validate(
        {
            "twilio": {"account_sid": ACCOUNT, "auth_token": "first"},
            "receive": {"public_url": "https://ann:second@host"},
            "dataserver": {"tokens": [{"name": "grafana", "token_hash": TOKEN_HASH, "role": "viewer"}]},
            "store": {"url": "postgresql://driver:fourth@db/sms"},
        }
    )
    assert set(secrets_in(config)) == {"first", "second", TOKEN_HASH, "fourth"}


def test_a_password_in_an_address_without_a_login_is_found_too() -> None:
    config = DriverConfig.model_validate({"twilio": {"account_sid": ACCOUNT, "auth_token": "first"}})
    url = "postgresql:///sms?host=/run/postgresql&password=second"
    store = config.store.model_copy(update={"url": url})
    assert set(secrets_in(config.model_copy(update={"store": store}))) == {"first", "second"}
