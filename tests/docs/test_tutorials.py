"""Each tutorial, run from its first block to its last: the output it shows is what its reader sees."""

import re
import shutil
from pathlib import Path

import pytest

from harness.loopback import free_port
from support.node import node_modules
from support.own_pytest import ANYWHERE, ROOT
from support.played_page import blocks, play

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl"))), reason="install bash and curl"),
]

TUTORIALS = ROOT / "docs" / "tutorial"


def fake_on(port: str) -> dict[str, str]:
    """Return replacements for the commands of a tutorial, to run the fake on another port."""
    return {
        "fake-twilio serve": f"fake-twilio serve --port {port}",
        "fake-twilio env": f"fake-twilio env --url http://127.0.0.1:{port}",
        "8945": port,
        "--proxy-port 8946": "--proxy-port 0",
    }


def test_python(tmp_path: Path) -> None:
    quiet = {"pytest -q": "python -m pytest -q -p no:cacheprovider"}
    assert play(TUTORIALS / "python.md", tmp_path, instead=quiet, environment={}) == 2


def test_node(tmp_path: Path) -> None:
    variables = {"NODE_PATH": str(node_modules())}
    words = {"uvx fake-twilio": "fake-twilio", "--test": "--test --test-reporter=tap"}
    assert play(TUTORIALS / "node.md", tmp_path, instead=words, environment=variables) == 2


def test_any_language(tmp_path: Path) -> None:
    assert play(TUTORIALS / "any-language.md", tmp_path, instead=fake_on(str(free_port())), environment={}) == 5


def test_first_alarm(tmp_path: Path) -> None:
    port, ours = str(free_port()), str(free_port())
    words = {**fake_on(port), "sms-driver send": f"sms-driver send --url http://127.0.0.1:{ours}"}
    variables = {"SMS_DRIVER__DATASERVER__PORT": ours, "SMS_DRIVER__INTERNAL__DEBUG_PORT": "0"}
    assert play(TUTORIALS / "first-alarm.md", tmp_path, instead=words, environment=variables) == 5


def test_first_feature(tmp_path: Path) -> None:
    feature = tmp_path / "features" / "receiving" / "my-first.feature"
    options = " ".join((*ANYWHERE, "-p", "no:cacheprovider"))
    words = {"pytest features/receiving/my-first.feature": f"cd '{ROOT}'\n$ python -m pytest {options} '{feature}'"}
    assert play(TUTORIALS / "first-feature.md", tmp_path, instead=words, environment={}) == 2


@pytest.mark.parametrize("page", sorted(TUTORIALS.glob("*.md")), ids=lambda page: page.name)
def test_what_is_not_typed_installs(page: Path) -> None:
    for kind, title, _, text in blocks(page):
        if kind == "sh" and not title:
            assert re.search(r"install|make dev", text), text
