"""``coverage.toml`` is accurate: nothing is missing or invented, and every test it names exists."""

import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from fake_twilio.api.routes import RESOURCES
from fake_twilio.api_coverage import operations, shape
from fake_twilio.cli import main
from support.fake_specification import messaging_operations

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
ROUTES = {f"{route.method} {shape(route.pattern)}" for module in RESOURCES for route in module.ROUTES}
SOURCES = "\n".join(path.read_text("utf-8") for path in (ROOT / "fake_twilio" / "api").glob("*.py"))


@pytest.mark.node
def test_it_lists_exactly_the_messaging_part_of_the_specification() -> None:
    specified = messaging_operations()
    assert {f"{row.method} {row.path}" for row in operations()} == set(specified)
    for row in operations():
        if row.status != "refused":
            listed = (*row.supported, *row.partial, *row.without_effect, *row.refused)
            assert sorted(listed) == sorted(specified[f"{row.method} {row.path}"]), row.path
            assert len(listed) == len(set(listed))


def test_what_is_supported_has_a_route_and_what_is_refused_has_none() -> None:
    for row in operations():
        assert (f"{row.method} {shape(row.path)}" in ROUTES) is (row.status != "refused"), (row.method, row.path)


def test_every_parameter_that_is_not_ignored_is_read_somewhere() -> None:
    for row in operations():
        for name in (*row.supported, *row.partial, *row.without_effect):
            assert f'"{name}"' in SOURCES, name


def test_the_tests_that_it_names_exist() -> None:
    for row in operations():
        if row.status == "refused":
            continue
        file, _, name = row.test.partition("::")
        tree = ast.parse((ROOT / file).read_text("utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}


def test_the_command() -> None:
    plain = CliRunner().invoke(main, ["coverage"])
    assert plain.exit_code == 0
    assert "supported  POST    /2010-04-01/Accounts/{AccountSid}/Messages.json" in plain.output
    listed = json.loads(CliRunner().invoke(main, ["coverage", "--json"]).output)["operations"]
    assert len(listed) == len(operations())
