"""Reference pages of the fake's error catalog and its coverage, generated from the fake's own data."""

from __future__ import annotations

from pathlib import Path

from fake_twilio.api_coverage import operations
from fake_twilio.errors import CATALOGUE

HERE = Path(__file__).parent


def errors() -> str:
    """Return ``fake-errors.md``: every code, grouped by where it appears, and how it can be triggered."""
    rows = CATALOGUE.values()
    groups = (
        ("Responses to requests", [row for row in rows if row.status]),
        ("On messages, as `error_code`", [row for row in rows if not row.status and not row.level]),
        ("In the debugger, as alerts", [row for row in rows if not row.status and row.level]),
    )
    parts = [
        "# The fake's error codes",
        "",
        "Every code that the fake implements, generated from its catalog, and how it can be triggered: by a *request*;",
        "as the code of a *message*, by the fake's own rules; as an *alert* about a webhook or its response; only by a",
        "*fault* that you add; or *nowhere*, and why. Tests trigger all the others.",
    ]
    for title, group in groups:
        answers = title.startswith("Responses")
        head = "| code | HTTP | text | when | triggered by |" if answers else "| code | title | when | triggered by |"
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
        "Around 2019 these codes or texts were different, and numbers were shown in full.",
        "",
        "| code | in 2019 | text or title in 2019 |",
        "|---|---|---|",
    ]
    parts += [
        f"| {row.code} | {row.old_code or row.code} | `{row.old_text or row.text or row.title}` |"
        for row in rows
        if row.old_text or row.old_code
    ]
    return "\n".join(parts) + "\n"


def coverage() -> str:
    """Return ``fake-coverage.md``: every operation of the specification's messaging part."""
    parts = [
        "# What the fake covers",
        "",
        "Every operation in the messaging part of Twilio's official specification, generated from `coverage.toml`.",
        "Refused operations answer 404 / 20404 and are logged as `operation_not_supported`; ignored parameters are",
        "logged as `parameter_ignored`.",
        "[Where Twilio is not documented](fake-decisions.md), the fake had to decide.",
        "",
        "| operation | status | partly implemented | validated, without effect | ignored |",
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
