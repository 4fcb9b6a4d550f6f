"""The driver's configuration as a scenario chooses it, judged by the driver's own rules before it starts."""

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
"""Telephone numbers for the people of one scenario: more than any scenario needs."""


@dataclass
class Chosen:
    """What the steps so far have chosen.

    Attributes:
        changes: Settings by their dotted paths.
        written: Those of them that the feature file writes out, and that no driver has learned yet.
        phones: The phones, once a driver has started.
        runs: Whether it runs.
    """

    changes: dict[str, object] = field(default_factory=dict)
    written: set[str] = field(default_factory=set)
    phones: Sequence[Mapping[str, str]] | None = None
    runs: bool = False

    def left_over(self) -> Iterator[str]:
        """What is chosen for a driver that never learns of it."""
        if self.written and self.runs:
            names = ", ".join(sorted(self.written))
            advice = "move the step before its start, or restart or reload it"
            yield f"chosen when the driver ran already, which never learns of it: {names} ({advice})"


def _chosen(called: Called) -> Chosen:
    found = called.said.setdefault("configuration", Chosen())
    assert isinstance(found, Chosen)
    return found


def settings_chosen(called: Called) -> Iterator[str]:
    """A table of settings, before the driver starts."""
    written = {row["setting"]: value_of(row["value"]) for row in called.rows if {"setting", "value"} <= row.keys()}
    yield from _choose(_chosen(called), written)


def settings_reloaded(called: Called) -> Iterator[str]:
    """A table of settings that the running driver reloads."""
    yield from settings_chosen(called)
    yield from _learned(_chosen(called), called.names)


def sections_chosen(called: Called) -> Iterator[str]:
    """Sections of ``driver.toml``, before the driver starts."""
    try:
        written = in_sections(called.text)
    except AssertionError:  # the check of the text says so
        return
    if not written:
        yield "nothing is chosen here: no setting stands under the step"
    if "phones" in written:
        yield "the phones stand in the table of the step that starts the driver, not here"
    yield from _choose(_chosen(called), written)


def _choose(chosen: Chosen, written: Mapping[str, object]) -> Iterator[str]:
    """Choose settings; one that is chosen already, and not yet in force, would never have been."""
    if twice := ", ".join(name for name in written if name in chosen.written):
        yield f"an earlier step has chosen this, and this one would undo it: {twice} (put both into one step)"
    chosen.changes |= written
    chosen.written |= written.keys()


def webhooks_chosen(called: Called) -> Iterator[str]:
    """The driver listens for webhooks, before it starts."""
    chosen = _chosen(called).changes
    chosen |= {f"receive.{key}": value for key, value in receiving("http://127.0.0.1:8080", 8080).items()}
    yield from ()


def app_chosen(called: Called) -> Iterator[str]:
    """The driver logs in with an OAuth app instead of the token, before it starts or is reloaded."""
    app = {
        "twilio.auth_token": None,
        "twilio.oauth_client_id": f"OQ{0:032x}",
        "twilio.oauth_client_secret": f"{0:032x}",
    }
    _chosen(called).changes |= app
    yield from ()


def client_chosen(called: Called) -> Iterator[str]:
    """The data server knows a client, before it starts."""
    _chosen(called).changes["dataserver.tokens"] = tokens(str(called.arguments["role"]))
    yield from ()


def started(called: Called) -> Iterator[str]:
    """The driver starts, with the phones of a table or with the one that is named."""
    chosen = _chosen(called)
    if chosen.runs:
        yield "a driver runs already: `Given the driver is stopped` before it is started again"
    yield from phones_reloaded(called)


def phones_reloaded(called: Called) -> Iterator[str]:
    """The running driver reloads a configuration with other phones."""
    chosen = _chosen(called)
    named = called.arguments.get("name")
    chosen.phones = [{"phone": str(named)}] if named is not None else called.rows
    yield from _learned(chosen, called.names)


def started_again(called: Called) -> Iterator[str]:
    """The driver stops, or starts again with the phones that it had."""
    if called.arguments.get("way") == "stopped":
        _chosen(called).runs = False
    else:
        yield from _learned(_chosen(called), called.names)


def killed(called: Called) -> Iterator[str]:
    """The driver is gone."""
    _chosen(called).runs = False
    yield from ()


def _learned(chosen: Chosen, names: Names) -> Iterator[str]:
    """A driver learns what is chosen."""
    chosen.runs = True
    chosen.written.clear()
    yield from problems(chosen, names)


def problems(chosen: Chosen, names: Names) -> Iterator[str]:
    """Why the driver would refuse a configuration, or what in it would never come to anything: sentences."""
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
    except AssertionError as exc:  # people, numbers or sections that there cannot be
        yield str(exc)
    else:
        yield from _never(config, names)


def _never(config: DriverConfig, names: Names) -> Iterator[str]:
    """What in a configuration would never come to anything, so that scenarios about it always pass."""
    from driver.config.rules import rules_of
    from driver.domain.rules import CODE, fields_in

    for alarm_type in config.notify.severities:
        if problem := vocabularies.ALARM_TYPE.problem(alarm_type, names):
            yield f"notify.severities: {problem}"
    rules, known = rules_of(config.workflows, config.notify), _values(config, names)
    for rule in rules:
        for name, pattern in rule.unmet(known):
            there = vocabularies.STATUS.listed(list(dict.fromkeys(known[name])))
            yield f"the rule {rule.name!r} never does anything: no {name} is {pattern!r}. {there}"
    coded = any(CODE in fields_in(step.message) for rule in rules for step in rule.steps)
    if config.notify.acknowledgers and not coded:
        yield "nobody can acknowledge by answering: no rule texts a {Code} to those in notify.acknowledgers"


def _values(config: DriverConfig, names: Names) -> dict[str, list[str]]:
    """What the fields of events can hold that hold a word of a closed list, or the name of an asset."""
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
