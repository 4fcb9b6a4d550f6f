"""Report for Cucumber's own tools: a JSON file with every scenario, including skipped ones.

pytest-bdd's own report has no data tables, doc strings or skipped scenarios. It also counts steps that were never
reached as failed, and scenarios that break an invariant as passed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from gherkin_tools.gherkin_model import Document, read
from harness.report.scenario_result import FAILED, PASSED, ScenarioResult, StepResult

_NANOSECONDS = 10**9


def write(file: Path, results: Iterable[ScenarioResult], root: Path) -> None:
    """Write the report.

    Args:
        file: The path of the report.
        results: The results of the scenarios.
        root: The folder that file names in the results are relative to.
    """
    documents: dict[str, Document] = {}
    features: dict[str, dict[str, Any]] = {}
    for result in results:
        if result.file not in features:
            documents[result.file] = read(root / result.file)
            features[result.file] = _feature(result.file, documents[result.file])
        features[result.file]["elements"].append(_scenario(result, documents[result.file].text.splitlines()))
    file.write_text(json.dumps([features[name] for name in sorted(features)], ensure_ascii=False), encoding="utf-8")


def _feature(uri: str, document: Document) -> dict[str, Any]:
    return {
        "uri": uri,
        "id": _id(document.name),
        "keyword": document.keyword,
        "name": document.name,
        "description": document.description,
        "line": document.line,
        "language": document.language,
        "tags": _tags(document.tags),
        "elements": [],
    }


def _scenario(result: ScenarioResult, lines: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": ";".join(_id(part) for part in (result.feature, result.scenario, result.case) if part),
        "type": "scenario",
        "keyword": result.keyword,
        "name": result.scenario,
        "description": result.description,
        "line": result.line,
        "tags": _tags(result.tags),
        "steps": [_step(step, result, lines) for step in result.steps],
    }
    if result.outcome != PASSED and all(step.outcome != FAILED for step in result.steps):
        # Found before the first step or after the last, so no step has the reason.
        begun = any(step.outcome == PASSED for step in result.steps)
        entry["after" if begun else "before"] = [{"match": {"location": "features/harness"}, "result": _why(result)}]
    return entry


def _step(step: StepResult, result: ScenarioResult, lines: Sequence[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "keyword": f"{step.keyword} ",
        "name": step.text,
        "line": step.line,
        "match": {"location": f"{result.file}:{step.line}"},
        "result": {"status": "skipped"},
    }
    if step.outcome == PASSED:
        entry["result"] = {"status": "passed", "duration": round(step.seconds * _NANOSECONDS)}
    elif step.outcome == FAILED:
        entry["result"] = _why(result) | {"duration": round(step.seconds * _NANOSECONDS)}
    if step.rows:
        entry["rows"] = [{"cells": list(row)} for row in step.rows]
    if step.docstring is not None:
        entry["doc_string"] = {"value": step.docstring} | _fence(lines, step.line)
    return entry


def _fence(lines: Sequence[str], step: int) -> dict[str, Any]:
    """Return the line on which a doc string begins, and its media type."""
    fences = ((number, text.strip()) for number, text in enumerate(lines[step:], step + 1))
    line, opening = next(one for one in fences if one[1].startswith(('"""', "```")))
    return {"content_type": opening[3:].strip(), "line": line}


def _why(result: ScenarioResult) -> dict[str, Any]:
    """Return why a scenario did not pass. Work in progress may fail; Cucumber calls that pending."""
    failed_step = any(step.outcome == FAILED for step in result.steps)
    status = "failed" if result.outcome == "failed" else "pending" if failed_step else "skipped"
    return {"status": status, "error_message": result.failure}


def _tags(names: Iterable[str]) -> list[dict[str, Any]]:
    return [{"name": f"@{name}"} for name in names]


def _id(name: str) -> str:
    return name.lower().replace(" ", "-")
