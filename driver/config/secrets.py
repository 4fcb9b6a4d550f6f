"""Secrets in the configuration: read alike wherever they come from, never empty, and known to whoever hides them."""

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, PlainSerializer, SecretStr

HIDDEN = "**********"
_QUOTES = "\"'`“”„‘’‚«»"


#: As SQLAlchemy reads it: a password may hold a slash; up to the last @, so that none is shown in part.
_LOGIN = re.compile(r"(?P<kind>\w+)://(?P<user>[^:/@]+)(?::(?P<password>.*))?@")
_PARAMETER = re.compile(r"[?&](?:ssl)?password=([^&]+)")
_BASE64 = "[A-Za-z0-9+/]"
_PASSWORD_HASH = re.compile(
    r"scrypt\$(?P<n>\d{1,8})\$(?P<r>\d{1,3})\$(?P<p>\d{1,2})"
    rf"\$(?:{_BASE64}{{4}})+(?:{_BASE64}{{2,3}}={{1,2}})?\${_BASE64}{{86}}=="
)
_TOKEN_HASH = re.compile("sha256\\$[0-9a-f]{64}")
#: Memory that checking one password may take.
MAX_HASH_BYTES = 256 * 1024 * 1024


class Sensitive:
    """Marks a field that holds a secret, or an address with a login in it: it can be given as ``<key>_file``."""


def trimmed(value: object) -> object:
    """Return a secret without the white space around it; what is not text is left to the field's own check.

    Raises:
        ValueError: a quote around it, or a line break or another invisible character inside.
    """
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str):
        return value
    text = text.strip()
    if text and (text[0] in _QUOTES or text[-1] in _QUOTES):
        raise ValueError("a quotation mark stands at its start or end; write the secret without quotes of its own")
    if "\n" in text or "\r" in text:
        raise ValueError("a line break stands inside; expected the secret alone, on one line")
    if not text.isprintable():
        raise ValueError("an invisible character stands inside; type or copy the secret again")
    return text


def _or_none(value: object) -> object:
    return trimmed(value) or None


def _needed(value: object) -> object:
    text = trimmed(value)
    if text == "":
        raise ValueError("it is empty")
    return text


def _password_hash(value: object) -> object:
    text = _needed(value)
    if isinstance(text, str):
        made = _PASSWORD_HASH.fullmatch(text)
        n, r, p = (int(made[name]) for name in "nrp") if made else (0, 0, 0)
        if not made or n < 2 or n & (n - 1) or not r or not p or 128 * n * r > MAX_HASH_BYTES:
            raise ValueError("no password fits it; expected what `sms-driver access user NAME` prints: scrypt$…")
    return text


def _token_hash(value: object) -> object:
    text = _needed(value)
    if isinstance(text, str) and not _TOKEN_HASH.fullmatch(text):
        raise ValueError("no token fits it; expected what `sms-driver access token NAME` prints: sha256$…")
    return text


def is_blank(value: object) -> bool:
    """Return whether a value of a secret counts as none."""
    return isinstance(value, str) and not value.strip()


def without_login(address: str) -> str:
    """Return an address with the password of its login hidden; of a web address also a user without password."""
    for start, end in sorted(_hidden_parts(address), reverse=True):
        address = address[:start] + HIDDEN + address[end:]
    return address


def passwords_in(address: str) -> Iterator[str]:
    """Go through what must be hidden of an address, as it is written and as it is meant."""
    for start, end in _hidden_parts(address):
        yield from {address[start:end], unquote(address[start:end])}


def _hidden_parts(address: str) -> Iterator[tuple[int, int]]:
    """Go through the places of an address where a secret stands."""
    if "@" not in address and "=" not in address:
        return  # such as all that is said of ten thousand phones
    login = _LOGIN.search(address)
    if login is not None and login["password"]:
        yield login.span("password")
    elif login is not None and login["kind"].startswith("http"):
        yield login.span("user")  # some services take their token as the user
    for parameter in _PARAMETER.finditer(address):
        yield parameter.span(1)


def secrets_in(config: object) -> Iterator[str]:
    """Go through every secret of a configuration, wherever it stands in the models."""
    parts = [config]
    while parts:
        part = parts.pop()
        if isinstance(part, SecretStr):
            yield part.get_secret_value()
        elif isinstance(part, str):
            yield from passwords_in(part)
        elif isinstance(part, BaseModel):
            parts.extend(getattr(part, name) for name in type(part).model_fields)
        elif isinstance(part, dict):
            parts.extend(part.values())
        elif isinstance(part, list | tuple):
            parts.extend(part)


def sensitive_keys(section: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the keys of a section that hold a secret."""
    fields = section.model_fields.items()
    return tuple(name for name, field in fields if any(isinstance(mark, Sensitive) for mark in field.metadata))


Secret = Annotated[SecretStr | None, BeforeValidator(_or_none), Sensitive()]
"""A secret that may be absent: one without content is."""
PasswordHash = Annotated[SecretStr, BeforeValidator(_password_hash), Sensitive()]
"""A hash that some password fits, and that a log-in can afford to check."""
TokenHash = Annotated[SecretStr, BeforeValidator(_token_hash), Sensitive()]
"""A hash that some token fits."""


HidesLogin = PlainSerializer(without_login, when_used="json")
"""Keeps the password of an address out of what is shown of the configuration."""


#: What may stand behind the ``?`` of the address of a PostgreSQL database.
_PARAMETERS = ("ssl", "host", "user", "password", "passfile")


def _database(address: object) -> object:
    address = trimmed(address)
    if isinstance(address, str):
        if not re.match(r"sqlite:///.|postgresql://", address):
            raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/DATABASE")
        if re.match(r"postgresql://[^:/@]*:@", address) or re.search(r"[?&]password=(&|$)", address):
            raise ValueError("the password in it is empty; write it there, or leave it out with its colon")
        if not re.match(r"sqlite:|postgresql://([^:/]*(:[^@]*)?@)?(\[[^/?]+\]|[^/:?]*)(:\d+)?([/?]|$)", address):
            raise ValueError("the port in it is not a number; write %40 for an @ in the password")
        asked = urlsplit(address).query if address.startswith("postgresql:") else ""
        if unknown := [name for name, _ in parse_qsl(asked, keep_blank_values=True) if name not in _PARAMETERS]:
            known = ", ".join(_PARAMETERS)
            how = "for TLS write ssl=verify-full, and name the authority in the variable PGSSLROOTCERT"
            raise ValueError(f"unknown parameter {unknown[0]!r} in it; known: {known}; {how}")
    return address


DatabaseAddress = Annotated[str, BeforeValidator(_database), HidesLogin, Sensitive()]
"""The address of a database, which may hold a password."""
File = Annotated[str | None, BeforeValidator(lambda path: None if is_blank(path) else path)]
"""The path of a certificate or key that may be absent: one without content is."""
