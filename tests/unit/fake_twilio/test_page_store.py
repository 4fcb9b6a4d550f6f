"""The page loses no event while it asks for everything: its store, run by Node.js with answers that come late."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import fake_twilio

SCRIPT = Path(__file__).with_name("page_store.mjs")
CASES = re.findall(r'^  (?:async )?"([^"]+)"\(\)', SCRIPT.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_the_page_knows_what_happened(case: str, tmp_path: Path) -> None:
    node = _node()
    folder = tmp_path / "page"
    shutil.copytree(Path(fake_twilio.__file__).parent / "ui" / "static", folder)
    shutil.copy(SCRIPT, folder)
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    done = subprocess.run([node, SCRIPT.name, case], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _node() -> str:
    node = shutil.which("node")
    if node is None and os.environ.get("CI") == "true":
        pytest.fail("there is no Node.js here: install node")
    if node is None:
        pytest.skip("there is no Node.js here: install node")
    return node


def test_there_are_cases() -> None:
    assert len(CASES) >= 5
