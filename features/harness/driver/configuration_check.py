"""Validation of a scenario's driver configuration, by the driver's own rules, before anything is started."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gherkin_tools.scenario_checks import Called
from gherkin_tools.vocabulary import Names
from harness import vocabularies
from harness.driver.configuration import in_sections, receiving, settings, tokens, value_of
from harness.personas import Account, Personas, asset_id

if TYPE_CHECKING:
    from driver.config.models import DriverConfig

_PEOPLE = 500
"""Phone numbers for the people of one scenario; more than any scenario needs."""


@dataclass
class Chosen:
    """What the steps so far have configured.

    Attributes:
        changes: Settings by dotted path.
        written: Settings from the feature file that no driver has loaded yet.
        phones: The phones, once a driver has started.
        runs: Whether the driver runs.
    """

    changes: dict[str, object] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    phones: Sequence[Mapping[str, str]] | None = None
    runs: bool = False

    def left_over(self) -> Iterator[str]:
        """Yield settings that no driver ever loads."""
        if self.written and self.runs:
            names = ", ".join(sorted(self.written))
            advice = "move the step before its start, or restart or reload it"
            yield f"set while the driver was running, so it never takes effect: {names} ({advice})"


def _chosen(called: Called) -> Chosen:
    found = called.said.setdefault("configuration", Chosen())
    assert isinstance(found, Chosen)
    return found


def settings_chosen(called: Called) -> Iterator[str]:
    """Check a table of settings that comes before the driver starts."""
    written = {row["setting"]: value_of(row["value"]) for row in called.rows if {"setting", "value"} <= row.keys()}
    yield from _choose(_chosen(called), written)


def settings_reloaded(called: Called) -> Iterator[str]:
    """Check a table of settings that the running driver reloads."""
    yield from settings_chosen(called)
    yield from _learned(_chosen(called), called.names)


def sections_chosen(called: Called) -> Iterator[str]:
    """Check sections of ``driver.toml`` that come before the driver starts."""
    try:
        written = in_sections(called.text)
    except AssertionError:  # reported by the check of the text
        return
    if not written:
        yield "the step sets nothing: add settings under it"
    if "phones" in written:
        yield "phones belong in the table of the step that starts the driver, not here"
    yield from _choose(_chosen(called), written)


def _choose(chosen: Chosen, written: Mapping[str, object]) -> Iterator[str]:
    """Record settings, and yield those that overwrite an earlier one before it took effect."""
    if twice := ", ".join(name for name in written if name in chosen.written):
        yield f"this overwrites what an earlier step has set: {twice} (combine both steps)"
    chosen.changes |= written
    chosen.written |= written.keys()


def webhooks_chosen(called: Called) -> Iterator[str]:
    """Check that webhooks are enabled before the driver starts."""
    chosen = _chosen(called).changes
    chosen |= {f"receive.{key}": value for key, value in receiving("http://127.0.0.1:8080", 8080).items()}
    yield from ()


def app_chosen(called: Called) -> Iterator[str]:
    """Check that the OAuth login is configured before the driver starts or reloads."""
    app = {
        "twilio.auth_token": None,
        "twilio.oauth_client_id": f"OQ{0:032x}",
        "twilio.oauth_client_secret": f"{0:032x}",
    }
    _chosen(called).changes |= app
    yield from ()


def client_chosen(called: Called) -> Iterator[str]:
    """Check that a client of the data server is added before the driver starts."""
    _chosen(called).changes["dataserver.tokens"] = tokens(str(called.arguments["role"]))
    yield from ()


def started(called: Called) -> Iterator[str]:
    """Check a start of the driver, with the phones of a table or a single named one."""
    chosen = _chosen(called)
    if chosen.runs:
        yield "a driver is already running: use `Given the driver is stopped` first"
    yield from phones_reloaded(called)


def phones_reloaded(called: Called) -> Iterator[str]:
    """Check a reload with other phones."""
    chosen = _chosen(called)
    named = called.arguments.get("name")
    chosen.phones = [{"phone": str(named)}] if named is not None else called.rows
    yield from _learned(chosen, called.names)


def started_again(called: Called) -> Iterator[str]:
    """Check a stop, or a start with the same phones."""
    if called.arguments.get("way") == "stopped":
        _chosen(called).runs = False
    else:
        yield from _learned(_chosen(called), called.names)


def killed(called: Called) -> Iterator[str]:
    """Record that the driver is gone."""
    _chosen(called).runs = False
    yield from ()


def _learned(chosen: Chosen, names: Names) -> Iterator[str]:
    """Record that a driver has loaded the configuration."""
    chosen.runs = True
    chosen.written.clear()
    yield from problems(chosen, names)


def problems(chosen: Chosen, names: Names) -> Iterator[str]:
    """Yield why the driver would refuse a configuration, and what in it could never take effect."""
    from driver.config.loading import validated
    from driver.errors import ConfigurationError

    people = [f"+1201555{number:04d}" for number in range(2 * _PEOPLE)]
    account = Account("Full", f"AC{0:032x}", f"{0:032x}", ("+12015559001", "+12015559002"), service=f"MG{0:032x}")
    personas = Personas(account, tuple(people[:_PEOPLE]), tuple(people[_PEOPLE:]))
    rows = [row for row in chosen.phones or () if row.get("phone")]
    try:
        config = validated(
            settings(personas, "http://127.0.0.1:8081", "sqlite:///driver.db", phones=rows, changes=chosen.changes)
        )
    except ConfigurationError as exc:
        for problem in exc.problems:
            yield f"the driver refuses its configuration: {problem.path}: {problem.expected}"
    except AssertionError as exc:  # impossible people, numbers or sections
        yield str(exc)
    else:
        yield from _never(config, names)


def _never(config: DriverConfig, names: Names) -> Iterator[str]:
    """Yield parts of a configuration that can never take effect, so that scenarios about them always pass."""
    from driver.config.rules import rules_of
    from driver.domain.rules import CODE, fields_in

    for alarm_type in config.notify.severities:
        if problem := vocabularies.ALARM_TYPE.problem(alarm_type, names):
            yield f"notify.severities: {problem}"
    rules, known = rules_of(config.workflows, config.notify), _values(config, names)
    for rule in rules:
        for name, pattern in rule.unmet(known):
            there = vocabularies.STATUS.listed(list(dict.fromkeys(known[name])))
            yield f"the rule {rule.name!r} never applies: no {name} is {pattern!r}. {there}"
    coded = any(CODE in fields_in(step.message) for rule in rules for step in rule.steps)
    if config.notify.acknowledgers and not coded:
        yield "nobody can acknowledge by reply: no rule sends a {Code} to the people in notify.acknowledgers"


def _values(config: DriverConfig, names: Names) -> dict[str, list[str]]:
    """Return the allowed values of event fields that hold a word of a closed list or the name of an asset."""
    phones = [*(phone.caption for phone in config.phones), *names.get("phone", ())]
    places = list(names.get("location", ()))
    words = {name: words.known(names) for name, words in vocabularies.FIELDS_OF_EVENTS.items()}
    return {
        **words,
        "Name": [config.system.caption, *phones],
        "Location": [
            config.system.logging_description,
            *(phone.logging_description for phone in config.phones),
            *places,
        ],
        "Asset": [config.system.id, *(phone.id for phone in config.phones), *map(asset_id, phones)],
    }
