"""A data model of feature files, for the lint rules and the pages generated from feature files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gherkin.errors import CompositeParserException, ParserException
from gherkin.parser import Parser

from gherkin_tools.gherkin_format import BYTE_ORDER_MARK

_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}

_EXPECTED = {
    "FeatureLine": "Feature:",
    "RuleLine": "Rule:",
    "BackgroundLine": "Background:",
    "ScenarioLine": "Scenario:",
    "ExamplesLine": "Examples:",
    "StepLine": "a step (Given, When, Then, And, But or *)",
    "TableRow": "a row of a table (| … |)",
    "DocStringSeparator": '"""',
    "TagLine": "a tag (@…)",
}
"""What may be on a line, by the names in the parser's messages. Comments are allowed anywhere."""


class UnreadableError(Exception):
    """The file is not valid Gherkin. ``line`` is the location; the message is the reason."""

    def __init__(self, path: Path, line: int, why: str) -> None:
        super().__init__(f"{path}:{line}: {why}")
        self.path = path
        self.line = line
        self.why = why


@dataclass(frozen=True)
class Step:
    """One step as written. ``kind`` is given, when or then, even if the file says And or But."""

    keyword: str
    kind: str
    text: str
    line: int
    table: tuple[tuple[str, ...], ...] = ()
    docstring: str | None = None
    table_lines: tuple[int, ...] = ()

    def rendered(self, row: Mapping[str, str]) -> Step:
        """Return the step with the values of one row of examples in place of their names."""
        return replace(
            self,
            text=render(self.text, row),
            table=tuple(tuple(render(cell, row) for cell in line) for line in self.table),
            docstring=None if self.docstring is None else render(self.docstring, row),
        )

    @property
    def placeholders(self) -> set[str]:
        """The names in angle brackets."""
        everything = [self.text, self.docstring or "", *(cell for row in self.table for cell in row)]
        return {name for text in everything for name in re.findall(r"<(.+?)>", text)}


@dataclass(frozen=True)
class Examples:
    """One table of examples of an outline."""

    line: int
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    tags: tuple[str, ...] = ()

    def contexts(self) -> Iterator[dict[str, str]]:
        """Yield each row as a mapping from column to value."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))


@dataclass(frozen=True)
class Scenario:
    """One scenario or outline: its own steps, and those of its backgrounds."""

    name: str
    line: int
    outline: bool
    tags: tuple[str, ...]
    background: tuple[Step, ...]
    steps: tuple[Step, ...]
    examples: tuple[Examples, ...] = ()
    rule: str = ""

    def rows(self) -> Iterator[dict[str, str]]:
        """Yield the placeholder values of each run of the scenario; one empty row if it is not an outline."""
        if not self.outline:
            yield {}
        for examples in self.examples:
            yield from examples.contexts()

    def played(self, row: Mapping[str, str]) -> list[Step]:
        """Return all steps that are run for one row, those of the backgrounds first."""
        return [step.rendered(row) for step in (*self.background, *self.steps)]


@dataclass(frozen=True, kw_only=True)
class Document:
    """One feature file."""

    path: Path
    text: str
    name: str
    line: int
    description: str
    tags: tuple[str, ...]
    backgrounds: tuple[tuple[int, tuple[Step, ...]], ...]
    scenarios: tuple[Scenario, ...]
    keyword: str = "Feature"
    language: str = "en"
    prose: tuple[tuple[int, str], ...] = ()
    """The lines of all descriptions, with their line numbers. Descriptions are not run."""


def render(text: str, row: Mapping[str, str]) -> str:
    """Replace names in angle brackets with the row's values; unknown names stay."""
    return re.sub(r"<(.+?)>", lambda found: row.get(found[1], found[0]), text)


def read(path: Path) -> Document:
    """Read one feature file.

    Raises:
        UnreadableError: If the file is not valid Gherkin.
    """
    text = _text(path)
    try:
        feature = Parser().parse(text).get("feature")
    except CompositeParserException as exc:
        raise _unreadable(path, min(exc.errors, key=_line)) from exc
    except ParserException as exc:
        raise _unreadable(path, exc) from exc
    if feature is None:
        raise UnreadableError(path, 1, "this file has no feature; begin it with `Feature:` and a name")
    tags = _tags(feature)
    scenarios: list[Scenario] = []
    backgrounds: list[tuple[int, tuple[Step, ...]]] = []
    _gather(feature["children"], scenarios, backgrounds, inherited=(), tags=tags, rule="")
    return Document(
        path=path,
        text=text,
        name=feature["name"],
        line=feature["location"]["line"],
        description=feature["description"].strip(),
        tags=tags,
        backgrounds=tuple(backgrounds),
        scenarios=tuple(scenarios),
        keyword=feature["keyword"],
        language=feature["language"],
        prose=tuple(_prose(feature, text.split("\n"))),
    )


