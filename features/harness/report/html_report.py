"""The report as one HTML file that can be mailed: every scenario, and for failing ones what happened."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from html import escape

from harness.report.scenario_result import FAILED, MARKS, Evidence, ScenarioResult, StepResult

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --good: #1a7f37; --bad: #cf222e; --dim: #777; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem;
  overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .3rem .8rem; }
details details { border: 0; padding: 0; }
summary { cursor: pointer; } .seconds { color: var(--dim); float: right; }
.passed { color: var(--good); } .failed { color: var(--bad); } .skipped, .not-reached { color: var(--dim); }
pre { overflow-x: auto; margin: .2rem 0; font: 13px/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; font: 13px/1.45 ui-monospace, monospace; }
td { padding: .1rem .8rem .1rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td:nth-child(-n+2) { white-space: nowrap; }
code { user-select: all; background: #8882; padding: .1rem .4rem; border-radius: 4px; }
@media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72; --dim: #999; } }
@media (max-width: 48rem) {
  body { margin: 1rem auto; } .seconds { float: none; display: block; }
  tr { display: block; border-bottom: 1px solid var(--line); }
  td { display: inline-block; border: 0; } td:last-child { display: block; }
}
"""


def page(results: Sequence[ScenarioResult], played: str) -> str:
    """The whole page; it loads nothing from anywhere. `played` says when and with which command."""
    counted = Counter(result.outcome for result in results)
    order = ("failed", "passed", "skipped")
    totals = ", ".join(f'<span class="{name}">{counted[name]} {name}</span>' for name in order if counted[name])
    failed = [result for result in results if result.outcome == "failed"]
    parts = [_scenario(result, opened=True) for result in failed]
    if failed:
        parts.insert(0, "<h2>Failed</h2>")
    for file, several in _by_file(result for result in results if result.outcome != "failed"):
        parts.append(f'<h2 title="{escape(file)}">{escape(several[0].feature)}</h2>')
        parts += [_scenario(result, opened=False) for result in several]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{counted["failed"]} failed, '
        f"{counted['passed']} passed</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>Scenarios: {totals}</h1>\n<p>{escape(played)}</p>\n{body}\n</body></html>\n"
    )


def _by_file(results: Iterable[ScenarioResult]) -> list[tuple[str, list[ScenarioResult]]]:
    files: dict[str, list[ScenarioResult]] = defaultdict(list)
    for result in results:
        files[result.file].append(result)
    return sorted(files.items())


def _scenario(result: ScenarioResult, *, opened: bool) -> str:
    name = result.title if opened else result.title.removeprefix(f"{result.feature} › ")
    failure = f'<pre class="{result.outcome}">{escape(result.failure)}</pre>' if result.failure else ""
    steps = "".join(_step(step) + (failure if step.outcome == FAILED else "") for step in result.steps)
    afterwards = "" if any(step.outcome == FAILED for step in result.steps) else failure
    mark = {"passed": "✓", "failed": "✗"}.get(result.outcome, "○")
    again = f"<p>Again: <code>{escape(result.rerun)}</code></p>" if result.outcome == "failed" else ""
    return (
        f"<details{' open' if opened else ''}><summary><span class='{result.outcome}'>{mark}</span> {escape(name)}"
        f"<span class='seconds'>{escape(result.file)}:{result.line} · {result.seconds:.2f} s</span></summary>"
        f"{steps}{afterwards}{_evidence(result.evidence)}{again}</details>"
    )


def _step(step: StepResult) -> str:
    below = f"\n{escape(step.below)}" if step.below else ""
    words = f"{MARKS[step.outcome]} {escape(step.keyword)} {escape(step.text)}"
    return f'<pre class="{step.outcome.replace(" ", "-")}">{words}{below}</pre>'


def _evidence(evidence: Evidence) -> str:
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in evidence.timeline)
    parts = (
        [f"<details open><summary>What happened (clock time)</summary><table>{rows}</table></details>"] if rows else []
    )
    for head, said in (("The driver's log", evidence.log), ("What Twilio was asked", evidence.journal)):
        if said:
            text = escape("\n".join(said))
            parts.append(f"<details><summary>{head} ({len(said)})</summary><pre>{text}</pre></details>")
    return "".join(parts)
