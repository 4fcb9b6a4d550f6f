"""Makes the reference page of faults from the effects that the fake has registered."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any, get_type_hints

from fake_twilio.faults import effects

HERE = Path(__file__).parent

PHASES = {
    "request": (
        "Before a request is processed",
        "All matching faults apply, in the order of planting, up to the first that refuses or ends the connection.",
    ),
    "response": ("In the answer to a processed request", "The first matching fault applies."),
    "delivery": (
        "On the way to the handset",
        "Asked once a message, when the API has accepted it. The first matching fault applies.",
    ),
    "callback": (
        "Status callbacks",
        "Asked once a callback, when its status is reached. All matching faults apply together.",
    ),
    "inbound_webhook": (
        "Webhooks of incoming texts",
        "Asked once an incoming text. All matching faults apply together.",
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
    """``faults.md``: every effect with its keys, by the phase in which it is asked."""
    parts = [
        "# Faults",
        "",
        "Every effect of `POST /_fake/v1/faults`, made from the code that carries them out.",
        "[How to use them](../how-to/make-twilio-fail.md), [how to add one](../how-to/add-a-fault.md).",
        "",
        "A request passes the phases in the order of this page. Within a phase the fault planted first is asked",
        "first; one that is not reached because an earlier one ended the matter is neither asked nor counted.",
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
