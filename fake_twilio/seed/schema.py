"""The form of a seed: which keys there are and what they may hold."""

from collections.abc import Mapping
from typing import Any

from fake_twilio.errors import GENERATIONS
from fake_twilio.model.account import AccountStatus, AccountType
from fake_twilio.model.oauth_app import MAX_LIFETIME_S, MIN_LIFETIME_S
from fake_twilio.model.webhook_setting import CONDITIONS, LONGEST_MS, LONGEST_TOTAL_MS, MOST_RETRIES, WebhookSetting
from fake_twilio.seed.models import (
    Seed,
    SeedAccount,
    SeedBin,
    SeedError,
    SeedKey,
    SeedOAuthApp,
    SeedTemplate,
)
from fake_twilio.seed.references import reference_problems
from fake_twilio.seed.senders import CHANNEL_SENDER, NUMBER, SERVICE, SHORT_CODE
from fake_twilio.seed.validators import (
    Check,
    between,
    country,
    error_codes,
    fates,
    flag,
    list_of,
    money,
    one_of,
    percent,
    phone,
    read,
    secret,
    sid,
    speed,
    table,
    text,
    whole,
)


def parse_seed(document: Mapping[str, Any], source: str = "seed") -> Seed:
    """Return the seed that a decoded document describes.

    Raises:
        SeedError: with every mistake in it.
    """
    problems: list[str] = []
    values = read(_SEED, document, "", problems)
    if not problems and not values.get("accounts"):
        problems.append("accounts: at least one account is needed")
    if not problems:
        problems.extend(reference_problems(values["accounts"]))
    if problems:
        raise SeedError(problems, source)
    return Seed(**values)


_KEY = table(SeedKey, {"sid": sid("SK"), "secret": secret, "friendly_name": text, "main": flag}, ("sid", "secret"))
_OAUTH_APP = table(
    SeedOAuthApp,
    {
        "client_id": sid("OQ"),
        "client_secret": secret,
        "friendly_name": text,
        "token_lifetime": between(MIN_LIFETIME_S, MAX_LIFETIME_S),
    },
    ("client_id", "client_secret"),
)
_BIN = table(SeedBin, {"sid": sid("EH"), "twiml": text, "friendly_name": text}, ("sid", "twiml"))
_TEMPLATE = table(SeedTemplate, {"sid": sid("HX"), "body": text}, ("sid", "body"))
_WEBHOOK_SETTING = table(
    WebhookSetting,
    {
        "connect_timeout": between(100, LONGEST_MS),
        "read_timeout": between(100, LONGEST_MS),
        "total_timeout": between(100, LONGEST_TOTAL_MS),
        "retry_count": between(0, MOST_RETRIES),
        "retry_on": list_of(one_of(*CONDITIONS)),
    },
    (),
)
_ACCOUNT = table(
    SeedAccount,
    {
        "sid": sid("AC"),
        "auth_token": secret,
        "type": one_of(*AccountType),
        "friendly_name": text,
        "status": one_of(*AccountStatus),
        "balance": money,
        "webhook_key": text,
        "webhook_secret": secret,
        "messages_per_second": speed,
        "message_redaction": flag,
        "webhook_setting": _WEBHOOK_SETTING,
        "owner": sid("AC"),
        "profile": one_of("", "free-units", "unapproved"),
        "test_credentials": flag,
        "verified": list_of(phone),
        "geo_permissions": list_of(country),
        "numbers": list_of(NUMBER),
        "short_codes": list_of(SHORT_CODE),
        "channel_senders": list_of(CHANNEL_SENDER),
        "api_keys": list_of(_KEY),
        "oauth_apps": list_of(_OAUTH_APP),
        "messaging_services": list_of(SERVICE),
        "twiml_bins": list_of(_BIN),
        "content_templates": list_of(_TEMPLATE),
    },
    ("sid", "auth_token"),
)
_SEED: dict[str, Check] = {
    "accounts": list_of(_ACCOUNT),
    "random_seed": whole,
    "wire_generation": one_of(*GENERATIONS),
    "concurrency_limit": whole,
    "daily_trial_limit": whole,
    "trial_segment_limit": whole,
    "scheduled_limit": whole,
    "filter_passcodes": flag,
    "landlines": list_of(phone),
    "unreachable": list_of(phone),
    "rcs": list_of(phone),
    "session_window": flag,
    "sandbox_members": list_of(phone),
    "record_refused_creates": flag,
    "error_messages": flag,
    "local_urls": flag,
    "fates": fates,
    "delivered_percent": percent,
    "undelivered_codes": error_codes,
}