def _text(path: Path) -> str:
    """Return the text of a feature file.

    Raises:
        UnreadableError: If the file does not exist or is not UTF-8 as editors write it.
    """
    try:
        written = path.read_bytes()
    except OSError as exc:
        raise UnreadableError(path, 1, f"cannot read this file: {exc.strerror}") from exc
    try:
        text = written.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = written.count(b"\n", 0, exc.start) + 1
        why = f"byte {written[exc.start]:#04x} is not UTF-8; save the file with UTF-8 encoding"
        raise UnreadableError(path, line, why) from exc
    if text.startswith(BYTE_ORDER_MARK):
        raise UnreadableError(path, 1, "the file starts with a byte order mark; remove it with `pytest features --fix`")
    return text.replace("\r\n", "\n")


def _line(error: Any) -> int:
    return int(error.location["line"])


def _unreadable(path: Path, error: Any) -> UnreadableError:
    why = str(error).partition(": ")[2]
    if found := re.search(r"expected: (.*?)(?:, got '(.*)')?$", why, re.DOTALL):
        expected = ", ".join(words for name, words in _EXPECTED.items() if f"#{name}" in found[1].split(", "))
        wrong = "unexpected end of file" if found[2] is None else f"unexpected line: {found[2]}"
        why = f"{wrong} (expected: {expected})"
    elif "inconsistent cell count" in why:
        why = "this row has a different number of cells than the rows before it: look for an extra or missing |"
    return UnreadableError(path, _line(error), why)


def _gather(
    children: Sequence[Mapping[str, Any]],
    scenarios: list[Scenario],
    backgrounds: list[tuple[int, tuple[Step, ...]]],
    *,
    inherited: tuple[Step, ...],
    tags: tuple[str, ...],
    rule: str,
) -> None:
    before = inherited
    for child in children:
        if (background := child.get("background")) is not None:
            own = _steps(background["steps"])
            backgrounds.append((background["location"]["line"], own))
            before = (*before, *own)
        elif (one := child.get("scenario")) is not None:
            examples = tuple(_examples(table) for table in one["examples"])
            scenarios.append(
                Scenario(
                    one["name"],
                    one["location"]["line"],
                    bool(examples) or "Outline" in one["keyword"] or "Template" in one["keyword"],
                    (*tags, *_tags(one), *(tag for table in examples for tag in table.tags)),
                    before,
                    _steps(one["steps"]),
                    examples,
                    rule,
                )
            )
        else:
            inner = child["rule"]
            _gather(
                inner["children"],
                scenarios,
                backgrounds,
                inherited=before,
                tags=(*tags, *_tags(inner)),
                rule=inner["name"],
            )


def _prose(node: Mapping[str, Any], lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines of a node's description and of those inside it."""
    number = node["location"]["line"]
    for text in filter(None, map(str.strip, node.get("description", "").split("\n"))):
        number = next(at for at, line in enumerate(lines[number:], number + 1) if line.strip() == text)
        yield number, text
    for child in (*node.get("children", ()), *node.get("examples", ())):
        inner = child.get("background") or child.get("scenario") or child.get("rule") or child
        yield from _prose(inner, lines)


def _tags(node: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(tag["name"].lstrip("@") for tag in node["tags"])


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(cell["value"] for cell in row["cells"])


def _examples(table: Mapping[str, Any]) -> Examples:
    header = table.get("tableHeader")
    rows = tuple(_cells(row) for row in table.get("tableBody") or ())
    return Examples(table["location"]["line"], _cells(header) if header else (), rows, _tags(table))


def _steps(steps: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    kind, found = "given", []
    for step in steps:
        kind = _KINDS.get(step["keywordType"], kind)
        table, text = step.get("dataTable"), step.get("docString")
        found.append(
            Step(
                step["keyword"].strip(),
                kind,
                step["text"],
                step["location"]["line"],
                tuple(_cells(row) for row in table["rows"]) if table else (),
                text["content"] if text else None,
                tuple(row["location"]["line"] for row in table["rows"]) if table else (),
            )
        )
    return tuple(found)
