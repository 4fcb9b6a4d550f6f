"""Makes the reference page about the driver's configuration from the code."""

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
        "# Configuration of the driver",
        "",
        "`sms-driver run` reads `driver.toml`. A variable `SMS_DRIVER__SECTION__KEY` overrides the file; there a list",
        "or a table is given as JSON. A key marked † may be given as `KEY_file`, the name of a file that holds the",
        "secret; in one place give one of the two, and a variable for either overrides what the file has of both. An",
        "empty secret, or an empty variable for one, counts as none, and white space around a secret is ignored. Files",
        "are UTF-8 or UTF-16, with a byte order mark or without one. Unknown keys are refused, and every problem is",
        "reported at once. Made from the code.",
        "",
        "A phone number is written in E.164 form, with spaces, dots, hyphens and brackets as you like. Invisible",
        "characters of copied contacts, `tel:`, digits of other scripts and a national `(0)` are taken off where that",
        "is certain; what cannot be a number is refused.",
        "",
        "The connection to Twilio uses the proxy that `HTTPS_PROXY` or `ALL_PROXY` names, except to hosts in",
        "`NO_PROXY` (names, domains, addresses, networks, with a port or without). `REQUESTS_CA_BUNDLE` or",
        "`CURL_CA_BUNDLE` names the authorities to trust instead of the system's; `SSL_CERT_FILE` and",
        "`SSL_CERT_DIR` work as in OpenSSL. A file that is named and does not exist keeps the driver from starting.",
        "The commands that connect to a driver take `--ca FILE` first, then the same variables for certificates.",
        "",
        "`SIGHUP` makes a running driver reload what changed, without losing a message or a connection. What only a",
        "restart can apply is marked ‡; the log names such keys when they changed. Renewed certificates are read",
        "again, clients that lost their access are disconnected, and an invalid configuration changes nothing.",
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


#: What the platform's documentation leaves open: the question, what the driver does, and which key has it otherwise.
CHOICES = (
    ("Does Mask on a masked asset unmask it?", "No, only Reset does", "states.mask_toggles"),
    ("Is a mask one workstation's or everybody's?", "Everybody's; the driver remembers it", ""),
    (
        "Does a latched alarm stay shown over a more urgent one?",
        "No; the latch keeps the record, not the picture",
        "states.latch_mode",
    ),
    ("What is a Reset before Acknowledge where alarms latch?", "Rejected, with the reason", ""),
    ("What is a Reset of a fault that still holds?", "A new, unacknowledged alarm", "states.reset_while_active"),
    ("Does a mask spare anybody the Acknowledge?", "No; after Reset the alarm is there, its age begins anew", ""),
    (
        "Does Acknowledge take notice of every alarm of an asset?",
        "Yes, masked ones too; of one with the parameter `Alarm ID` or `POST /api/alarms/{id}/acknowledge`",
        "",
    ),
    (
        "Is a text that was not sent a Fault of its phone?",
        "Yes, until one is sent, or Reset",
        "states.fault_on_send_failure",
    ),
    ("Does such a Fault end by itself?", "No", "states.fault_hold_s"),
    ("Is a failure after Acknowledge a new alarm?", "No, it is counted", "states.re_alarm_on_repeat"),
    ("Is a text tried while there is no communication?", "Yes, twice as always", "states.reject_when_down"),
    ("Is a text sent again that Twilio refused for good?", "Yes, once as always", "send.retry_permanent"),
    ("Which alarms latch?", "None; a status table can say otherwise", "states.latch"),
    (
        "Which conditions of the account are Faults?",
        "None of trial, unverified number, automatic reply",
        "states.fault_on",
    ),
    ("What becomes of conditions while there is no communication?", "They stay, marked as stale", ""),
    ("What survives a restart?", "Masks, alarms, acknowledgements, the place in receiving, waiting texts", ""),
    ("Which texts count at the very first start?", "None from before it", "receive.backfill_s"),
    ("Which texts are the same?", "Those with one SID, however often and by whichever way they come", ""),
    ("Whose is a text if two phones have the same two numbers?", "Both phones'", "receive.same_numbers"),
    ("Which numbers make a text a phone's?", "Both; with a Messaging Service the person's", "receive.match"),
    (
        "Do phones raise alarms while the system is without communication?",
        "No, the system does",
        "states.suppress_child_comm_alarms",
    ),
    ("Is the system in Fault while a phone is?", "Yes", "states.child_fault_rollup"),
)


def _choices() -> list[str]:
    rows = [
        "## Choices",
        "",
        "What the platform's documentation leaves open, what the driver does, and which key has it otherwise.",
        "",
        "| question | the driver's answer | otherwise |",
        "|---|---|---|",
    ]
    return rows + [f"| {question} | {answer} | {f'`{key}`' if key else ''} |" for question, answer, key in CHOICES]


def _section(field: FieldInfo) -> tuple[type[BaseModel], bool]:
    """The model a field holds and whether it holds many; ``BaseModel`` itself for a plain value."""
    for candidate in (field.annotation, *get_args(field.annotation)):
        if isinstance(candidate, type) and issubclass(candidate, BaseModel):
            return candidate, get_origin(field.annotation) is tuple
    return BaseModel, False


def _about(model: type[BaseModel]) -> list[str]:
    return [" ".join((model.__doc__ or "").split()), ""]


def _keys(model: type[BaseModel], section: str, below: str = "") -> list[str]:
    rows = ["| key | default | meaning |", "|---|---|---|"]
    meanings = _meanings(model)
    for name, field in model.model_fields.items():
        if _section(field)[0] is not BaseModel:
            continue
        mark = (" †" if not below and name in SECRETS.get(section, ()) else "") + (
            "" if is_reloadable(section, below or name) else " ‡"
        )
        rows.append(f"| `{name}`{mark} | {_default(field)} | {' '.join(meanings[name].split())} |")
    return [*rows, ""] if len(rows) > 2 else []


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """The text below each field of a model."""
    found = {}
    for kind in reversed(model.__mro__[: model.__mro__.index(BaseModel)]):
        body = ast.parse(inspect.getsource(kind)).body[0].body  # type: ignore[attr-defined]  # it is a class
        for field, below in pairwise(body):
            match field, below:
                case ast.AnnAssign(target=ast.Name(name)), ast.Expr(ast.Constant(str(text))):
                    found[name] = text
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
