"""Configuration loading: TOML file, then environment, then secret files. All problems are reported at once."""

import difflib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import tomli
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from driver.config.models import DriverConfig
from driver.config.secrets import is_blank, sensitive_keys, without_login
from driver.config.text_files import decoded
from driver.errors import ConfigurationError, ConfigurationProblem

PREFIX = "SMS_DRIVER__"
DEFAULT_FILE = Path("driver.toml")
#: Keys that can also be set as ``<key>_file``, by section.
SECRETS = {
    name: keys
    for name, field in DriverConfig.model_fields.items()
    if isinstance(section := field.annotation, type)
    and issubclass(section, BaseModel)
    and (keys := sensitive_keys(section))
}
_NEVER_SHOWN = ("auth_token", "secret", "password", "token_hash", "url")

Location = tuple[str | int, ...]


def load(path: Path | str | None, env: Mapping[str, str] | None = None) -> DriverConfig:
    """Load the configuration from ``path`` (default: ``driver.toml``, if it exists) and ``env``.

    ``SMS_DRIVER__SECTION__KEY`` in ``env`` overrides the file. An empty variable for a secret is ignored, because
    Compose passes unset variables as empty ones. Lists and tables are written as JSON.

    Raises:
        ConfigurationError: the configuration is invalid; lists every problem with source, path, value and expectation.
    """
    environment = os.environ if env is None else env
    problems: list[ConfigurationProblem] = []
    file = Path(path) if path is not None else (DEFAULT_FILE if DEFAULT_FILE.exists() else None)
    data = _read(file, problems) if file is not None else {}
    source = str(file) if file is not None else "environment"
    origins = _override(data, environment, problems)
    _read_secrets(data, file.parent if file is not None else Path(), source, origins=origins, problems=problems)
    try:
        config = validated(data, source, origins)
    except ConfigurationError as exc:
        raise ConfigurationError([*problems, *exc.problems]) from None
    if problems:
        raise ConfigurationError(problems)
    return config


def validated(data: Mapping[str, Any], source: str = "", origins: Mapping[Location, str] | None = None) -> DriverConfig:
    """Validate ``data`` as a configuration; ``origins`` maps the locations that do not come from ``source``.

    Raises:
        ConfigurationError: the configuration is invalid; lists every problem with source, path, value and expectation.
    """
    try:
        return DriverConfig.model_validate(data)
    except ValidationError as exc:
        errors = exc.errors(include_url=False)
        raise ConfigurationError([_problem(error, data, source, origins=origins or {}) for error in errors]) from None


def _read(file: Path, problems: list[ConfigurationProblem]) -> dict[str, Any]:
    try:
        return tomli.loads(decoded(file.read_bytes()))
    except tomli.TOMLDecodeError as exc:
        problems.append(ConfigurationProblem(str(file), "(the file)", "", f"invalid TOML: {exc}"))
    except ValueError as exc:
        problems.append(ConfigurationProblem(str(file), "(the file)", "", str(exc)))
    except RecursionError:
        problems.append(ConfigurationProblem(str(file), "(the file)", "", "lists or tables are nested too deeply"))
    except OSError as exc:
        problems.append(ConfigurationProblem(str(file), "(the file)", "", f"cannot be read: {exc.strerror}"))
    raise ConfigurationError(problems)


def _override(
    data: dict[str, Any], env: Mapping[str, str], problems: list[ConfigurationProblem]
) -> dict[Location, str]:
    """Merge environment variables into ``data``; return the variable that each location came from."""
    origins: dict[Location, str] = {}
    for name in sorted(env):
        if not name.startswith(PREFIX):
            continue
        keys = tuple(part.lower() for part in name[len(PREFIX) :].split("__"))
        value: Any = env[name]
        if is_blank(value) and _is_secret(keys):
            continue
        if value[:1] in ("[", "{"):
            try:
                value = json.loads(value)
            except (ValueError, RecursionError):
                problems.append(ConfigurationProblem(name, ".".join(keys), "", "expected a list or table in JSON"))
                continue
        table: Any = data
        for key in keys[:-1]:
            table = table.setdefault(key, {}) if isinstance(table, dict) else None
        if not isinstance(table, dict):
            problems.append(ConfigurationProblem(name, ".".join(keys), "", "expected SMS_DRIVER__SECTION__KEY"))
            continue
        table[keys[-1]] = value
        origins[keys] = name
        if _is_secret(keys) and (other := _other_way(keys)) not in origins:
            table.pop(other[-1], None)  # as set in the file
    return origins


