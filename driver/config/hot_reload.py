"""Which keys of the configuration a running driver reloads, and which wait for a restart.

What is not named here waits: a key is only reloaded once somebody has made sure that neither a message nor a
connection is lost on the way.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from driver.config.models import DriverConfig
from driver.config.types import Section
from driver.errors import ConfigurationError, ConfigurationProblem

#: The keys of a section that can be reloaded; None: all of them.
RELOADABLE: Mapping[str, frozenset[str] | None] = {
    "system": frozenset({"caption", "logging_description"}),
    "twilio": frozenset(
        {
            "auth_token",
            "auth_token_secondary",
            "api_key_sid",
            "api_key_secret",
            "oauth_client_id",
            "oauth_client_secret",
            "shared_key",
            "shared_key_secondary",
            "connect_timeout_s",
            "timeout_s",
            "concurrency",
        }
    ),
    "send": None,
    "receive": frozenset(
        {
            "poll_interval_s",
            "poll_floor_s",
            "overlap_s",
            "sweep_interval_s",
            "backfill_s",
            "public_url",
            "match",
            "same_numbers",
        }
    ),
    "states": None,
    "dataserver": frozenset({"users", "tokens", "other_project"}),
    "store": frozenset({"retention_days"}),
    "log": frozenset({"level", "bodies"}),
    "phones": None,
    "notify": None,
    "workflows": None,
}


@dataclass(frozen=True, slots=True)
class HotReload:
    """A configuration to go on with, which sections it changes, and the names of the keys that wait for a restart."""

    config: DriverConfig
    changed: tuple[str, ...]
    waiting: tuple[str, ...]


def is_reloadable(name: str, key: str = "") -> bool:
    """Return whether a running driver can reload a key, or without a key a whole section."""
    keys = RELOADABLE.get(name, frozenset())
    return keys is None or key in keys


def hot_reload(running: DriverConfig, wanted: DriverConfig) -> HotReload:
    """Return how a driver that runs with one configuration goes on with another.

    Raises:
        ConfigurationError: what can be reloaded does not go with what has to wait.
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
        late = [key for key in type(new).model_fields if not is_reloadable(name, key) and _differ(old, new, key)]
        waiting += [f"{name}.{key}" for key in late]
        sections[name] = _kept(name, old, new, late=late, problems=problems)
    if problems:
        raise ConfigurationError(problems)
    try:
        config = DriverConfig.model_validate(sections)
    except ValidationError as exc:
        raise ConfigurationError([_problem("(the whole)", exc, waiting)]) from None
    changed = tuple(name for name in sections if getattr(config, name) != getattr(running, name))
    return HotReload(config, changed, tuple(waiting))


def _kept(name: str, old: Section, new: Section, *, late: list[str], problems: list[ConfigurationProblem]) -> Section:
    """Return a section with the keys that wait as they were, checked as a whole again."""
    if not late:
        return new
    values = {key: getattr(old if key in late else new, key) for key in {*new.model_fields_set, *late}}
    try:
        return type(new).model_validate(values)
    except ValidationError as exc:
        problems.append(_problem(name, exc, [f"{name}.{key}" for key in late]))
        return old


def _differ(old: Section, new: Section, key: str) -> bool:
    return bool(getattr(old, key) != getattr(new, key))


def _problem(where: str, refused: ValidationError, waiting: list[str]) -> ConfigurationProblem:
    why = "; ".join(str(error.get("ctx", {}).get("error", error["msg"])) for error in refused.errors())
    return ConfigurationProblem(
        "reload", where, "", f"not without a restart, which {', '.join(waiting)} waits for: {why}"
    )
