"""Generated parts of the reference of states and error codes: run this after changing the code or the page.

A generated part is between ``<!-- made: NAME -->`` and ``<!-- end -->``; ``tests/docs`` fails if one is out of date.
"""

import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))

from driver.domain.commands import CommandResult  # noqa: E402
from driver.domain.explanations import COMM_WORDS  # noqa: E402
from driver.domain.twilio_errors import MEANINGS  # noqa: E402
from support.driver_transitions import CHANGES, PATHS, records, walk  # noqa: E402

PAGE = HERE / "driver-states.md"
_MADE = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
_COLUMNS = {
    "F+c": "standing fault",
    "F+e": "send failed",
    "F-": "standing fault over",
    "C-": "communication lost",
    "C+": "communication back",
    "Mask": "Mask",
    "Ack": "Acknowledge",
    "Reset": "Reset",
    "OK": "send succeeded",
}


def _transitions(*, latch: bool) -> str:
    lines = ["| from | " + " | ".join(_COLUMNS.values()) + " |", "|---" * (len(_COLUMNS) + 1) + "|"]
    for row in PATHS:
        start = walk(row, latch=latch)
        if not latch and row.endswith(("UL", "AL")):
            continue
        cells = [f"{row} → **{start.asset.status}**" if row != start.asset.status else f"**{row}**"]
        cells += [_cell(row, column, latch=latch) for column in _COLUMNS]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(row: str, column: str, *, latch: bool) -> str:
    walked = walk(row, latch=latch)
    before = walked.asset
    done = walked.step(CHANGES[column])
    if done.result in (CommandResult.NOOP, CommandResult.REJECTED):
        return done.result.value
    if (done.asset.status, records(done.asset)) == (before.status, records(before)):
        new = {record.alarm_id for record in done.asset.records} - {record.alarm_id for record in before.records}
        return f"{done.asset.status}, new alarm" if new else "="
    left = records(done.asset)
    partial = ", partial" if done.result is CommandResult.PARTIAL else ""
    return f"{done.asset.status}{f' ({left})' if left else ''}{partial}"


def _codes() -> str:
    lines = ["| code | fault | what happened | what ends it |", "|---|---|---|---|"]
    lines += [f"| {code} | `{known.cause}` | {known.text} | {known.hint} |" for code, known in sorted(MEANINGS.items())]
    return "\n".join(lines)


def _reasons() -> str:
    lines = ["| reason | in words |", "|---|---|"]
    lines += [f"| `{reason}` | {words} |" for reason, words in COMM_WORDS.items()]
    return "\n".join(lines)


def made(page: str) -> str:
    """Return the page with its generated parts filled in."""
    parts = {
        "unlatched": _transitions(latch=False),
        "latched": _transitions(latch=True),
        "codes": _codes(),
        "reasons": _reasons(),
    }
    return _MADE.sub(lambda found: f"{found[1]}\n{parts[found['name']]}\n\n{found[3]}", page)


if __name__ == "__main__":
    PAGE.write_text(made(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
