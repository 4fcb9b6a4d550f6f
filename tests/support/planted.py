"""A configuration with a different secret in every field that can hold one, found by walking the models."""

import itertools
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from driver.api.passwords import hash_password, hash_token
from driver.config.models import DriverConfig
from driver.config.secrets import HidesLogin, Sensitive

#: Values for a section's other keys, where it is only valid with them.
COMPANIONS: dict[str, dict[str, Any]] = {
    "twilio": {"account_sid": "AC" + "0" * 32, "api_key_sid": "SK" + "0" * 32, "oauth_client_id": "OQ" + "0" * 32},
    "dataserver.users": {"username": "ann", "role": "viewer"},
    "dataserver.tokens": {"name": "grafana", "role": "viewer"},
    "notify.pins": {"phone": "guard"},
    "receive": {"mode": "both", "webhook_host": "127.0.0.1", "webhook_port": 0},
}


def places(model: type[BaseModel] = DriverConfig, path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Yield every field of the configuration that can hold a secret, with its path."""
    for name, field in model.model_fields.items():
        here = f"{path}.{name}".removeprefix(".")
        sections = [one for one in _types(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)]
        for section in sections:
            yield from places(section, here)
        if not sections and (SecretStr in _types(field.annotation) or _marked(field)):
            yield here, field


def _types(annotation: Any) -> list[Any]:
    inner = [one for part in get_args(annotation) for one in _types(part)]
    return [annotation, *inner] if get_origin(annotation) is None else inner


def _marked(field: FieldInfo) -> bool:
    marks = [
        *field.metadata,
        *(mark for part in get_args(field.annotation) for mark in getattr(part, "__metadata__", ())),
    ]
    return any(mark is HidesLogin or isinstance(mark, Sensitive) for mark in marks)


def planted() -> tuple[dict[str, Any], dict[str, str]]:
    """Return a configuration as data, and the secret in each field."""
    data: dict[str, Any] = {}
    secrets: dict[str, str] = {}
    numbers = itertools.count(1)
    for path, field in places():
        secret = _secret(path, f"planted{next(numbers):02}{path.replace('.', '')[-12:]}")
        secrets[path] = secret
        section, _, key = path.rpartition(".")
        table = _table(data, section)
        table[key] = secret if SecretStr in _types(field.annotation) else _address(path, secret)
    for section, more in COMPANIONS.items():
        _table(data, section).update(more)
    return data, secrets


def _secret(path: str, unique: str) -> str:
    """Return a secret in the format that its field expects."""
    if path.endswith(".password_hash"):
        return hash_password(unique)
    if path.endswith(".pin"):
        return "90217460"
    return hash_token(unique) if path.endswith(".token_hash") else unique


def _address(path: str, secret: str) -> str:
    return (
        f"postgresql://driver:{secret}@127.0.0.1:1/sms" if path == "store.url" else f"https://ann:{secret}@127.0.0.1:1"
    )


def _table(data: dict[str, Any], section: str) -> dict[str, Any]:
    """Return the table of a section; a repeated section appears once."""
    for name in section.split("."):
        if name in ("users", "tokens", "workflows", "phones", "pins"):
            data = data.setdefault(name, [{}])[0]
        else:
            data = data.setdefault(name, {})
    return data
