"""The pages about tables, workflows and the console match the code."""

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from driver.cli.tables import tables
from driver.config.models import DriverConfig

DOCS = Path(__file__).parents[2] / "docs"


def maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_tables", DOCS / "reference" / "make_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["driver-tables.md", "driver-workflows.md"])
def test_made_parts_are_up_to_date(name: str) -> None:
    page = (DOCS / "reference" / name).read_text(encoding="utf-8")
    assert "<!-- made:" in page
    assert maker().made(page) == page, "run: python docs/reference/make_tables.py"


def test_every_maker_is_used() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in maker().PAGES)
    assert set(re.findall(r"<!-- made: ([a-z-]+) -->", pages)) == set(maker().MAKERS)


@pytest.mark.parametrize("page", ["reference/driver-workflows.md", "how-to/acknowledge-by-text.md"])
def test_the_examples_are_configurations_that_work(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    examples = re.findall(r"^( *)```toml\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE)
    assert examples
    for indent, example in examples:
        data = tomllib.loads("\n".join(line.removeprefix(indent) for line in example.splitlines()))
        config = DriverConfig.model_validate({"twilio": {"account_sid": "AC" + "0" * 32, "auth_token": "x"}, **data})
        assert config.workflows or config.notify.proofs


def test_the_options_of_the_command_are_named() -> None:
    page = (DOCS / "reference" / "driver-tables.md").read_text(encoding="utf-8")
    for command in tables.commands.values():
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option not in ("--url", "--token"):
                    assert option in page
