"""The reference pages of the fake say what its data say."""

import importlib.util
from pathlib import Path

import pytest

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["fake-errors.md", "fake-coverage.md"])
def test_the_page_is_up_to_date(name: str) -> None:
    spec = importlib.util.spec_from_file_location("make_fake_pages", REFERENCE / "make_fake_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (REFERENCE / name).read_text("utf-8") == module.PAGES[name](), "run `make docs`"
