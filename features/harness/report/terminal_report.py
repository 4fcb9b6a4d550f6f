"""Shows a failed scenario in the terminal, step by step, instead of a traceback."""

from __future__ import annotations

from typing import Any

from harness.report.scenario_result import FAILED, MARKS, NOT_REACHED, PASSED, ScenarioResult

_SHOWN = 15


class Failure:
    """A failed scenario as shown in the terminal."""

    def __init__(self, result: ScenarioResult) -> None:
        self.result = result

    def toterminal(self, tw: Any) -> None:
        """Write the scenario with a mark for each step, what went wrong, what happened, and how to run it again."""
        colors = {PASSED: {"green": True}, FAILED: {"red": True}, NOT_REACHED: {"light": True}}
        for text, outcome in lines(self.result):
            tw.line(text, **colors.get(outcome, {}))

    def __str__(self) -> str:
        return "\n".join(text for text, _ in lines(self.result))


def lines(result: ScenarioResult) -> list[tuple[str, str]]:
    """Return a failed scenario as lines, each with the outcome that colors it (or an empty string)."""
    found = [(f"{result.file}:{result.line}", ""), (result.title, ""), ("", "")]
    failure = [(f"      {line}", FAILED) for line in result.failure.splitlines()]
    at_a_step = False
    for step in result.steps:
        found.append((f"  {MARKS[step.outcome]} {step.keyword} {step.text}", step.outcome))
        found += [(f"  {line}".rstrip(), step.outcome) for line in step.below.splitlines()]
        if step.outcome == FAILED:
            found += failure
            at_a_step = True
    if not at_a_step:
        found += [("", ""), *failure]
    evidence = result.evidence
    for head, said in (
        ("what happened (clock time):", ["  ".join(row) for row in evidence.timeline]),
        ("the driver's log:", evidence.log),
    ):
        if said:
            left_out = [f"… {len(said) - _SHOWN} earlier entries are in the HTML report"] if len(said) > _SHOWN else []
            found += [("", ""), (f"  {head}", "")]
            found += [(f"    {line}", "") for line in [*left_out, *list(said)[-_SHOWN:]]]
    return [*found, ("", ""), (f"  run again: {result.rerun}", "")]
