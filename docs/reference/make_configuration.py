"""Reference page of the driver's configuration, generated from the code."""

from __future__ import annotations

import ast
import inspect
import json
import sys
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from driver.config.hot_reload import is_reloadable
from driver.config.loading import SECRETS
from driver.config.models import DriverConfig

HERE = Path(__file__).parent


def configuration() -> str:
    """``configuration.md``: every key of ``driver.toml`` with its default and its meaning."""
    parts = [
        "# Driver configuration",
        "",
        "`sms-driver run` reads `driver.toml`. Environment variables `SMS_DRIVER__SECTION__KEY` override the file; in",
        "them, lists and tables are written as JSON. For a key marked †, you can set `KEY_file` to the name of a file",
        "that contains the secret instead. In one place, set only one of the two; a variable for either overrides both",
        "in the file. An empty secret, or an empty variable for one, counts as not set, and whitespace around a secret",
        "is ignored. Files are UTF-8 or UTF-16, with or without a byte order mark. Unknown keys are rejected, and all",
        "problems are reported at once. This page is generated from the code.",
        "",
        "Phone numbers are written in E.164 format, optionally with spaces, dots, hyphens and brackets. Invisible",
        "characters from copied contacts, `tel:`, digits of other scripts and a national `(0)` are normalized if the",
        "result is unambiguous; what cannot be a number is rejected.",
        "",
        "The connection to Twilio uses the proxy set in `HTTPS_PROXY` or `ALL_PROXY`, except to hosts in",
        "`NO_PROXY` (names, domains, addresses, networks, with or without a port). `REQUESTS_CA_BUNDLE` or",
        "`CURL_CA_BUNDLE` sets the certificate authorities to trust instead of the system's; `SSL_CERT_FILE` and",
        "`SSL_CERT_DIR` work as in OpenSSL. If one of these files does not exist, the driver does not start.",
        "The commands that connect to a driver use `--ca FILE` first, then the same variables for certificates.",
        "",
        "`SIGHUP` makes a running driver reload what has changed, without losing a message or a connection. Keys that",
        "only a restart can apply are marked ‡; the log lists those that have changed. Renewed certificates are",
        "reloaded, clients that have lost their access are disconnected, and an invalid configuration changes nothing.",
        "",
    ]
    for name, field in DriverConfig.model_fields.items():
        model, many = _section(field)
        heading = f"[[{name}]]" if many else f"[{name}]"
        parts += [f"## `{heading}`", "", *_about(model), *_keys(model, name)]
        for below, inner in model.model_fields.items():
            nested, repeated = _section(inner)
            if nested is not BaseModel:
                inner_heading = f"[[{name}.{below}]]" if repeated else f"[{name}.{below}]"
                parts += [f"### `{inner_heading}`", "", *_about(nested), *_keys(nested, name, below)]
    parts += [*_choices()]
    return "\n".join(parts).rstrip() + "\n"


#: What the platform's documentation leaves open: the question, what the driver does, and which key changes it.
CHOICES = (
    ("Does Mask on a masked asset unmask it?", "No, only Reset does", "states.mask_toggles"),
    ("Does a mask apply to one workstation or to all?", "To all; the driver stores it", ""),
    (
        "Does a latched alarm stay shown over a more urgent one?",
        "No; the latch keeps the record, but not the display",
        "states.latch_mode",
    ),
    ("What does Reset before Acknowledge do if alarms latch?", "It is rejected, with the reason", ""),
    (
        "What does Reset do to a fault that still holds?",
        "It raises a new, unacknowledged alarm",
        "states.reset_while_active",
    ),
    ("Does a mask replace Acknowledge?", "No; after Reset the alarm is back, and its age starts again", ""),
    (
        "Does Acknowledge apply to every alarm of an asset?",
        "Yes, including masked ones; to one with the parameter `Alarm ID` or `POST /api/alarms/{id}/acknowledge`",
        "",
    ),
    (
        "Does a message that was not sent put its phone in Fault?",
        "Yes, until one is sent, or Reset",
        "states.fault_on_send_failure",
    ),
    ("Does such a Fault end by itself?", "No", "states.fault_hold_s"),
    ("Does a failure after Acknowledge raise a new alarm?", "No, it is counted", "states.re_alarm_on_repeat"),
    ("Is a message attempted while there is no communication?", "Yes, twice as always", "states.reject_when_down"),
    ("Is a message that Twilio rejected permanently retried?", "Yes, once as always", "send.retry_permanent"),
    ("Which alarms latch?", "None; a status table can change that", "states.latch"),
    (
        "Which conditions of the account are Faults?",
        "None of trial, unverified number, automatic reply, dropped replies, clock skew",
        "states.fault_on",
    ),
    ("What happens to conditions while there is no communication?", "They stay, marked as stale", ""),
    ("What survives a restart?", "Masks, alarms, acknowledgements, the receiving position, waiting messages", ""),
    ("Which messages count at the very first start?", "None from before it", "receive.backfill_s"),
    ("When are two received messages the same?", "If they have the same SID, however they arrive", ""),
    ("Which phone gets a message if two have the same pair of numbers?", "Both phones", "receive.same_numbers"),
    (
        "Which numbers must match for a message to belong to a phone?",
        "Both; with a Messaging Service only the person's",
        "receive.match",
    ),
    (
        "Do phones raise alarms while the system has no communication?",
        "No, the system does",
        "states.suppress_child_comm_alarms",
    ),
    ("Is the system in Fault while a phone is?", "Yes", "states.child_fault_rollup"),
)


def _choices() -> list[str]:
    rows = [
        "## Choices",
        "",
        "What the platform's documentation leaves open, what the driver does, and which key changes it.",
        "",
        "| question | the driver's behavior | changed by |",
        "|---|---|---|",
    ]
    return rows + [f"| {question} | {answer} | {f'`{key}`' if key else ''} |" for question, answer, key in CHOICES]


def _section(field: FieldInfo) -> tuple[type[BaseModel], bool]:
    """Return a field's model and whether it holds several; ``BaseModel`` itself for a plain value."""
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate, get_origin(field.annotation) is tuple
    return BaseModel, False


def _about(model: type[BaseModel]) -> list[str]:
    return [" ".join((model.__doc__ or "").split()), ""]


def _keys(model: type[BaseModel], section: str, below: str = "") -> list[str]:
    rows = ["| key | default | meaning |", "|---|---|---|"]
    meanings = meanings_of(model)
    for name, field in model.model_fields.items():
        if _section(field)[0] is not BaseModel:
            continue
        mark = (" †" if not below and name in SECRETS.get(section, ()) else "") + (
            "" if is_reloadable(section, below or name) else " ‡"
        )
        rows.append(f"| `{name}`{mark} | {_default(field)} | {meanings[name]} |")
    return [*rows, ""] if len(rows) > 2 else []


def meanings_of(model: type[BaseModel]) -> dict[str, str]:
    """Return the docstring below each field of a model, as one line."""
    found = {}
    for kind in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        body = ast.parse(inspect.getsource(kind)).body[0].body  # type: ignore[attr-defined]  # it is a class
        for field, below in pairwise(body):
            match field, below:
                case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                    found[name] = " ".join(text.split())
    return found


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "*(required)*" if field.is_required() else ""
    if field.default is None:
        return "*(none)*"
    if isinstance(field.default, (str, bool, int, float)):
        return f"`{json.dumps(field.default)}`"
    return f"`{json.dumps(list(field.default))}`" if isinstance(field.default, tuple) else f"`{field.default}`"


PAGES: Mapping[str, Callable[[], str]] = {"configuration.md": configuration}


def main() -> int:
    """Write the page."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
