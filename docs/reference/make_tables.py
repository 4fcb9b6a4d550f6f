"""Generated parts of the table and workflow reference: run this after changing the code or the pages.

A generated part is between ``<!-- made: NAME -->`` and ``<!-- end -->``; ``tests/docs`` fails if one is out of date.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from driver.config.rules import NotifyConfig, PinConfig, ProofConfig, QuietHoursConfig, StepConfig, WorkflowConfig
from driver.config.types import Section
from driver.domain.ack_replies import ACKNOWLEDGE_WORDS, TWILIO_KEYWORDS
from driver.domain.commands import AssetType
from driver.domain.rules import COMMON_FIELDS, DEFAULT_TEMPLATES, EVENT_FIELDS, rendered
from driver.tables.asset_schema import asset_row
from driver.tables.exports import export_csv
from driver.tables.models import TableKind
from driver.tables.schemas import SCHEMAS, initial

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from make_configuration import meanings_of  # noqa: E402

PAGES = (HERE / "driver-tables.md", HERE / "driver-workflows.md")
SYSTEM = asset_row("twilio", AssetType.SYSTEM, caption="Twilio SMS")
_MADE = re.compile(r"(<!-- made: (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _columns(kind: TableKind) -> str:
    schema = SCHEMAS[kind]
    lines = ["| column | values | meaning |", "|---|---|---|"]
    if schema.has_table_ids:
        lines.append("| `TableId` | text | ID of the table; empty for a new one. |")
    meanings = meanings_of(schema.row)
    for column in schema.columns:
        own = "" if column.documented else " °"
        meaning = column.meaning or meanings[column.field]
        lines.append(f"| `{column.name}`{own} | {column.type.description} | {meaning} |")
    return "\n".join(lines)


def _built_in(kind: TableKind) -> str:
    text = export_csv(SCHEMAS[kind], initial(SYSTEM)[kind], mark=False).replace("\r\n", "\n")
    rows = [line.split(",") for line in text.splitlines()]
    wanted = {
        TableKind.STATUS: (
            "Status.Description",
            "Status.Priority",
            "Status.IsAlarm",
            "Status.AlarmIsAutoReset",
            "Status.Color",
        ),
        TableKind.COMMAND: ("TableId", "Command.CommandID", "Command.Name", "Command.RetainCommandUI"),
    }[kind]
    places = [rows[0].index(name) for name in wanted]
    lines = ["| " + " | ".join(f"`{name}`" for name in wanted) + " |", "|" + "---|" * len(wanted)]
    lines += ["| " + " | ".join(row[place] for place in places) + " |" for row in rows[1:]]
    return "\n".join(lines)


def _events() -> str:
    lines = ["| `on` | fields beyond the common ones |", "|---|---|"]
    lines += [f"| `{name}` | {', '.join(f'`{field}`' for field in fields)} |" for name, fields in EVENT_FIELDS.items()]
    return "Every event has " + ", ".join(f"`{name}`" for name in COMMON_FIELDS) + ".\n\n" + "\n".join(lines)


def _keys(*sections: tuple[str, type[Section]]) -> str:
    lines = ["| key | default |", "|---|---|"]
    for path, section in sections:
        for name, field in section.model_fields.items():
            default = "required" if field.is_required() else f"`{_toml(field.get_default(call_default_factory=True))}`"
            lines.append(f"| `{path}.{name}` | {default} |")
    return "\n".join(lines)


def _toml(value: object) -> str:
    if value is None or value in ((), {}, ""):
        return "none"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _templates() -> str:
    fields = {
        "Location": "North gate",
        "Name": "North gate",
        "Alarm Type": "Fault",
        "Time": "14:05",
        "Severity": "2",
        "Code": "10",
        "Reason": "The phone is switched off or out of reach (Twilio error 30003)",
        "Message Content": "A man is hurt",
    }
    lines = ["| template | message | example |", "|---|---|---|"]
    for name, message in DEFAULT_TEMPLATES.items():
        lines.append(f"| `{name}` | `{message}` | {rendered(message, fields)} |")
    return "\n".join(lines)


def _words() -> str:
    ours = ", ".join(f"`{word}`" for word in ACKNOWLEDGE_WORDS)
    theirs = ", ".join(f"`{word}`" for word in sorted(TWILIO_KEYWORDS))
    return (
        f"Words that acknowledge, alone or next to a code: {ours}. "
        f"Words that are reserved by Twilio and never acknowledge: {theirs}."
    )


MAKERS: Mapping[str, Callable[[], str]] = {
    "status-columns": lambda: _columns(TableKind.STATUS),
    "command-columns": lambda: _columns(TableKind.COMMAND),
    "asset-columns": lambda: _columns(TableKind.ASSET),
    "status-built-in": lambda: _built_in(TableKind.STATUS),
    "command-built-in": lambda: _built_in(TableKind.COMMAND),
    "events": _events,
    "keys": lambda: _keys(
        ("workflows", WorkflowConfig),
        ("workflows.do", StepConfig),
        ("notify", NotifyConfig),
        ("notify.proofs", ProofConfig),
        ("notify.pins", PinConfig),
        ("notify.quiet_hours", QuietHoursConfig),
    ),
    "templates": _templates,
    "words": _words,
}


def made(page: str) -> str:
    """Return a page with its generated parts filled in."""
    return _MADE.sub(lambda found: f"{found[1]}{MAKERS[found['name']]()}\n{found[3]}", page)


if __name__ == "__main__":
    for path in PAGES:
        path.write_text(made(path.read_text(encoding="utf-8")), encoding="utf-8")
