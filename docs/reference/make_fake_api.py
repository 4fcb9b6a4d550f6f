"""Reference page of the fake's Python API, generated from signatures and docstrings."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

from fake_twilio import BlockingFakeTwilio, FakeTwilio, Fault, Handset, ManualClock, RealClock
from fake_twilio.blocking import BlockingClock, BlockingExpectation, BlockingFaults, BlockingHandset

HERE = Path(__file__).parent

CLASSES: tuple[tuple[type, str], ...] = (
    (FakeTwilio, "`async with FakeTwilio(…) as fake:`"),
    (Handset, "`fake.handset(number)` of a `FakeTwilio`"),
    (BlockingFakeTwilio, "`with FakeTwilio.running(…) as fake:`, and the fixture `fake_twilio`"),
    (BlockingHandset, "`fake.handset(number)` of a `BlockingFakeTwilio`, and the fixture `handset`"),
    (BlockingExpectation, "`fake.expect_message(…)` of a `BlockingFakeTwilio`; awaited in asynchronous code"),
    (BlockingFaults, "`fake.faults` of a `BlockingFakeTwilio`"),
    (BlockingClock, "`fake.clock` of a `BlockingFakeTwilio`"),
    (Fault, "a fault, for `fake.faults.add`"),
    (ManualClock, "a clock that moves only when you advance it"),
    (RealClock, "the machine's clock, or a faster one"),
)


def fake_api() -> str:
    """Return ``fake-python-api.md``: every public class with its members."""
    parts = [
        "# The fake's Python API",
        "",
        "Generated from the code. See also [Test with pytest](../how-to/test-with-pytest.md) and",
        "[Make Twilio fail](../how-to/make-twilio-fail.md).",
    ]
    for cls, what in CLASSES:
        parts += ["", f"## `{cls.__name__}`", "", f"{what[0].upper()}{what[1:]}.", "", inspect.getdoc(cls) or ""]
        rows = [row for name in dir(cls) if not name.startswith("_") and (row := _row(cls, name))]
        if rows:
            parts += ["", "| | |", "|---|---|", *rows]
    return "\n".join(_without_arguments(part) for part in parts) + "\n"


def _row(cls: type, name: str) -> str:
    member = inspect.getattr_static(cls, name)
    doc = inspect.getdoc(getattr(cls, name, None)) or ""
    if isinstance(member, property):
        shown = name
    elif isinstance(member, classmethod) or inspect.isfunction(member):
        signature = inspect.signature(getattr(cls, name))
        names = [str(each.replace(annotation=inspect.Parameter.empty)) for each in signature.parameters.values()]
        shown = f"{'await ' if inspect.iscoroutinefunction(member) else ''}{name}({', '.join(names[_bound(member) :])})"
    else:
        return ""
    return f"| `{shown}` | {' '.join(doc.split(chr(10) + chr(10))[0].split())} |"


def _bound(member: object) -> int:
    """Return how many of a function's first parameters the call itself supplies."""
    return 0 if isinstance(member, classmethod) else 1


def _without_arguments(text: str) -> str:
    """Convert a docstring's list of arguments into a Markdown list."""
    if "Args:\n" not in text:
        return text
    before, _, after = text.partition("Args:\n")
    items = re.sub(r"\n {8,}", " ", "\n" + after).split("\n    ")
    return before + "\n".join(
        f"- `{item.partition(':')[0]}`:{item.partition(':')[2]}" for item in items if item.strip()
    )


PAGES = {"fake-python-api.md": fake_api}


if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
