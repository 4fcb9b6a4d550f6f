"""The form of a seed: which keys there are and what they may hold, and what must fit together in the whole."""

from collections.abc import Iterator, Mapping
from typing import Any

from fake_twilio.config.checks import (
    Check,
    between,
    channel_address,
    country,
    flag,
    list_of,
    money,
    one_of,
    phone,
    read,
    short_code,
    sid,
    speed,
    table,
    text,
    whole,
)
from fake_twilio.config.seed import (
    Seed,
    SeedAccount,
    SeedBin,
    SeedChannelSender,
    SeedError,
    SeedKey,
    SeedNumber,
    SeedService,
    SeedShortCode,
    SeedTemplate,
)
from fake_twilio.errors import GENERATIONS
from fake_twilio.model.account import AccountStatus, AccountType
from fake_twilio.model.number import ORIGINS, PENDING, REGISTERED, UNREGISTERED
from fake_twilio.model.webhook_setting import CONDITIONS, LONGEST_MS, LONGEST_TOTAL_MS, MOST_RETRIES, WebhookSetting


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
        problems.extend(_collisions(values["accounts"]))
    if problems:
        raise SeedError(problems, source)
    return Seed(**values)


def _collisions(accounts: tuple[SeedAccount, ...]) -> list[str]:
    """Name every SID and number that is used twice, and every reference that leads nowhere."""
    seen: dict[str, str] = {}
    problems = []
    known = {account.sid for account in accounts}
    for index, account in enumerate(accounts):
        for path, value in _names(account, f"accounts[{index}]"):
            if value in seen:
                problems.append(f"{path}: {value!r} is already used at {seen[value]}")
            seen[value] = path
        if account.owner and account.owner not in known:
            problems.append(f"accounts[{index}].owner: {account.owner!r} is not the sid of an account of this seed")
        problems += _strangers(account, index)
    return problems


def _names(account: SeedAccount, path: str) -> Iterator[tuple[str, str]]:
    """Yield every SID and every address of an account that must be nobody else's, each with its path."""
    yield f"{path}.sid", account.sid
    for list_name, names in _UNIQUE.items():
        for n, row in enumerate(getattr(account, list_name)):
            for name in names:
                value = getattr(row, name)
                if value:
                    yield f"{path}.{list_name}[{n}].{name}", value


def _strangers(account: SeedAccount, index: int) -> list[str]:
    """Name every sender in a service's pool that the account does not own."""
    own = {
        "numbers": ("number", {row.phone_number for row in account.numbers}),
        "short_codes": ("short code", {row.short_code for row in account.short_codes}),
        "channel_senders": ("channel sender", {row.sender for row in account.channel_senders}),
    }
    return [
        f"accounts[{index}].messaging_services[{n}].{pool}: {sender!r} is not a {kind} of this account"
        for n, service in enumerate(account.messaging_services)
        for pool, (kind, owned) in own.items()
        for sender in getattr(service, pool)
        if sender not in owned
    ]


_UNIQUE = {
    "numbers": ("phone_number", "sid"),
    "short_codes": ("short_code", "sid"),
    "channel_senders": ("sender", "sid"),
    "api_keys": ("sid",),
    "messaging_services": ("sid",),
    "twiml_bins": ("sid",),
}
"""What no two rows of a seed may share, whosever they are."""

_METHOD = one_of("POST", "GET")
_KEY = table(SeedKey, {"sid": sid("SK"), "secret": text, "friendly_name": text, "main": flag}, ("sid", "secret"))
_NUMBER = table(
    SeedNumber,
    {
        "phone_number": phone,
        "sid": sid("PN"),
        "friendly_name": text,
        "sms_url": text,
        "sms_method": _METHOD,
        "sms_fallback_url": text,
        "sms_fallback_method": _METHOD,
        "sms_application_sid": sid("AP"),
        "capabilities": list_of(one_of("voice", "sms", "mms", "fax")),
        "messages_per_second": speed,
        "registration": one_of(REGISTERED, PENDING, UNREGISTERED),
        "beta": flag,
        "origin": one_of(*ORIGINS),
    },
    ("phone_number",),
)
_SHORT_CODE = table(
    SeedShortCode,
    {
        "short_code": short_code,
        "sid": sid("SC"),
        "friendly_name": text,
        "country": country,
        "sms_url": text,
        "sms_method": _METHOD,
        "sms_fallback_url": text,
        "sms_fallback_method": _METHOD,
        "capabilities": list_of(one_of("sms", "mms")),
    },
    ("short_code",),
)
_CHANNEL_SENDER = table(
    SeedChannelSender,
    {
        "sender": channel_address,
        "sid": sid("XE"),
        "callback_url": text,
        "callback_method": _METHOD,
        "fallback_url": text,
        "fallback_method": _METHOD,
        "status_callback_url": text,
    },
    ("sender",),
)
_SERVICE = table(
    SeedService,
    {
        "sid": sid("MG"),
        "friendly_name": text,
        "numbers": list_of(phone),
        "short_codes": list_of(short_code),
        "channel_senders": list_of(channel_address),
        "inbound_request_url": text,
        "inbound_method": _METHOD,
        "fallback_url": text,
        "fallback_method": _METHOD,
        "status_callback": text,
        "sticky_sender": flag,
        "area_code_geomatch": flag,
        "smart_encoding": flag,
        "mms_converter": flag,
        "use_inbound_webhook_on_number": flag,
        "advanced_opt_out": flag,
        "validity_period": whole,
    },
    ("sid",),
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
        "auth_token": text,
        "type": one_of(*AccountType),
        "friendly_name": text,
        "status": one_of(*AccountStatus),
        "balance": money,
        "webhook_key": text,
        "webhook_secret": text,
        "messages_per_second": speed,
        "message_redaction": flag,
        "webhook_setting": _WEBHOOK_SETTING,
        "owner": sid("AC"),
        "profile": one_of("", "free-units"),
        "test_credentials": flag,
        "verified": list_of(phone),
        "geo_permissions": list_of(country),
        "numbers": list_of(_NUMBER),
        "short_codes": list_of(_SHORT_CODE),
        "channel_senders": list_of(_CHANNEL_SENDER),
        "api_keys": list_of(_KEY),
        "messaging_services": list_of(_SERVICE),
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
}
