"""The driver's configuration for a scenario: defaults, phones from a table, tokens, and settings by path."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

from harness.personas import Personas, asset_id

HARNESS_TOKEN = "the-harness-itself"  # noqa: S105 - known to nothing but a driver under test
CLIENT_TOKEN = "the-client-of-the-scenario"  # noqa: S105 - likewise


def basis(twilio: Mapping[str, str], store: str, phones: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the configuration common to all drivers under test: an account, a database, phones, and free ports."""
    return {
        "twilio": dict(twilio),
        "dataserver": {"host": "127.0.0.1", "port": 0},
        "internal": {"debug_port": 0},
        "store": {"url": store},
        "phones": list(phones),
    }


def settings(
    personas: Personas, base_url: str, store: str, *, phones: Sequence[Mapping[str, str]], changes: Mapping[str, object]
) -> dict[str, Any]:
    """Return the whole configuration.

    Args:
        personas: The account to use, and the owners of phone numbers.
        base_url: The address of Twilio.
        store: The database's URL.
        phones: One mapping for each phone: phone (its name), verified, external number, Twilio number, location.
        changes: Settings that the scenario changes, by dotted path.
    """
    account = {"account_sid": personas.account.sid, "base_url": base_url, **_login(personas)}
    made = basis(account, store, [phone(row, personas) for row in phones])
    made |= {"system": {"id": "twilio"}, "receive": {"mode": "poll", "poll_interval_s": 10.0}}
    for path, value in changes.items():
        put(made, path, value)
    return made


def _login(personas: Personas) -> dict[str, str]:
    """Return the account's credentials: its Auth Token or, where that is unknown, an OAuth app."""
    account = personas.account
    if account.auth_token:
        return {"auth_token": account.auth_token}
    return {"oauth_client_id": account.oauth_client_id, "oauth_client_secret": account.oauth_client_secret}


def receiving(url: str, port: int, mode: str = "both") -> dict[str, object]:
    """Return the section that makes a driver listen for webhooks on a local port, which Twilio reaches at ``url``."""
    return {"mode": mode, "webhook_host": "127.0.0.1", "webhook_port": port, "public_url": url}


def tokens(role: str) -> list[dict[str, str]]:
    """Return the tokens for the configuration: full rights for the harness, and a client with the given role."""
    return [_token("harness", HARNESS_TOKEN, "admin"), _token("client", CLIENT_TOKEN, role)]


def header(token: str) -> dict[str, str]:
    """Return the request header that carries a token."""
    return {"Authorization": f"Bearer {token}"}


def _token(name: str, token: str, role: str) -> dict[str, str]:
    return {"name": name, "token_hash": f"sha256${hashlib.sha256(token.encode()).hexdigest()}", "role": role}


def phone(row: Mapping[str, str], personas: Personas) -> dict[str, str]:
    """Return one phone asset. A ``-`` leaves a number out."""
    name = row["phone"]
    external = row.get("external number") or name
    if external != "-":
        external = personas.number(external, verified=row.get("verified", "yes") == "yes")
        personas.bind(name, external)
    ours = row.get("Twilio number") or personas.account.numbers[0]
    numbers = {"external_phone_number": external, "twilio_phone_number": personas.twilio_number(ours)}
    named = {"id": asset_id(name), "caption": name, "logging_description": row.get("location", "")}
    return named | {key: text for key, text in numbers.items() if text != "-"}


def put(tree: dict[str, Any], path: str, value: object) -> None:
    """Set a value by its dotted path and create missing sections; None removes the setting.

    Raises:
        AssertionError: If a section on the path is not a section but a value.
    """
    *sections, key = path.split(".")
    for section in sections:
        tree = tree.setdefault(section, {})
        assert isinstance(tree, dict), f"{section} is a section: set the keys in it, as in {path}"
    if value is None:
        tree.pop(key, None)
    else:
        tree[key] = value


def in_sections(text: str) -> dict[str, object]:
    """Return the settings in sections of ``driver.toml`` by dotted path; lists of sections by name.

    Raises:
        AssertionError: If the text is not valid TOML.
    """
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise AssertionError(f"the text under the step is invalid TOML: {exc}") from None
    found: dict[str, object] = {}
    for name, value in tree.items():
        found |= {f"{name}.{key}": inner for key, inner in value.items()} if isinstance(value, dict) else {name: value}
    return found


def value_of(text: str) -> object:
    """Parse a setting from a feature file: yes and no, numbers, or else text; ``-`` removes the setting."""
    if text in ("yes", "no"):
        return text == "yes"
    if text == "-":
        return None
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def toml(tree: Mapping[str, Any]) -> str:
    """Return the configuration as TOML, for drivers that are started from a file."""
    lines: list[str] = []
    for section, values in tree.items():
        if isinstance(values, Mapping):
            lines += [f"[{section}]", *(f"{key} = {_literal(value)}" for key, value in values.items()), ""]
        else:
            for one in values:
                lines += [f"[[{section}]]", *(f"{key} = {_literal(value)}" for key, value in one.items()), ""]
    return "\n".join(lines)


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_literal(one) for one in value) + "]"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_literal(one)}" for key, one in value.items()) + " }"
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
