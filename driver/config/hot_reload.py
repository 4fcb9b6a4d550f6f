"""Configuration keys that a running driver can reload; all others require a restart.

A key is listed here only after somebody has verified that reloading it loses neither a message nor a connection.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from driver.config.models import DriverConfig
from driver.config.types import Section
from driver.errors import ConfigurationError, ConfigurationProblem

#: The reloadable keys of each section; None means all of them.
RELOADABLE: Mapping[str, frozenset[str] | None] = {
    "system": frozenset({"caption", "logging_description"}),
    "twilio": frozenset({
        "auth_token", "auth_token_secondary", "api_key_sid", "api_key_secret", "oauth_client_id", "oauth_client_secret",
        "shared_key", "shared_key_secondary", "connect_timeout_s", "timeout_s", "concurrency",
    }),
    "send": None,
    "receive": frozenset({
        "poll_interval_s", "poll_floor_s", "overlap_s", "sweep_interval_s", "backfill_s", "public_url", "match",
        "same_numbers",
    }),
    "states": None,
    "dataserver": frozenset({"users", "tokens", "other_project"}),
    "store": frozenset({"retention_days"}),
    "log": frozenset({"level", "bodies"}),
    "phones": None,
    "notify": None,
    "workflows": None,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class HotReload:
    """The configuration to use from now on, the sections it changes, and the keys that require a restart."""

    config: DriverConfig
    changed: tuple[str, ...]
    waiting: tuple[str, ...]


def is_reloadable(name: str, key: str = "") -> bool:
    """Return whether a running driver can reload a key, or the whole section if no key is given."""
    keys = RELOADABLE.get(name, frozenset())
    return keys is None or key in keys


def hot_reload(running: DriverConfig, wanted: DriverConfig) -> HotReload:
    """Return what a driver running with one configuration can reload from another, and which keys require a restart.

    Raises:
        ConfigurationError: the keys that can be reloaded conflict with those that require a restart.
    """
    sections: dict[str, Any] = {}
    waiting: list[str] = []
    problems: list[ConfigurationProblem] = []
    for name in DriverConfig.model_fields:
        old, new = getattr(running, name), getattr(wanted, name)
        sections[name] = new
        if old == new or is_reloadable(name):
            continue
        if not isinstance(new, Section):
            sections[name] = old
            waiting.append(name)
            continue
        late = [
            key
            for key in type(new).model_fields
            if not is_reloadable(name, key) and getattr(old, key) != getattr(new, key)
        ]
        waiting += [f"{name}.{key}" for key in late]
        sections[name] = _kept(name, old, new, late=late, problems=problems)
    if problems:
        raise ConfigurationError(problems)
    try:
        config = DriverConfig.model_validate(sections)
    except ValidationError as exc:
        raise ConfigurationError([_problem("(configuration)", exc, waiting)]) from None
    changed = tuple(name for name in sections if getattr(config, name) != getattr(running, name))
    return HotReload(config, changed, tuple(waiting))


def _kept(name: str, old: Section, new: Section, *, late: list[str], problems: list[ConfigurationProblem]) -> Section:
    """Return the new section with the old values of the keys in ``late``, revalidated as a whole."""
    if not late:
        return new
    values = {key: getattr(old if key in late else new, key) for key in {*new.model_fields_set, *late}}
    try:
        return type(new).model_validate(values)
    except ValidationError as exc:
        problems.append(_problem(name, exc, [f"{name}.{key}" for key in late]))
        return old


def _problem(where: str, refused: ValidationError, waiting: list[str]) -> ConfigurationProblem:
    why = "; ".join(str(error.get("ctx", {}).get("error", error["msg"])) for error in refused.errors())
    return ConfigurationProblem(
        "reload", where, "", f"cannot be reloaded; restart the driver to apply {', '.join(waiting)}: {why}"
    )
