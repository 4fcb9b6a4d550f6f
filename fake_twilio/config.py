"""What a fake begins with: accounts, numbers, verified callers, keys, services.

Read from TOML or a mapping, every mistake told at once.
"""

import hashlib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from fake_twilio.errors import GENERATIONS
from fake_twilio.model.account import AccountStatus, AccountType
from fake_twilio.model.phone import e164

DEFAULT_ACCOUNT_SID = "AC" + "0123456789abcdef" * 2
DEFAULT_AUTH_TOKEN = "fake0auth0token0for0local0tests0"  # noqa: S105 - documented, and opens nothing but the fake
DEFAULT_NUMBER = "+12015550100"
DEFAULT_VERIFIED = "+12015550101"


class SeedError(ValueError):
    """The seed cannot be used.

    `problems` holds one line for each mistake, with its path, its value and what is expected.
    """

    def __init__(self, problems: list[str], source: str = "seed") -> None:
        super().__init__(f"{source}: " + "; ".join(problems))
        self.problems = problems
        self.source = source


@dataclass(frozen=True, slots=True)
class SeedKey:
    """An API key of an account."""

    sid: str
    secret: str
    friendly_name: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class SeedNumber:
    """A number of an account, with what it does when a text comes in."""

    phone_number: str
    sid: str = ""
    friendly_name: str = ""
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    capabilities: tuple[str, ...] = ("voice", "sms", "mms")


@dataclass(frozen=True, slots=True)
class SeedService:
    """A messaging service of an account and the numbers in its pool."""

    sid: str
    friendly_name: str = ""
    numbers: tuple[str, ...] = ()
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    sticky_sender: bool = True
    area_code_geomatch: bool = True
    smart_encoding: bool = True
    use_inbound_webhook_on_number: bool = False
    validity_period: int = 36_000


@dataclass(frozen=True, slots=True)
class SeedBin:
    """A TwiML Bin: a document served at `https://handler.twilio.com/twiml/<sid>`."""

    sid: str
    twiml: str
    friendly_name: str = ""


