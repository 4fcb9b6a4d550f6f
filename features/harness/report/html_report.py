"""Report as one HTML file that can be mailed: every scenario, and what happened in failed ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from urllib.parse import quote

from harness.report.scenario_result import FAILED, MARKS, Evidence, ScenarioResult, StepResult

_STYLE = """
:root { color-scheme: light dark; --line: #8884; --back: #ffffff; --text: #1f2328; --good: #1a7f37; --bad: #cf222e;
  --dim: #656d76; --code: #eeeeee; }
body { background: var(--back); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto;
  max-width: 72rem; padding: 0 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
details { border: 1px solid var(--line); border-radius: 6px; margin: .4rem 0; padding: .3rem .8rem; }
details details { border: 0; padding: 0; }
summary { cursor: pointer; overflow: hidden; } .seconds { color: var(--dim); float: right; }
.passed { color: var(--good); } .failed { color: var(--bad); } .skipped, .not-reached { color: var(--dim); }
pre { overflow-x: auto; margin: .2rem 0; font: 13px/1.45 ui-monospace, monospace; }
table { border-collapse: collapse; font: 13px/1.45 ui-monospace, monospace; }
td { padding: .1rem .8rem .1rem 0; vertical-align: top; border-bottom: 1px solid var(--line); }
td:nth-child(-n+2) { white-space: nowrap; }
code { user-select: all; background: var(--code); padding: .1rem .4rem; border-radius: 4px; }
@media (prefers-color-scheme: dark) { :root { --back: #0d1117; --text: #e6edf3; --good: #3fb950; --bad: #ff7b72;
  --dim: #9198a1; --code: #2a2f37; } }
form { display: flex; flex-wrap: wrap; gap: .3rem 1rem; position: sticky; top: 0; padding: .5rem 0;
  background: var(--back); }
input[type=search] { flex: 1 1 16rem; font: inherit; padding: .2rem .5rem; }
.link { color: var(--dim); text-decoration: none; } :target > summary { outline: 2px solid var(--good); }
@media (max-width: 48rem) {
  body { margin: 1rem auto; } .seconds { float: none; display: block; }
  tr { display: block; border-bottom: 1px solid var(--line); }
  td { display: inline-block; border: 0; } td:last-child { display: block; }
}
img { max-width: 100%; border: 1px solid var(--line); }
"""

_SCRIPT = """
const form = document.forms[0], all = [...document.querySelectorAll('details[data-outcome]')]
const show = () => {
  const words = form.search.value.toLowerCase().split(/\\s+/).filter(Boolean)
  let shown = 0
  for (const one of all) {
    const text = one.textContent.toLowerCase()
    one.hidden = !form[one.dataset.outcome].checked || !words.every((word) => text.includes(word))
    shown += !one.hidden
  }
  for (const section of document.querySelectorAll('section'))
    section.hidden = !section.querySelector('details[data-outcome]:not([hidden])')
  form.querySelector('output').value = `${shown} of ${all.length} shown`
}
const open = () => {
  const one = document.getElementById(location.hash.slice(1))
  if (one) { one.open = true; one.scrollIntoView() }
}
form.addEventListener('input', show); form.addEventListener('submit', (event) => event.preventDefault())
addEventListener('hashchange', open); show(); open()
"""


def page(results: Sequence[ScenarioResult], played: str) -> str:
    """Return the whole page, which loads no other resources. ``played`` is the time and the command of the run."""
    counted = Counter(result.outcome for result in results)
    order = ("failed", "passed", "skipped")
    totals = ", ".join(f'<span class="{name}">{counted[name]} {name}</span>' for name in order if counted[name])
    failed = [result for result in results if result.outcome == "failed"]
    parts = [_section("Failed", "", failed, opened=True)] if failed else []
    for file, several in _by_file(result for result in results if result.outcome != "failed"):
        parts.append(_section(several[0].feature, file, several, opened=False))
    body = "\n".join(parts)
    seconds = sum(result.seconds for result in results)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{counted["failed"]} failed, '
        f"{counted['passed']} passed</title><style>{_STYLE}</style></head>\n"
        f"<body><h1>Scenarios: {totals} in {seconds:.1f} s</h1>\n<p>{escape(played)}</p>\n{_filters(counted)}\n{body}\n"
        f"<script>{_SCRIPT}</script></body></html>\n"
    )


def _filters(counted: Mapping[str, int]) -> str:
    """Return a search field, and a checkbox for each outcome."""
    boxes = "".join(
        f'<label><input type="checkbox" name="{name}" checked> {name} ({counted.get(name, 0)})</label>'
        for name in ("failed", "passed", "skipped")
    )
    search = '<input type="search" name="search" placeholder="Search everything" aria-label="Search">'
    return f'<form role="search">{search}{boxes}<output aria-live="polite"></output></form>'


def _section(head: str, file: str, results: Sequence[ScenarioResult], *, opened: bool) -> str:
    """Return scenarios under a heading with their number and total seconds."""
    seconds = sum(result.seconds for result in results)
    sums = f"<span class='seconds'>{len(results)} · {seconds:.2f} s</span>"
    scenarios = "\n".join(_scenario(result, opened=opened) for result in results)
    return f'<section><h2 title="{escape(file)}">{escape(head)} {sums}</h2>\n{scenarios}</section>'


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
    anchor = quote(result.node, safe="/:.-")
    again = f"<p>Run again: <code>{escape(result.rerun)}</code></p>" if result.outcome == "failed" else ""
    return (
        f"<details id='{anchor}' data-outcome='{result.outcome}'{' open' if opened else ''}><summary>"
        f"<span class='{result.outcome}'>{mark}</span> {escape(name)} <a class='link' href='#{anchor}'>#</a>"
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
    for head, said in (("The driver's log", evidence.log), ("Requests to Twilio", evidence.journal)):
        if said:
            text = escape("\n".join(said))
            parts.append(f"<details><summary>{head} ({len(said)})</summary><pre>{text}</pre></details>")
    for name, address in evidence.pictures.items():
        picture = f'<img src="{escape(address)}" alt="{escape(name)}" loading="lazy">'
        parts.append(f"<details><summary>Screenshot: {escape(name)}</summary>{picture}</details>")
    return "".join(parts)
