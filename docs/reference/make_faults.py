"""Reference page of faults, generated from the fake's registered effects."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, get_type_hints

from fake_twilio.faults import effects

HERE = Path(__file__).parent

PHASES = {
    "request": (
        "Before a request is processed",
        "All matching faults apply in the order they were added, up to the first that rejects or disconnects.",
    ),
    "response": ("In the response to a processed request", "The first matching fault applies."),
    "delivery": (
        "On the way to the handset",
        "Evaluated once per message, when the API has accepted it. The first matching fault applies.",
    ),
    "callback": (
        "Status callbacks",
        "Evaluated once per callback, when its status is reached. All matching faults apply together.",
    ),
    "inbound_webhook": (
        "Webhooks of incoming messages",
        "Evaluated once per incoming message. All matching faults apply together.",
    ),
}
TYPES = {
    int: "whole number",
    float: "number",
    str: "text",
    bool: "true or false",
    int | None: "whole number",
    dict[str, str]: "object",
}


def faults() -> str:
    """Return ``faults.md``: every effect with its keys, by phase."""
    parts = [
        "# Faults",
        "",
        "Every effect of `POST /_fake/v1/faults`, generated from the code that implements them.",
        "[How to use them](../how-to/make-twilio-fail.md), [how to add one](../how-to/add-a-fault.md).",
        "",
        "A request passes through the phases in the order of this page. Within a phase, faults are evaluated in the",
        "order they were added; a fault after one that ended the phase is neither evaluated nor counted.",
    ]
    for phase, (title, order) in PHASES.items():
        head = ["| `type` | what happens | further keys |", "|---|---|---|"]
        parts += ["", f"## {title}", "", order, "", *head]
        for name, cls in effects().items():
            if cls.phase == phase:
                does = " ".join((cls.__doc__ or "").split())
                hints = get_type_hints(cls)
                keys = ", ".join(_key(item, hints[item.name]) for item in fields(cls))  # type: ignore[arg-type]
                parts.append(f"| `{name}` | {does} | {keys or 'none'} |")
    return "\n".join(parts) + "\n"


def _key(item: Field[Any], kind: Any) -> str:
    default = None if item.default is MISSING else item.default
    if item.default is MISSING and item.default_factory is MISSING:
        note = "required"
    else:
        note = "" if default in (None, "", 0) else f"{default} by default"
    return f"`{item.name}` ({', '.join(filter(None, (TYPES[kind], note)))})"


PAGES = {"faults.md": faults}


if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
