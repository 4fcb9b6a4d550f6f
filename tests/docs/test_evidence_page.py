"""The page about evidence names only existing files and every file of facts."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "how-we-know.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"`(tests/[\w/.*]+)`", PAGE))
#: These check whether the fake survives, not what Twilio answers.
OTHERS = {"listeners_never_break", "never_breaks", "never_hangs", "survives_answers"}


def test_every_file_that_is_named_is_there() -> None:
    assert NAMED
    assert [name for name in NAMED if not list(ROOT.glob(name))] == []


def test_no_contract_is_left_out() -> None:
    present = set((ROOT / "tests/contract").glob("test_*.py"))
    named = {path for name in NAMED for path in ROOT.glob(name)}
    assert {path.stem.removeprefix("test_") for path in present - named} == OTHERS


def test_the_form_that_is_named_is_there() -> None:
    (form,) = re.findall(r"form \*(.+)\*", PAGE)
    assert f"name: {form}\n" in (ROOT / ".github/ISSUE_TEMPLATE/wrong-answer.yml").read_text(encoding="utf-8")
