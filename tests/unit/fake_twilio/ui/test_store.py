"""The page loses no event while it fetches everything: its store, run by Node.js with late responses."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import fake_twilio
from support.node import node

pytestmark = pytest.mark.long

SCRIPT = Path(__file__).with_name("store_cases.mjs")
CASES = re.findall(r'^  (?:async )?"([^"]+)"\(\)', SCRIPT.read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_the_page_knows_what_happened(case: str, tmp_path: Path) -> None:
    folder = tmp_path / "page"
    shutil.copytree(Path(fake_twilio.__file__).parent / "ui" / "static", folder)
    shutil.copy(SCRIPT, folder)
    (folder / "package.json").write_text('{"type": "module"}', "utf-8")
    done = subprocess.run([node(), SCRIPT.name, case], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_there_are_cases() -> None:
    assert len(CASES) >= 5
