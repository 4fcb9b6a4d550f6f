"""Secrets in the configuration: normalized the same way from every source, never empty, and listed for redaction."""

import re
from collections.abc import Iterator
from typing import Annotated
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, BeforeValidator, PlainSerializer, SecretStr

HIDDEN = "**********"
_QUOTES = "\"'`“”„‘’‚«»"


#: Parsed as SQLAlchemy does: a password may contain a slash. It extends to the last @, so that no part is shown.
_LOGIN = re.compile(r"(?P<kind>\w+)://(?P<user>[^:/@]+)(?::(?P<password>.*))?@")
_PARAMETER = re.compile(r"[?&](?:ssl)?password=([^&]+)")
_BASE64 = "[A-Za-z0-9+/]"
_PASSWORD_HASH = re.compile(
    r"scrypt\$(?P<n>\d{1,8})\$(?P<r>\d{1,3})\$(?P<p>\d{1,2})"
    rf"\$(?:{_BASE64}{{4}})+(?:{_BASE64}{{2,3}}={{1,2}})?\${_BASE64}{{86}}=="
)
_TOKEN_HASH = re.compile("sha256\\$[0-9a-f]{64}")
#: Maximum memory for checking one password.
MAX_HASH_BYTES = 256 * 1024 * 1024


class Sensitive:
    """Marker for a field with a secret, or with a URL that contains credentials. It can be set as ``<key>_file``."""


def trimmed(value: object) -> object:
    """Return a secret without surrounding whitespace; a value that is not text is left to the field's own validation.

    Raises:
        ValueError: the secret is in quotes, or contains a line break or another invisible character.
    """
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str):
        return value
    text = text.strip()
    if text and (text[0] in _QUOTES or text[-1] in _QUOTES):
        raise ValueError("it starts or ends with a quotation mark; remove the extra quotes from the secret")
    if "\n" in text or "\r" in text:
        raise ValueError("it contains a line break; write the secret alone, on one line")
    if not text.isprintable():
        raise ValueError("it contains an invisible character; type or copy the secret again")
    return text


def _or_none(value: object) -> object:
    return trimmed(value) or None


def _needed(value: object) -> object:
    text = trimmed(value)
    if text == "":
        raise ValueError("it must not be empty")
    return text


def _password_hash(value: object) -> object:
    text = _needed(value)
    if isinstance(text, str):
        made = _PASSWORD_HASH.fullmatch(text)
        n, r, p = (int(made[name]) for name in "nrp") if made else (0, 0, 0)
        if not made or n < 2 or n & (n - 1) or not r or not p or 128 * n * r > MAX_HASH_BYTES:
            raise ValueError("not a password hash; expected the output of `sms-driver access user NAME`: scrypt$…")
    return text


def _token_hash(value: object) -> object:
    text = _needed(value)
    if isinstance(text, str) and not _TOKEN_HASH.fullmatch(text):
        raise ValueError("not a token hash; expected the output of `sms-driver access token NAME`: sha256$…")
    return text


def is_blank(value: object) -> bool:
    """Return whether the value of a secret counts as not set."""
    return isinstance(value, str) and not value.strip()


def without_login(address: str) -> str:
    """Return an address with its password hidden; in a web address, also a user name without a password."""
    for start, end in sorted(_hidden_parts(address), reverse=True):
        address = address[:start] + HIDDEN + address[end:]
    return address


def passwords_in(address: str) -> Iterator[str]:
    """Yield the parts of an address that must be hidden, as written and percent-decoded."""
    for start, end in _hidden_parts(address):
        yield from {address[start:end], unquote(address[start:end])}


def _hidden_parts(address: str) -> Iterator[tuple[int, int]]:
    """Yield the positions of secrets in an address."""
    login = _LOGIN.search(address)
    if login is not None and login["password"]:
        yield login.span("password")
    elif login is not None and login["kind"].startswith("http"):
        yield login.span("user")  # some services expect their token as the user name
    for parameter in _PARAMETER.finditer(address):
        yield parameter.span(1)


def secrets_in(config: object) -> Iterator[str]:
    """Yield every secret of a configuration, wherever it is in the models."""
    parts = [config]
    while parts:
        part = parts.pop()
        if isinstance(part, str):
            if "@" in part or "=" in part:  # not so in most texts of ten thousand phones
                yield from passwords_in(part)
        elif isinstance(part, SecretStr):
            yield part.get_secret_value()
        elif isinstance(part, BaseModel):
            parts.extend(vars(part).values())
        elif isinstance(part, dict):
            parts.extend(part.values())
        elif isinstance(part, list | tuple):
            parts.extend(part)


def sensitive_keys(section: type[BaseModel]) -> tuple[str, ...]:
    """Return the names of the keys of a section that hold a secret."""
    fields = section.model_fields.items()
    return tuple(name for name, field in fields if any(isinstance(mark, Sensitive) for mark in field.metadata))


Secret = Annotated[SecretStr | None, BeforeValidator(_or_none), Sensitive()]
"""An optional secret; an empty one counts as absent."""
PasswordHash = Annotated[SecretStr, BeforeValidator(_password_hash), Sensitive()]
"""A password hash that some password can match, and that is cheap enough to check at every login."""
TokenHash = Annotated[SecretStr, BeforeValidator(_token_hash), Sensitive()]
"""A token hash that some token can match."""


HidesLogin = PlainSerializer(without_login, when_used="json")
"""Hides the password of an address when the configuration is shown."""


#: Parameters allowed after the ``?`` of a PostgreSQL URL.
_PARAMETERS = ("ssl", "host", "user", "password", "passfile")


def _database(address: object) -> object:
    address = trimmed(address)
    if isinstance(address, str):
        if not re.match(r"sqlite:///.|postgresql://", address):
            raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/DATABASE")
        if re.match(r"postgresql://[^:/@]*:@", address) or re.search(r"[?&]password=(&|$)", address):
            raise ValueError("the password in the URL is empty; add it, or remove the colon before it")
        if not re.match(r"sqlite:|postgresql://([^:/]*(:[^@]*)?@)?(\[[^/?]+\]|[^/:?]*)(:\d+)?([/?]|$)", address):
            raise ValueError("the port in the URL is not a number; write an @ in the password as %40")
        asked = urlsplit(address).query if address.startswith("postgresql:") else ""
        if unknown := [name for name, _ in parse_qsl(asked, keep_blank_values=True) if name not in _PARAMETERS]:
            known = ", ".join(_PARAMETERS)
            how = "for TLS, use ssl=verify-full and set the variable PGSSLROOTCERT to the authority's certificate"
            raise ValueError(f"unknown parameter {unknown[0]!r} in the URL; known: {known}; {how}")
    return address


DatabaseAddress = Annotated[str, BeforeValidator(_database), HidesLogin, Sensitive()]
"""The URL of a database, which may contain a password."""
File = Annotated[str | None, BeforeValidator(lambda path: None if is_blank(path) else path)]
"""The optional path of a certificate or key; an empty one counts as absent."""