def _is_secret(keys: tuple[str, ...]) -> bool:
    return len(keys) == 2 and keys[1].removesuffix("_file") in SECRETS.get(keys[0], ())


def _other_way(keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the alternative location of a secret: ``key_file`` for ``key``, and vice versa."""
    plain = keys[-1].removesuffix("_file")
    return (*keys[:-1], f"{plain}_file" if keys[-1] == plain else plain)


def _read_secrets(
    data: dict[str, Any],
    base: Path,
    source: str,
    *,
    origins: Mapping[Location, str],
    problems: list[ConfigurationProblem],
) -> None:
    for section, keys in SECRETS.items():
        table = data.get(section)
        if not isinstance(table, dict):
            continue
        for key in keys:
            named = table.pop(f"{key}_file", None)
            if named is None or is_blank(named):
                continue
            where, origin = f"{section}.{key}_file", origins.get((section, f"{key}_file"), source)
            if not is_blank(table.get(key, "")):
                other = origins.get((section, key), f"{section}.{key}")
                problems.append(ConfigurationProblem(origin, where, str(named), f"{other} is also set; keep only one"))
                continue
            try:
                table[key] = decoded((base / str(named)).read_bytes())
            except (OSError, ValueError) as exc:
                why = exc.strerror if isinstance(exc, OSError) else exc
                problems.append(ConfigurationProblem(origin, where, str(named), f"the secret cannot be read: {why}"))


def _problem(
    error: ErrorDetails, data: Mapping[str, Any], source: str, *, origins: Mapping[Location, str]
) -> ConfigurationProblem:
    location = tuple(part for part in error["loc"] if not str(part).startswith("function-"))
    origin = next((origins[location[:n]] for n in range(len(location), 0, -1) if location[:n] in origins), source)
    shown = "" if error["type"] in _UNSHOWN else _value(location, data)
    return ConfigurationProblem(origin, _written(location), shown, _expected(error, location))


def _written(location: Location) -> str:
    text = ""
    for part in location:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text or "(configuration)"


def _value(location: Location, data: Any) -> str:
    for part in location:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return ""
    if isinstance(data, dict | list | tuple):
        return ""
    if any(word in str(location[-1]) for word in _NEVER_SHOWN if location) or _holds_secret(location):
        return "(not shown)"
    shown = without_login(repr(data))
    return shown if len(shown) <= 80 else f"{shown[:77]}…"


def _holds_secret(location: Location) -> bool:
    section, key = _model_at(location[:-1]), location[-1]
    return key in sensitive_keys(section)


#: Errors whose value is not shown: an unknown key, or a value in place of a section or list, may be a misplaced secret.
_UNSHOWN = frozenset({"extra_forbidden", "model_type", "tuple_type"})
_WORDS = {
    "missing": "is required",
    "model_type": "expected a table",
    "tuple_type": "expected a list",
    "bool_parsing": "expected true or false",
    "bool_type": "expected true or false",
    "string_type": "expected text in quotes",
    "int_parsing": "expected a whole number",
    "int_type": "expected a whole number",
    "float_parsing": "expected a number",
    "float_type": "expected a number",
}
_PATTERNS = {
    "account_sid": "expected an Account SID: AC and 32 hexadecimal digits",
    "api_key_sid": "expected an API key SID: SK and 32 hexadecimal digits",
    "oauth_client_id": "expected the client ID of an OAuth app: OQ and 32 hexadecimal digits",
    "id": "expected letters, digits, dots, hyphens or underscores",
}


def _expected(error: ErrorDetails, location: Location) -> str:
    kind, key = error["type"], str(location[-1]) if location else ""
    if kind == "extra_forbidden":
        known = sorted(_model_at(location[:-1]).model_fields)
        close = difflib.get_close_matches(key, known, 1)
        return f"unknown key; did you mean {close[0]!r}?" if close else f"unknown key; known keys: {', '.join(known)}"
    if kind == "string_pattern_mismatch" and key in _PATTERNS:
        return _PATTERNS[key]
    if kind == "value_error":
        return str(error["ctx"]["error"])
    return _WORDS.get(kind) or error["msg"].replace("Input should be", "expected")


def _model_at(location: Location) -> type[BaseModel]:
    model: type[BaseModel] = DriverConfig
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            annotation = model.model_fields[part].annotation
            candidates = [annotation, *get_args(annotation)]
            model = next((c for c in candidates if isinstance(c, type) and issubclass(c, BaseModel)), model)
    return model
