"""The page about states matches the code."""

import importlib.util
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "reference" / "driver-states.md"


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_driver_states", ROOT / "docs/reference/make_driver_states.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_made_parts_are_up_to_date() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert maker().made(page) == page, "run: python docs/reference/make_driver_states.py"
