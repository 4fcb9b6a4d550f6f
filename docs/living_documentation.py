"""MkDocs hook that turns the feature files into one page of prose, with the results of the last run.

``pytest features --cucumberjson=reports/cucumber.json`` saves the results; without them the page shows none.
"""

import json
import re
import textwrap
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.structure.files import Files

PAGE = "qa/behavior.md"
HEAD = "# Behavior\n\nEvery feature file as prose, generated with the site. {verdicts}\n"
NEVER_PLAYED = "No test results were available when the site was built."
MARKS = {"passed": "✓", "failed": "✗", "skipped": "○", "pending": "○"}
_HEADINGS = {"Rule": "####", "Scenario": "#####", "Scenario Outline": "#####", "Background": "#####"}
_STEP = re.compile(r"(Given|When|Then|And|But) (.*)")

#: File, relative to the root, and scenario -> its mark. Of several rows, the worst counts.
Verdicts = Mapping[tuple[str, str], str]


def on_files(files: "Files", config: Any) -> "Files":
    """Add the page."""
    from mkdocs.structure.files import File  # only the site has MkDocs, and features are read without it

    root = Path(config.docs_dir).parent
    files.append(File.generated(config, PAGE, content=page(root, root / "reports" / "cucumber.json")))
    return files


def page(root: Path, report: Path) -> str:
    """Return the page, with the results from a report if it exists."""
    marks, played = verdicts(report), NEVER_PLAYED
    if marks:
        when = datetime.fromtimestamp(report.stat().st_mtime, UTC)
        played = f"Last run on {when:%Y-%m-%d}: ✓ passed, ✗ failed, ○ skipped."
    parts, folder = [HEAD.format(verdicts=played)], ""
    for file in sorted((root / "features").glob("*/*.feature")):
        if file.parent.name != folder:
            folder = file.parent.name
            parts.append(f"## {folder.replace('-', ' ').capitalize()}\n")
        parts += prose(file.read_text(encoding="utf-8"), file.relative_to(root).as_posix(), marks)
    return "\n".join(parts)


def verdicts(report: Path) -> Verdicts:
    """Return the result of each scenario in a report; empty if it does not exist."""
    seen: dict[tuple[str, str], list[str]] = defaultdict(list)
    for feature in json.loads(report.read_text(encoding="utf-8")) if report.exists() else ():
        for element in feature["elements"]:
            checks = [*element.get("before", ()), *element["steps"], *element.get("after", ())]
            results = {check["result"]["status"] for check in checks}
            worst = next((status for status in ("failed", "pending", "skipped") if status in results), "passed")
            seen[feature["uri"], element["name"]].append(worst)
    order = ["passed", "skipped", "pending", "failed"]
    return {key: MARKS[max(found, key=order.index)] for key, found in seen.items()}


def prose(text: str, uri: str, marks: Verdicts) -> Iterator[str]:
    """Yield one feature file as Markdown: headings, descriptions, and steps with their tables."""
    quoted = False  # inside a doc string below a step
    described = True  # below a heading, before the first step
    below: list[str] = []
    for line in text.splitlines():
        words = line.strip()
        quote = words.startswith('"""')
        if quote or quoted or words.startswith("|"):
            below.append(line)
            quoted ^= quote
            continue
        yield from _fenced(below)
        below = []
        keyword, _, name = words.partition(":")
        if keyword == "Feature":
            yield f"### {_plain(name)}\n"
        elif keyword in _HEADINGS:
            described = keyword == "Rule"
            mark = marks.get((uri, name.strip()), "")
            yield f"\n{_HEADINGS[keyword]} {f'{mark} {_plain(name)}'.strip() or keyword}\n"
        elif keyword == "Examples":
            yield "\nFor example:"
        elif not described and (step := _STEP.match(words)):
            yield f"**{step[1]}** {_plain(step[2])}<br>"
        elif not words.startswith("@"):
            yield _plain(words)
    yield from _fenced(below)


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"\n```gherkin\n{textwrap.dedent(chr(10).join(lines))}\n```\n"


def _plain(text: str) -> str:
    """Escape placeholders and stars, which Markdown would treat as HTML and emphasis."""
    return re.sub(r"([<*_])", r"\\\1", text.strip())
