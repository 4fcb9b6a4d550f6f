"""Seed loading: all mistakes are reported at once, each with its path."""

from pathlib import Path
from typing import Any

import pytest

from fake_twilio.seed.loading import DEFAULT_ACCOUNT_SID, default_seed, load_seed, parse_seed
from fake_twilio.seed.models import SeedError

SID = f"AC{'1' * 32}"


def test_every_mistake_is_told_at_once() -> None:
    document: dict[str, Any] = {
        "colour": "red",
        "random_seed": -1,
        "wire_generation": "1999",
        "accounts": [
            {"sid": "AC1", "type": "Half", "balance": "much", "verified": ["nobody"], "owner": f"AC{'9' * 32}"},
            {"sid": SID, "auth_token": 7, "numbers": [{"sms_url": 1, "sms_method": "PUT"}], "api_keys": "none"},
        ],
    }
    with pytest.raises(SeedError) as mistake:
        parse_seed(document, "seed.toml")
    paths = [problem.partition(":")[0] for problem in mistake.value.problems]
    assert paths == [
        "colour",
        "accounts[0].sid",
        "accounts[0].type",
        "accounts[0].balance",
        "accounts[0].verified[0]",
        "accounts[0].auth_token",
        "accounts[1].auth_token",
        "accounts[1].numbers[0].sms_url",
        "accounts[1].numbers[0].sms_method",
        "accounts[1].numbers[0].phone_number",
        "accounts[1].api_keys",
        "random_seed",
        "wire_generation",
    ]
    assert "seed.toml" in str(mistake.value)


def test_references_that_lead_nowhere() -> None:
    account = {"sid": SID, "auth_token": "t", "owner": f"AC{'9' * 32}", "numbers": [{"phone_number": "+12015550100"}]}
    service = {"sid": f"MG{'1' * 32}", "numbers": ["+12015550101"]}
    with pytest.raises(SeedError) as mistake:
        parse_seed({"accounts": [{**account, "messaging_services": [service]}, {"sid": SID, "auth_token": "t"}]})
    assert len(mistake.value.problems) == 3


def test_senders_that_cannot_be() -> None:
    account = {
        "sid": SID,
        "auth_token": "t",
        "short_codes": [
            {"short_code": "12", "country": "usa"},
            {"short_code": 12345, "capabilities": ["voice"], "sid": "PN1"},
        ],
        "channel_senders": [{"sender": "whatsapp:nobody"}, {"sender": "rcs:an agent"}, {"callback_method": "PUT"}],
    }
    with pytest.raises(SeedError) as mistake:
        parse_seed({"accounts": [account]})
    assert [problem.partition(":")[0].removeprefix("accounts[0].") for problem in mistake.value.problems] == [
        "short_codes[0].short_code",
        "short_codes[0].country",
        "short_codes[1].short_code",
        "short_codes[1].sid",
        "short_codes[1].capabilities[0]",
        "channel_senders[0].sender",
        "channel_senders[1].sender",
        "channel_senders[2].callback_method",
        "channel_senders[2].sender",
    ]


def test_senders_are_one_accounts_only_and_in_its_own_pools() -> None:
    code = {"short_code": "12345", "sid": f"SC{'1' * 32}"}
    service = {"sid": f"MG{'1' * 32}", "short_codes": ["54321"], "channel_senders": ["rcs:agent"]}
    one = {"sid": SID, "auth_token": "t", "short_codes": [code], "messaging_services": [service]}
    other = {"sid": f"AC{'2' * 32}", "auth_token": "t", "short_codes": [code]}
    with pytest.raises(SeedError) as mistake:
        parse_seed({"accounts": [one, other]})
    assert [problem.partition(":")[0] for problem in mistake.value.problems] == [
        "accounts[0].messaging_services[0].short_codes",
        "accounts[0].messaging_services[0].channel_senders",
        "accounts[1].short_codes[0].short_code",
        "accounts[1].short_codes[0].sid",
    ]


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="cannot be read"):
        load_seed(tmp_path / "absent.toml")
    damaged = tmp_path / "damaged.toml"
    damaged.write_text("accounts = [", "utf-8")
    with pytest.raises(SeedError, match="invalid TOML"):
        load_seed(damaged)
    with pytest.raises(SeedError, match="at least one account"):
        load_seed({})


def test_a_written_seed_is_repeatable_and_the_default_is_not() -> None:
    document = {"accounts": [{"sid": SID, "auth_token": "t"}]}
    assert load_seed(document).random_seed == load_seed(document).random_seed is not None
    assert load_seed({**document, "random_seed": 5}).random_seed == 5
    assert load_seed(None).random_seed is None


def test_the_default_seed_takes_over_credentials_from_the_environment() -> None:
    (account,) = default_seed(environment={"TWILIO_ACCOUNT_SID": SID, "TWILIO_AUTH_TOKEN": "mine"}).accounts
    assert (account.sid, account.auth_token) == (SID, "mine")
    (account,) = default_seed(trial=True, environment={"TWILIO_ACCOUNT_SID": "nonsense"}).accounts
    assert (account.sid, account.type) == (DEFAULT_ACCOUNT_SID, "Trial")


@pytest.mark.parametrize("blank", ["", " ", "\n", "\t\r\n"])
def test_an_empty_secret_opens_nothing(blank: str) -> None:
    document = {
        "accounts": [
            {
                "sid": SID,
                "auth_token": blank,
                "webhook_secret": blank,
                "api_keys": [{"sid": f"SK{'1' * 32}", "secret": blank}],
            }
        ]
    }
    with pytest.raises(SeedError) as mistake:
        parse_seed(document)
    assert mistake.value.problems == [
        "accounts[0].auth_token: is empty",
        "accounts[0].webhook_secret: is empty",
        "accounts[0].api_keys[0].secret: is empty",
    ]
    environment = {"TWILIO_ACCOUNT_SID": blank, "TWILIO_AUTH_TOKEN": blank}
    assert default_seed(environment=environment) == default_seed(environment={})


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ('"shared"', "starts or ends with a quotation mark"),
        ("'shared", "starts or ends with a quotation mark"),
        ("sha\nred", "contains a line break or another invisible character"),
        ("sha\u200bred", "contains a line break or another invisible character"),
        (7, "is not a string"),
    ],
)
def test_a_secret_that_was_pasted_wrongly_is_refused_and_not_shown(secret: object, why: str) -> None:
    with pytest.raises(SeedError) as mistake:
        parse_seed({"accounts": [{"sid": SID, "auth_token": secret}]})
    assert mistake.value.problems == [f"accounts[0].auth_token: {why}"]


def test_white_space_around_a_secret_is_taken_off() -> None:
    assert parse_seed({"accounts": [{"sid": SID, "auth_token": " token\n"}]}).accounts[0].auth_token == "token"


def test_a_shared_key_needs_its_secret() -> None:
    with pytest.raises(SeedError, match="webhook_key and webhook_secret must be set together"):
        parse_seed({"accounts": [{"sid": SID, "auth_token": "token", "webhook_key": "webhooks_sharedkey_1"}]})
