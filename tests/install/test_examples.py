"""Every example is installed and run as its list says, against the fake built here."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.venvs import ROOT, clean_environment, interpreters, venv

if TYPE_CHECKING:
    from install.conftest import Built

pytestmark = [pytest.mark.long]

EXAMPLES = ROOT / "examples"
PYTHON = sorted(path.parent.name for path in EXAMPLES.glob("*/requirements.txt"))
#: Nothing to install: covered by tests/docs/test_monitoring.py.
FILES = ["monitoring"]
NODE = sorted(path.parent.name for path in EXAMPLES.glob("*/package.json"))


def test_the_list_names_every_example() -> None:
    listed = re.findall(r"^\| \[([\w-]+)\]\(\1/\)", (EXAMPLES / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted([*PYTHON, *NODE, *FILES])
    assert sorted(listed) == sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", PYTHON)
def test_a_python_example_passes(built: "Built", tmp_path: Path, name: str) -> None:
    project = tmp_path / name
    shutil.copytree(EXAMPLES / name, project, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    requirements = (project / "requirements.txt").read_text("utf-8").split()
    with venv(tmp_path / "venv", interpreters()[-1]) as environment:
        environment.install(*(_ours(built, line) for line in requirements))
        done = environment.run("python", "-m", "pytest", "-q", cwd=project)
        assert done.returncode == 0, done.stdout + done.stderr


def _ours(built: "Built", requirement: str) -> str:
    """Return a requirement, pinned to the distribution built here if it names one of ours."""
    files = {"fake-twilio": built.fake, "twilio-sms-driver": built.driver}
    file = files.get(requirement.partition("[")[0])
    return requirement if file is None else f"{requirement} @ {file.as_uri()}"


@pytest.mark.skipif(shutil.which("npm") is None, reason="no Node.js and npm here")
@pytest.mark.parametrize("name", NODE)
def test_a_node_example_passes(built: "Built", tmp_path: Path, name: str) -> None:
    project = tmp_path / name
    shutil.copytree(EXAMPLES / name, project, ignore=shutil.ignore_patterns("node_modules", ".*"))
    with venv(tmp_path / "venv", interpreters()[-1]) as environment:
        environment.install(built.fake)
        variables = clean_environment(PATH=f"{environment.bin}{os.pathsep}{os.environ['PATH']}")
        _npm(project, variables, "install", "--no-audit", "--no-fund")
        assert "fake-twilio: 1 message sent" in _npm(project, variables, "test")


def _npm(project: Path, variables: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        ["npm", *arguments], cwd=project, env=variables, capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stderr
