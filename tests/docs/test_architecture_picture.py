"""The architecture picture shows the current contracts that ``lint-imports`` checks."""

import importlib.util
import xml.etree.ElementTree as ET
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"


@pytest.fixture(scope="module")
def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location(
        "make_architecture", ROOT / "docs" / "reference" / "make_architecture.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_it_is_up_to_date(maker: ModuleType) -> None:
    assert PICTURE.read_text(encoding="utf-8") == maker.picture(), "run: make docs"


@pytest.mark.parametrize("package", ["driver", "fake_twilio"])
def test_it_names_every_module(package: str) -> None:
    modules = {path.stem for path in (ROOT / package).iterdir() if path.suffix == ".py" or path.is_dir()}
    shown = {
        text.text for text in ET.fromstring(PICTURE.read_text(encoding="utf-8")).iter() if text.tag.endswith("text")
    }
    assert {name for name in modules - shown if not name.startswith("__")} == set()


def test_it_says_where_the_libraries_stay(maker: ModuleType) -> None:
    assert maker.alone("driver") == {"gateway": "Twilio SDK", "store": "SQLAlchemy"}