@dataclass(frozen=True, slots=True)
class SeedTemplate:
    """A content template, sent by its SID: a text in which `{{1}}` stands for a variable."""

    sid: str
    body: str


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """An account and what belongs to it.

    With a `balance` the account's money can run out; without one it is topped up by itself, so that no load test ends
    in a refusal that it did not ask for. With `webhook_key` and `webhook_secret` its webhooks are signed with that
    shared key, by SHA-256.
    """

    sid: str
    auth_token: str
    type: str = AccountType.FULL
    friendly_name: str = ""
    status: str = AccountStatus.ACTIVE
    balance: str = ""
    webhook_key: str = ""
    webhook_secret: str = ""
    owner: str = ""
    profile: str = ""
    test_credentials: bool = False
    verified: tuple[str, ...] = ()
    geo_permissions: tuple[str, ...] = ("US", "CA")
    numbers: tuple[SeedNumber, ...] = ()
    api_keys: tuple[SeedKey, ...] = ()
    messaging_services: tuple[SeedService, ...] = ()
    twiml_bins: tuple[SeedBin, ...] = ()
    content_templates: tuple[SeedTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """Everything that a fake begins with and goes back to on reset.

    `random_seed` makes SIDs repeatable; without it every run makes others, so that programs which remember SIDs are
    not misled. `concurrency_limit` is the number of simultaneous requests an account may have before it reads 429 /
    20429. `landlines` are telephones that cannot be texted, `unreachable` those to which no route leads.
    """

    accounts: tuple[SeedAccount, ...]
    random_seed: int | None = None
    wire_generation: str = GENERATIONS[0]
    concurrency_limit: int = 0
    daily_trial_limit: int = 0
    trial_segment_limit: int = 0
    landlines: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()


def default_seed(*, trial: bool = False, environment: Mapping[str, str] | None = None) -> Seed:
    """Return the seed used when none is given: one account, one number, one verified caller.

    SID and token come from `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN` where they are set and well formed, so that a
    program configured for the real Twilio finds its own account.
    """
    environment = os.environ if environment is None else environment
    sid = environment.get("TWILIO_ACCOUNT_SID", "")
    return Seed(
        accounts=(
            SeedAccount(
                sid=sid if _SID["AC"].fullmatch(sid) else DEFAULT_ACCOUNT_SID,
                auth_token=environment.get("TWILIO_AUTH_TOKEN") or DEFAULT_AUTH_TOKEN,
                type=AccountType.TRIAL if trial else AccountType.FULL,
                friendly_name="Fake account",
                verified=(DEFAULT_VERIFIED,),
                numbers=(SeedNumber(DEFAULT_NUMBER),),
            ),
        )
    )


def load_seed(source: "Seed | Mapping[str, Any] | str | os.PathLike[str] | None", *, trial: bool = False) -> Seed:
    """Return a seed from a file, a mapping, a ready seed, or the default one.

    `trial` makes every account that is not a subaccount a trial account.

    Raises:
        SeedError: with every mistake in it, when the file is missing, is not TOML, or says something that is not
        understood.
    """
    if source is None:
        return default_seed(trial=trial)
    if isinstance(source, Seed):
        seed = source
    elif isinstance(source, Mapping):
        seed = _repeatable(parse_seed(source))
    else:
        path = Path(source)
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise SeedError([f"cannot be read: {error.strerror}"], str(path)) from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise SeedError([f"is not TOML: {error}"], str(path)) from None
        seed = _repeatable(parse_seed(document, str(path)))
    if trial:
        seed = replace(seed, accounts=tuple(replace(account, type=AccountType.TRIAL) for account in seed.accounts))
    return seed


def _repeatable(seed: Seed) -> Seed:
    """Give a seed that somebody wrote a random seed of its own, so that the same seed always makes the same SIDs."""
    if seed.random_seed is not None:
        return seed
    return replace(seed, random_seed=int.from_bytes(hashlib.sha256(repr(seed).encode()).digest()[:8], "big"))


def parse_seed(document: Mapping[str, Any], source: str = "seed") -> Seed:
    """Return the seed that a decoded document describes.

    Raises:
        SeedError: with every mistake in it.
    """
    problems: list[str] = []
    values = _read(_SEED, document, "", problems)
    if not problems and not values.get("accounts"):
        problems.append("accounts: at least one account is needed")
    if not problems:
        problems.extend(_collisions(values["accounts"]))
    if problems:
        raise SeedError(problems, source)
    return Seed(**values)


_SID = {prefix: re.compile(prefix + "[0-9a-fA-F]{32}") for prefix in ("AC", "PN", "SK", "MG", "AP", "EH", "HX")}

Check = Callable[[Any, str, list[str]], Any]
"""Takes a value, its path and the list of problems; returns the value to keep."""


def _text(value: Any, path: str, problems: list[str]) -> str:
    if isinstance(value, str):
        return value
    problems.append(f"{path}: {value!r} is not a text")
    return ""


def _flag(value: Any, path: str, problems: list[str]) -> bool:
    if isinstance(value, bool):
        return value
    problems.append(f"{path}: {value!r} is neither true nor false")
    return False


def _whole(value: Any, path: str, problems: list[str]) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    problems.append(f"{path}: {value!r} is not a whole number of zero or more")
    return 0


def _money(value: Any, path: str, problems: list[str]) -> str:
    try:
        if isinstance(value, (str, int, float)) and not isinstance(value, bool) and Decimal(str(value)).is_finite():
            return str(value)
    except InvalidOperation:
        pass
    problems.append(f"{path}: {value!r} is not an amount such as '15.50'")
    return "0"


def _phone(value: Any, path: str, problems: list[str]) -> str:
    number = e164(value) if isinstance(value, str) else None
    if number is None:
        problems.append(f"{path}: {value!r} is not a phone number such as '+12015550100'")
    return number or ""


def _sid(prefix: str) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> str:
        if isinstance(value, str) and _SID[prefix].fullmatch(value):
            return value
        problems.append(f"{path}: {value!r} is not {prefix} followed by 32 hexadecimal digits")
        return ""

    return check


def _one_of(*choices: str) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> str:
        if value in choices:
            return str(value)
        problems.append(f"{path}: {value!r} is not one of {', '.join(choices)}")
        return choices[0]

    return check


def _list(item: Check) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> tuple[Any, ...]:
        if isinstance(value, (list, tuple)):
            return tuple(item(entry, f"{path}[{index}]", problems) for index, entry in enumerate(value))
        problems.append(f"{path}: {value!r} is not a list")
        return ()

    return check


def _table(build: Callable[..., Any], shape: dict[str, Check], required: tuple[str, ...]) -> Check:
    def check(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, Mapping):
            problems.append(f"{path}: {value!r} is not a table")
            return None
        before = len(problems)
        values = _read(shape, value, f"{path}.", problems)
        problems.extend(f"{path}.{name}: is missing" for name in required if name not in value)
        return build(**values) if len(problems) == before else None

    return check


def _read(shape: dict[str, Check], document: Mapping[str, Any], prefix: str, problems: list[str]) -> dict[str, Any]:
    known = ", ".join(sorted(shape))
    problems.extend(f"{prefix}{name}: is not known here; known are {known}" for name in document if name not in shape)
    return {
        name: check(document[name], f"{prefix}{name}", problems) for name, check in shape.items() if name in document
    }


def _collisions(accounts: tuple[SeedAccount, ...]) -> list[str]:
    """Name every SID and number that is used twice, and every reference that leads nowhere."""
    seen: dict[str, str] = {}
    problems = []
    known = {account.sid for account in accounts}
    for index, account in enumerate(accounts):
        used = [(f"accounts[{index}].sid", account.sid)]
        used += [
            (f"accounts[{index}].numbers[{n}].phone_number", row.phone_number) for n, row in enumerate(account.numbers)
        ]
        used += [(f"accounts[{index}].api_keys[{n}].sid", key.sid) for n, key in enumerate(account.api_keys)]
        used += [
            (f"accounts[{index}].messaging_services[{n}].sid", row.sid)
            for n, row in enumerate(account.messaging_services)
        ]
        problems += [f"{path}: {value!r} is already used at {seen[value]}" for path, value in used if value in seen]
        seen.update((value, path) for path, value in used)
        if account.owner and account.owner not in known:
            problems.append(f"accounts[{index}].owner: {account.owner!r} is not the sid of an account of this seed")
        own = {row.phone_number for row in account.numbers}
        problems += [
            f"accounts[{index}].messaging_services[{n}].numbers: {number!r} is not a number of this account"
            for n, service in enumerate(account.messaging_services)
            for number in service.numbers
            if number not in own
        ]
    return problems


_METHOD = _one_of("POST", "GET")
_KEY = _table(SeedKey, {"sid": _sid("SK"), "secret": _text, "friendly_name": _text, "main": _flag}, ("sid", "secret"))
_NUMBER = _table(
    SeedNumber,
    {
        "phone_number": _phone,
        "sid": _sid("PN"),
        "friendly_name": _text,
        "sms_url": _text,
        "sms_method": _METHOD,
        "sms_fallback_url": _text,
        "sms_fallback_method": _METHOD,
        "sms_application_sid": _sid("AP"),
        "capabilities": _list(_one_of("voice", "sms", "mms", "fax")),
    },
    ("phone_number",),
)
_SERVICE = _table(
    SeedService,
    {
        "sid": _sid("MG"),
        "friendly_name": _text,
        "numbers": _list(_phone),
        "inbound_request_url": _text,
        "inbound_method": _METHOD,
        "fallback_url": _text,
        "fallback_method": _METHOD,
        "status_callback": _text,
        "sticky_sender": _flag,
        "area_code_geomatch": _flag,
        "smart_encoding": _flag,
        "use_inbound_webhook_on_number": _flag,
        "validity_period": _whole,
    },
    ("sid",),
)
_BIN = _table(SeedBin, {"sid": _sid("EH"), "twiml": _text, "friendly_name": _text}, ("sid", "twiml"))
_TEMPLATE = _table(SeedTemplate, {"sid": _sid("HX"), "body": _text}, ("sid", "body"))
_ACCOUNT = _table(
    SeedAccount,
    {
        "sid": _sid("AC"),
        "auth_token": _text,
        "type": _one_of(*AccountType),
        "friendly_name": _text,
        "status": _one_of(*AccountStatus),
        "balance": _money,
        "webhook_key": _text,
        "webhook_secret": _text,
        "owner": _sid("AC"),
        "profile": _one_of("", "free-units"),
        "test_credentials": _flag,
        "verified": _list(_phone),
        "geo_permissions": _list(_text),
        "numbers": _list(_NUMBER),
        "api_keys": _list(_KEY),
        "messaging_services": _list(_SERVICE),
        "twiml_bins": _list(_BIN),
        "content_templates": _list(_TEMPLATE),
    },
    ("sid", "auth_token"),
)
_SEED: dict[str, Check] = {
    "accounts": _list(_ACCOUNT),
    "random_seed": _whole,
    "wire_generation": _one_of(*GENERATIONS),
    "concurrency_limit": _whole,
    "daily_trial_limit": _whole,
    "trial_segment_limit": _whole,
    "landlines": _list(_phone),
    "unreachable": _list(_phone),
}
