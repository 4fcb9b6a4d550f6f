"""Report as Cucumber Messages (one JSON object per line), for Cucumber's own formatters and other tools."""

from __future__ import annotations

import json
import platform
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from gherkin.ast_builder import AstBuilder
from gherkin.parser import Parser
from gherkin.pickles.compiler import Compiler
from gherkin.stream.id_generator import IdGenerator

from gherkin_tools.editor_stub import regular_expression
from gherkin_tools.step_definitions import Definitions
from harness.report.scenario_result import FAILED, PASSED, ScenarioResult

Json = dict[str, Any]

PROTOCOL = "34.2.1"
"""The version of Cucumber Messages in use."""

_KINDS = {"Context": "given", "Action": "when", "Outcome": "then"}
_HOOK = "after-scenario"
"""The ID of the checks before and after the steps of every scenario."""


def write(
    file: Path, results: Iterable[ScenarioResult], definitions: Definitions, *, root: Path, ended: datetime
) -> None:
    """Write the report.

    Args:
        file: The path of the report.
        results: The results of the scenarios.
        definitions: All step definitions.
        root: The folder that file names in the results are relative to.
        ended: When the last scenario ended.
    """
    messages = _Messages(sorted(results, key=lambda one: (one.file, one.line)), definitions, root, ended=ended)
    lines = (json.dumps(envelope, ensure_ascii=False) for envelope in messages.all())
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


class _Messages:
    def __init__(
        self, results: Sequence[ScenarioResult], definitions: Definitions, root: Path, *, ended: datetime
    ) -> None:
        self._results = results
        self._definitions = definitions
        self._root = root
        self._ended = ended
        self._now = ended - timedelta(seconds=sum(result.seconds for result in results))
        self._ids = IdGenerator()
        self._known = {id(one): f"definition-{number}" for number, one in enumerate(definitions.all)}

    def all(self) -> Iterator[Json]:
        """Yield every message in the order that tools expect."""
        yield {"meta": _meta()}
        pickles: dict[tuple[str, str, tuple[str, ...]], list[Json]] = defaultdict(list)
        for uri in dict.fromkeys(result.file for result in self._results):
            for envelope in self._documents(uri):
                yield envelope
                if "pickle" in envelope:
                    pickles[_key(uri, envelope["pickle"])].append(envelope["pickle"])
        for one in self._definitions.all:
            path, _, line = one.place.rpartition(":")
            place = {"uri": str(Path(path).relative_to(self._root)), "location": {"line": int(line)}}
            pattern = {"type": "REGULAR_EXPRESSION", "source": f"^{regular_expression(one)}$"}
            yield {"stepDefinition": {"id": self._known[id(one)], "pattern": pattern, "sourceReference": place}}
        place = {"uri": "features/harness/invariants.py", "location": {"line": 1}}
        yield {"hook": {"id": _HOOK, "name": "checks around every scenario", "sourceReference": place}}
        yield {"testRunStarted": {"id": "run", "timestamp": _timestamp(self._now)}}
        for result in self._results:
            key = (result.file, result.scenario, tuple(step.text for step in result.steps))
            if pickles[key]:
                yield from self._played(result, pickles[key].pop(0))
        success = all(result.outcome != "failed" for result in self._results)
        run = {"testRunStartedId": "run", "success": success, "timestamp": _timestamp(self._ended)}
        yield {"testRunFinished": run}

    def _documents(self, uri: str) -> Iterator[Json]:
        text = (self._root / uri).read_text(encoding="utf-8")
        yield {"source": {"uri": uri, "data": text, "mediaType": "text/x.cucumber.gherkin+plain"}}
        document: Any = {**Parser(AstBuilder(self._ids)).parse(text), "uri": uri}
        yield {"gherkinDocument": document}
        yield from ({"pickle": pickle | {"uri": uri}} for pickle in Compiler(self._ids).compile(document))

    def _played(self, result: ScenarioResult, pickle: Json) -> Iterator[Json]:
        case, started = self._ids.get_next_id(), self._ids.get_next_id()
        steps = [
            {"id": self._ids.get_next_id(), "pickleStepId": step["id"], **self._matched(step)}
            for step in pickle["steps"]
        ]
        around = {"id": self._ids.get_next_id(), "hookId": _HOOK}
        yield {
            "testCase": {"id": case, "testRunStartedId": "run", "pickleId": pickle["id"], "testSteps": [*steps, around]}
        }
        opened = {"id": started, "testCaseId": case, "attempt": 0, "timestamp": _timestamp(self._now)}
        yield {"testCaseStarted": opened}
        for step, own in zip([*steps, around], [*self._outcomes(result), self._around(result)], strict=True):
            ids = {"testCaseStartedId": started, "testStepId": step["id"]}
            yield {"testStepStarted": ids | {"timestamp": _timestamp(self._now)}}
            self._now += timedelta(seconds=own["seconds"])
            outcome = {key: value for key, value in own.items() if key != "seconds"}
            outcome["duration"] = _duration(own["seconds"])
            yield {"testStepFinished": ids | {"testStepResult": outcome, "timestamp": _timestamp(self._now)}}
        closed = {"testCaseStartedId": started, "timestamp": _timestamp(self._now), "willBeRetried": False}
        yield {"testCaseFinished": closed}

    def _matched(self, step: Mapping[str, Any]) -> Json:
        found = self._definitions.matching(_KINDS.get(step["type"], "given"), step["text"])
        arguments: list[Json] = [{"stepMatchArguments": []} for _ in found]
        return {"stepDefinitionIds": [self._known[id(one)] for one in found], "stepMatchArgumentsLists": arguments}

    @staticmethod
    def _outcomes(result: ScenarioResult) -> Iterator[Json]:
        for step in result.steps:
            if step.outcome == PASSED:
                yield {"status": "PASSED", "seconds": step.seconds}
            elif step.outcome == FAILED:
                yield {"status": "FAILED", "message": result.failure, "seconds": step.seconds}
            else:
                yield {"status": "SKIPPED", "seconds": 0.0}

    @staticmethod
    def _around(result: ScenarioResult) -> Json:
        """Return why a scenario was skipped, or what was wrong before its first step or after its last."""
        if result.outcome == "passed" or any(step.outcome == FAILED for step in result.steps):
            return {"status": "PASSED", "seconds": 0.0}
        status = "FAILED" if result.outcome == "failed" else "SKIPPED"
        return {"status": status, "message": result.failure, "seconds": 0.0}


def _key(uri: str, pickle: Mapping[str, Any]) -> tuple[str, str, tuple[str, ...]]:
    return uri, pickle["name"], tuple(step["text"] for step in pickle["steps"])


def _meta() -> Json:
    return {
        "protocolVersion": PROTOCOL,
        "implementation": {"name": "pytest-bdd"},
        "runtime": {"name": platform.python_implementation(), "version": platform.python_version()},
        "os": {"name": platform.system()},
        "cpu": {"name": platform.machine()},
    }


def _timestamp(moment: datetime) -> Json:
    return {"seconds": int(moment.timestamp()), "nanos": moment.microsecond * 1000}


def _duration(seconds: float) -> Json:
    return {"seconds": int(seconds), "nanos": int(seconds % 1 * 1e9)}
