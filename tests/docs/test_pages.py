"""The documentation is consistent: links resolve, generated pages are up to date, examples work as printed."""

from __future__ import annotations

import ast
import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from driver.config.models import DriverConfig

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    page
    for page in {
        page for pattern in ("*.md", "docs/**/*.md", "features/*.md", "*/README.md") for page in ROOT.glob(pattern)
    }
    if "node_modules" not in page.parts
)
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")


def maker(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, ROOT / "docs" / "reference" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    targets = ["".join(found) for found in LINK.findall(page.read_text(encoding="utf-8"))]
    local = [target.split("#")[0] for target in targets if "://" not in target and not target.startswith("#")]
    missing = [target for target in local if not (page.parent / target).exists()]
    assert not missing, f"{page.relative_to(ROOT)} links to what is not there: {missing}"


@pytest.mark.parametrize(
    ("name", "made_by"),
    [
        ("command-line.md", "make_command_line"),
        ("configuration.md", "make_configuration"),
        ("driver-delivery.md", "make_driver_delivery"),
    ],
)
def test_made_pages_are_up_to_date(name: str, made_by: str) -> None:
    made = maker(made_by).PAGES[name]()
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == made, "run: make docs"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_names_a_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w.])/(home|root|work|Users)/", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_site_shows_every_block_of_code_as_one(page: Path) -> None:
    openings = re.findall(r"^ *```(.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    known = re.compile(r'\w+( title="[^"]+")?|python (test|container)')
    assert [opening for opening in openings if not known.fullmatch(opening)] == []


@pytest.mark.parametrize("page", ["README.md", "fake_twilio/README.md", "docs/how-to/text-from-other-senders.md"])
def test_the_python_examples_of_a_page_work(page: str) -> None:
    examples = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL)
    assert examples
    for example in examples:
        exec(compile(ast.parse(example), page, "exec"), {})


def test_the_tutorial_s_configuration_is_valid() -> None:
    from driver.config.models import DriverConfig
    from fake_twilio.seed.loading import load_seed

    tutorial = (ROOT / "docs" / "tutorial" / "first-text.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", tutorial, re.DOTALL)
    config = DriverConfig.model_validate(tomllib.loads(example))
    account = load_seed(None, trial=True).accounts[0]
    assert config.twilio.account_sid == account.sid
    assert config.twilio.auth_token is not None
    assert config.twilio.auth_token.get_secret_value() == account.auth_token
    assert config.phones[0].twilio_phone_number == account.numbers[0].phone_number
    assert config.phones[0].external_phone_number in account.verified


def test_every_choice_names_a_key_that_exists() -> None:
    for question, answer, key in maker("make_configuration").CHOICES:
        assert question.endswith("?"), question
        assert answer
        if key:
            section, name = key.split(".")
            assert name in DriverConfig.model_fields[section].annotation.model_fields, key  # type: ignore[union-attr]
