"""The reference pages of the fake match its data."""

import importlib.util
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from fake_twilio.seed.loading import parse_seed
from fake_twilio.seed.models import Seed, SeedAccount, SeedBin, SeedKey, SeedTemplate
from fake_twilio.seed.senders import SeedChannelSender, SeedNumber, SeedService, SeedShortCode

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["fake-errors.md", "fake-coverage.md"])
def test_the_page_is_up_to_date(name: str) -> None:
    spec = importlib.util.spec_from_file_location("make_fake_pages", REFERENCE / "make_fake_pages.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert (REFERENCE / name).read_text("utf-8") == module.PAGES[name](), "run `make docs`"


def test_the_seed_on_its_page_is_a_seed_and_names_every_key() -> None:
    page = (REFERENCE / "fake-seed.md").read_text("utf-8")
    document = tomllib.loads(page.partition("```toml\n")[2].partition("```")[0])
    seed = parse_seed(document)
    assert [account.owner for account in seed.accounts] == ["", seed.accounts[0].sid]
    senders = (SeedNumber, SeedShortCode, SeedChannelSender, SeedService)
    for kind in (Seed, SeedAccount, SeedKey, SeedBin, SeedTemplate, *senders):
        for item in fields(kind):
            assert f"{item.name} =" in page or f".{item.name}]]" in page or f"[[{item.name}]]" in page, item.name
