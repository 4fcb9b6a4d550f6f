"""Traceability lists in ``features/promises``: which scenarios show each promise, checked in both directions.

A list is a TOML file with one key for each promise: the sentence, and what shows it. ``folder/file::Scenario`` is a
scenario, ``folder/file`` a whole feature, and ``tests/….py::test_…`` a test, for promises that no feature can cover.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from gherkin_tools.gherkin_model import read
from gherkin_tools.lint_command import feature_files

SUITE = Path(__file__).resolve().parents[1]
ROOT = SUITE.parent
LISTS = SUITE / "promises"
_TESTS = "tests/"
_NEVER_PLAYED = {"wip", "manual", "real-only"}


@dataclass(frozen=True)
class Promise:
    """One sentence, and what shows it: scenarios, and tests where no feature can cover it."""

    sentence: str
    scenarios: tuple[str, ...]
    tests: tuple[str, ...]


@dataclass(frozen=True)
class PromiseList:
    """All promises of one kind. ``source`` yields what the list must contain; without it the list is the source."""

    name: str
    title: str
    about: str
    source: Callable[[], Iterable[str]] | None = None
    tests_count: bool = True
    folder: Path = LISTS

    @property
    def path(self) -> Path:
        """Return the file that QA maintains."""
        return self.folder / f"{self.name}.toml"

    def promises(self) -> list[Promise]:
        """Return the promises in file order."""
        return [
            Promise(
                sentence,
                tuple(one for one in shown if not one.startswith(_TESTS)),
                tuple(one for one in shown if one.startswith(_TESTS)),
            )
            for sentence, shown in tomllib.loads(self.path.read_text(encoding="utf-8")).items()
        ]


def guarantees() -> Iterator[str]:
    """Yield the promises of the guarantees page: the bold text of each list item, or its first sentence."""
    page = (ROOT / "docs" / "explanation" / "guarantees.md").read_text(encoding="utf-8")
    for item in re.findall(r"^- (.+(?:\n  .+)*)", page, re.MULTILINE):
        text = " ".join(item.split())
        bold = re.match(r"\*\*(.+?)\*\*", text)
        yield (bold[1] if bold else re.sub(r"[*`]", "", re.split(r"(?<=[.:]) ", text)[0])).rstrip(".:,")


def transitions() -> Iterator[str]:
    """Yield the rows of the transition tables as ``Table: row``."""
    reference = ROOT / "docs" / "reference"
    states = (reference / "driver-states.md").read_text(encoding="utf-8")
    for name, made in (("Not latched", "unlatched"), ("Latched", "latched")):
        table = states.partition(f"<!-- made: {made} -->")[2].partition("<!-- end -->")[0]
        yield from (f"{name}: {row}" for row in _rows(table))
    delivery = (reference / "driver-delivery.md").read_text(encoding="utf-8")
    yield from (f"A text: {row}" for row in _rows(delivery.partition("| observation |")[0]))


def _rows(table: str) -> Iterator[str]:
    for line in table.splitlines():
        first = line.split("|")[1].strip() if line.startswith("|") else ""
        if first and first != "from" and not first.startswith("-"):
            yield first.replace("*", "")


def settings() -> Iterator[str]:
    """Yield the driver's configuration keys as listed in the reference."""
    page = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    for part in re.split(r"^##+ ", page, flags=re.MULTILINE)[1:]:
        if heading := re.match(r"`\[+([a-z_.]+)\]+`", part):
            yield from (f"{heading[1]}.{key}" for key in re.findall(r"^\| `(\w+)`", part, re.MULTILINE))


PLATFORM = PromiseList(
    "platform",
    "What the platform's page says",
    "The sentences of the platform's page about its Twilio driver, in other words.",
    tests_count=False,
)
ALL = (
    PLATFORM,
    PromiseList(
        "guarantees", "What the driver guarantees", "[The guarantees](../explanation/guarantees.md).", guarantees
    ),
    PromiseList(
        "transitions",
        "Rows of the transition tables",
        "[States and alarms](../reference/driver-states.md), [outgoing messages](../reference/driver-delivery.md).",
        transitions,
    ),
    PromiseList("settings", "Settings", "[The configuration](../reference/configuration.md), key by key.", settings),
)


def faults(lists: Iterable[PromiseList] = ALL) -> Iterator[str]:
    """Yield errors in the lists: promises without a scenario, unknown scenarios, and promises that no longer exist."""
    scenarios = known_scenarios()
    for one in lists:
        promises = one.promises()
        if one.source is not None:
            wanted, listed = list(one.source()), [promise.sentence for promise in promises]
            yield from (f"{one.path.name} lacks {name!r}" for name in wanted if name not in listed)
            yield from (
                f"{one.path.name} lists {name!r}, which is not a promise" for name in listed if name not in wanted
            )
        for promise in promises:
            if not promise.scenarios and not (one.tests_count and promise.tests):
                yield f"{one.path.name}: no scenario shows {promise.sentence!r}"
            yield from (
                f"{one.path.name}: no such scenario: {name}" for name in promise.scenarios if name not in scenarios
            )
            yield from (f"{one.path.name}: no such test: {name}" for name in promise.tests if not _is_test(name))


def known_scenarios() -> set[str]:
    """Return scenarios as ``folder/file::Scenario``, and features as ``folder/file``, that always run."""
    known = set()
    for document in map(read, feature_files([SUITE])):
        name = document.path.relative_to(SUITE).with_suffix("").as_posix()
        for scenario in document.scenarios:
            if not _NEVER_PLAYED & set(scenario.tags):
                known |= {name, f"{name}::{scenario.name}"}
    return known


def _is_test(name: str) -> bool:
    path, _, function = name.partition("::")
    file = ROOT / path
    pattern = rf"^(?:async )?def {re.escape(function)}\("
    return (
        bool(function) and file.is_file() and bool(re.search(pattern, file.read_text(encoding="utf-8"), re.MULTILINE))
    )
