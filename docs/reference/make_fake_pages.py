"""Makes the reference pages of the fake's error catalogue and of its coverage, from the data that it runs on."""

from __future__ import annotations

from pathlib import Path

from fake_twilio.api_coverage import operations
from fake_twilio.errors import CATALOGUE

HERE = Path(__file__).parent


def errors() -> str:
    """``fake-errors.md``: every code, grouped by where it shows, with the way in which it can be reached."""
    rows = CATALOGUE.values()
    groups = (
        ("Answers to requests", [row for row in rows if row.status]),
        ("On messages, as `error_code`", [row for row in rows if not row.status and not row.level]),
        ("In the debugger, as alerts", [row for row in rows if not row.status and row.level]),
    )
    parts = [
        "# Errors of the fake",
        "",
        "Every code that the fake knows, made from its catalogue, and how it is reached: by a *request*; as code",
        "of a *message*, by the fake's own rules; as an *alert* about a webhook or its answer; only by a *fault* that",
        "you plant; or *nowhere*, and why. Tests reach all the others.",
    ]
    for title, group in groups:
        answers = title.startswith("Answers")
        head = "| code | HTTP | text | when | reached by |" if answers else "| code | title | when | reached by |"
        parts += ["", f"## {title}", "", head, "|---|---|---|---|---|" if answers else "|---|---|---|---|"]
        for row in group:
            ways = ", ".join(row.ways) + (f": {row.why}" if row.why else "")
            cells = [str(row.code), str(row.status), f"`{row.text}`", row.when] if answers else None
            cells = cells or [str(row.code), row.title, row.when]
            parts.append(f"| {' | '.join(cell.replace('|', '/') for cell in (*cells, ways))} |")
    parts += [
        "",
        '## With `wire_generation = "2019"`',
        "",
        "Around 2019 these said otherwise; numbers were shown whole.",
        "",
        "| code | then | text or title then |",
        "|---|---|---|",
    ]
    parts += [
        f"| {row.code} | {row.old_code or row.code} | `{row.old_text or row.text or row.title}` |"
        for row in rows
        if row.old_text or row.old_code
    ]
    return "\n".join(parts) + "\n"


def coverage() -> str:
    """``fake-coverage.md``: every operation of the specification's messaging part."""
    parts = [
        "# What the fake covers",
        "",
        "Every operation of the messaging part of Twilio's official specification, made from `coverage.toml`.",
        "Refused operations answer 404 / 20404 and are logged as `operation_not_supported`, ignored parameters as",
        "`parameter_ignored`.",
        "[Where Twilio is not documented](fake-decisions.md) the fake had to decide.",
        "",
        "| operation | status | only part of its effect | checked, without effect | ignored |",
        "|---|---|---|---|---|",
    ]
    reasons: dict[str, str] = {}
    for row in operations():
        dropped = row.refused if row.status != "refused" else ()
        groups = (row.partial, tuple(row.without_effect), dropped)
        names = (", ".join(f"`{name}`" for name in some) for some in groups)
        parts.append(f"| `{row.method} {row.path}` | {row.status} | {' | '.join(names)} |")
        reasons |= row.without_effect
    parts += ["", "## Why some parameters have no effect", "", "| parameter | why |", "|---|---|"]
    parts += [f"| `{name}` | {reason} |" for name, reason in sorted(reasons.items())]
    return "\n".join(parts) + "\n"


PAGES = {"fake-errors.md": errors, "fake-coverage.md": coverage}


if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
