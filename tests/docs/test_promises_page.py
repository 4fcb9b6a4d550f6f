"""Every promise has a scenario: the lists of promises match the documentation, the suite, and their page."""

import importlib.util
from pathlib import Path

from gherkin_tools.promises import ALL, Promise, PromiseList, faults

MAKER = Path(__file__).parents[2] / "docs" / "reference" / "make_promises.py"
SCENARIO = "sending/an-operator-texts-a-phone::The text arrives as it was written"
TEST = "tests/docs/test_promises_page.py::test_what_fits_is_not_named"


def test_every_promise_has_a_scenario() -> None:
    assert list(faults()) == []


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_promises", MAKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/reference/make_promises.py"


def test_what_does_not_fit_is_named(tmp_path: Path) -> None:
    kept = kept_in(
        tmp_path, '"a" = []\n"b" = ["sending/nowhere", "tests/docs/test_nothing.py::test_x"]\n"gone" = ["tests/x.py"]'
    )
    assert list(faults([kept])) == [
        "kept.toml lacks 'new'",
        "kept.toml lists 'gone', which is not a promise",
        "kept.toml: no scenario shows 'a'",
        "kept.toml: no such scenario: sending/nowhere",
        "kept.toml: no such test: tests/docs/test_nothing.py::test_x",
        "kept.toml: no such test: tests/x.py",
    ]


def test_what_fits_is_not_named(tmp_path: Path) -> None:
    known = f'"{SCENARIO}", "{TEST}"'
    kept = kept_in(tmp_path, "\n".join(f'"{name}" = [{known}]' for name in ("a", "b", "new")))
    assert list(faults([kept])) == []
    assert kept.promises()[0] == Promise(
        "a", (SCENARIO,), ("tests/docs/test_promises_page.py::test_what_fits_is_not_named",)
    )


def test_a_test_is_not_enough_where_scenarios_are_asked_for() -> None:
    [platform] = [one for one in ALL if one.name == "platform"]
    assert not platform.tests_count


def kept_in(folder: Path, text: str) -> PromiseList:
    kept = PromiseList("kept", "Kept", "", lambda: ["a", "b", "new"], folder=folder)
    kept.path.write_text(text, encoding="utf-8")
    return kept
