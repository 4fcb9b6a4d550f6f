"""Validators for the values of a seed: each checks one value and reports what is wrong with it, and where."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from fake_twilio.errors import CATALOGUE
from fake_twilio.ids import is_sid
from fake_twilio.model.addresses import channel_sender, e164, is_short_code

Check = Callable[[Any, str, list[str]], Any]
"""Takes a value, its path and the list of problems; returns the value to store (any value if there is a problem)."""


def converted(convert: Callable[[Any], Any], mistake: str) -> Check:
    """Return a check that stores ``convert(value)``; None means a ``mistake``, such as ``is not a string``."""

    def check(value: Any, path: str, problems: list[str]) -> Any:
        kept = convert(value)
        if kept is None:
            problems.append(f"{path}: {value!r} {mistake}")
        return kept

    return check


def checked(fits: Callable[[Any], bool], mistake: str) -> Check:
    """Return a check that stores a value unchanged if it is valid."""
    return converted(lambda value: value if fits(value) else None, mistake)


def secret(value: Any, path: str, problems: list[str]) -> str:
    """Check a secret and strip the white space around it; problems are reported without showing it."""
    kept = value.strip() if isinstance(value, str) else ""
    if not isinstance(value, str):
        problems.append(f"{path}: is not a string")
    elif not kept:
        problems.append(f"{path}: is empty")
    elif kept[0] in "\"'" or kept[-1] in "\"'":
        problems.append(f"{path}: starts or ends with a quotation mark")
    elif not kept.isprintable():
        problems.append(f"{path}: contains a line break or another invisible character")
    return kept


def between(lowest: int, highest: int) -> Check:
    """Return a check for a whole number within a range."""
    return checked(
        lambda value: _is_whole(value) and lowest <= value <= highest,
        f"is not a whole number from {lowest} to {highest}",
    )


def sid(prefix: str) -> Check:
    """Return a check for a SID of one kind."""
    return checked(
        lambda value: isinstance(value, str) and is_sid(prefix, value),
        f"is not {prefix} followed by 32 hexadecimal digits",
    )


def one_of(*choices: str) -> Check:
    """Return a check for one of several strings."""
    return converted(lambda value: str(value) if value in choices else None, f"is not one of {', '.join(choices)}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _amount(value: Any) -> str | None:
    try:
        return str(value) if (isinstance(value, str) or _is_number(value)) and Decimal(str(value)).is_finite() else None
    except InvalidOperation:
        return None


def _is_country(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 2 and value.isascii() and value.isalpha() and value.isupper()


text = checked(lambda value: isinstance(value, str), "is not a string")
flag = checked(lambda value: isinstance(value, bool), "is neither true nor false")
whole = checked(lambda value: _is_whole(value) and value >= 0, "is not a whole number of zero or more")
speed = converted(
    lambda value: float(value) if _is_number(value) and 0 <= value < float("inf") else None,
    "is not a number of zero or more",
)
"""Checks a number such as messages per second."""

percent = converted(
    lambda value: float(value) if _is_number(value) and 0 <= value <= 100 else None, "is not a number from 0 to 100"
)
money = converted(_amount, "is not an amount such as '15.50'")
"""Checks an amount, stored as a string."""

phone = converted(
    lambda value: e164(value) if isinstance(value, str) else None, "is not a phone number such as '+12015550100'"
)
"""Checks a phone number, stored in E.164 form."""

country = checked(_is_country, "is not a country such as 'US'")
"""Checks a country, given as the two capital letters of ISO 3166."""

short_code = checked(
    lambda value: isinstance(value, str) and is_short_code(value), "is not a short code such as '12345'"
)
channel_address = converted(
    lambda value: channel_sender(value) if isinstance(value, str) else None,
    "is not an address such as 'whatsapp:+12015550100' or 'rcs:agent'",
)
"""Checks the address of a sender on a channel other than SMS."""


def list_of(item: Check) -> Check:
    """Return a check for a list whose items each pass a check."""

    def check(value: Any, path: str, problems: list[str]) -> tuple[Any, ...]:
        if isinstance(value, (list, tuple)):
            return tuple(item(entry, f"{path}[{index}]", problems) for index, entry in enumerate(value))
        problems.append(f"{path}: {value!r} is not a list")
        return ()

    return check


def error_codes(value: Any, path: str, problems: list[str]) -> tuple[int, ...]:
    """Check a list of Twilio error codes, at least one."""
    mistake = "is not an error code that a message can end with, such as 30003"
    codes: tuple[int, ...] = list_of(checked(_ends_messages, mistake))(value, path, problems)
    if value in ([], ()):
        problems.append(f"{path}: {value!r} contains no error code, such as 30003")
    return codes


def _ends_messages(code: Any) -> bool:
    """Return whether messages can end with this error code; others refuse requests."""
    entry = CATALOGUE.get(code) if isinstance(code, int) else None
    return entry is not None and entry.ends_messages


def fates(value: Any, path: str, problems: list[str]) -> dict[str, int]:
    """Check a table of phones and the error codes that their messages end with; 0 means delivery."""
    if not isinstance(value, Mapping):
        problems.append(f'{path}: {value!r} is not a table such as {{"+12015550666" = 30003}}')
        return {}
    kept = {}
    for number, code in value.items():
        kept[phone(number, f"{path}.{number}", problems)] = code
        if code is False or (code != 0 and not _ends_messages(code)):
            problems.append(f"{path}.{number}: {code!r} is neither an error code that a message can end with nor 0")
    return kept


def table(build: Callable[..., Any], shape: dict[str, Check], required: tuple[str, ...]) -> Check:
    """Return a check for a table, which is passed to ``build`` if it is valid."""

    def check(value: Any, path: str, problems: list[str]) -> Any:
        if not isinstance(value, Mapping):
            problems.append(f"{path}: {value!r} is not a table")
            return None
        before = len(problems)
        values = read(shape, value, f"{path}.", problems=problems)
        problems.extend(f"{path}.{name}: is missing" for name in required if name not in value)
        return build(**values) if len(problems) == before else None

    return check


def rows(kind: type[Any]) -> Check:
    """Return a check for a list of tables, stored as rows of a dataclass whose annotations carry the checks."""
    return list_of(table(kind, shape_of(kind), tuple(row.name for row in fields(kind) if _required(row))))


def shape_of(kind: type[Any]) -> dict[str, Check]:
    """Return the checks of a dataclass's fields, by name."""
    return {row.name: row.type.__metadata__[0] for row in fields(kind)}  # type: ignore[union-attr] # all are ``Annotated``


def _required(row: Field[Any]) -> bool:
    return row.default is MISSING and row.default_factory is MISSING


def read(shape: dict[str, Check], document: Mapping[str, Any], prefix: str, *, problems: list[str]) -> dict[str, Any]:
    """Return the checked values of a table; an unknown key is a problem too."""
    known = ", ".join(sorted(shape))
    problems.extend(f"{prefix}{name}: unknown key; known keys: {known}" for name in document if name not in shape)
    return {
        name: check(document[name], f"{prefix}{name}", problems) for name, check in shape.items() if name in document
    }


Text = Annotated[str, text]
Secret = Annotated[str, secret]
Flag = Annotated[bool, flag]
Whole = Annotated[int, whole]
Speed = Annotated[float, speed]
Phones = Annotated[tuple[str, ...], list_of(phone)]
Method = Annotated[str, one_of("POST", "GET")]
