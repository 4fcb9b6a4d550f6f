"""The page about mutants lists the accepted survivors as ``survivors.toml`` does."""

import importlib.util
from pathlib import Path

MAKER = Path(__file__).parents[2] / "docs" / "reference" / "make_survivors.py"


def test_the_page_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("make_survivors", MAKER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text(encoding="utf-8") == module.page(), "run: python docs/reference/make_survivors.py"
