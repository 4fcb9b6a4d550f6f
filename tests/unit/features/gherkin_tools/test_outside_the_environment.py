"""Outside the virtual environment, one line says what to do."""

import subprocess
import sys

import pytest

from harness.plugin import ROOT

WITHOUT_PLUGINS = """
import sys
from importlib import util
found = util.find_spec
util.find_spec = lambda name, package=None: None if name == "pytest_bdd" else found(name, package)
import pytest
sys.exit(pytest.main(["features", "--check"]))
"""


@pytest.mark.long
def test_one_line_says_what_is_missing_and_what_to_do() -> None:
    command = [sys.executable, "-c", WITHOUT_PLUGINS]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert (done.stdout + done.stderr).splitlines() == [
        "ERROR: pytest_bdd not found: run `make dev`, then `.venv/bin/pytest`"
    ]
