"""Node.js and the npm packages that tests need, installed once next to the file that pins them."""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

FOLDER = Path(__file__).parents[1] / "contract" / "node"


def node() -> str:
    """Return the path of the program; skip the test if it or its package manager is not installed."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        _absent("there is no Node.js here: install node and npm")
    return found


def node_modules() -> Path:
    """Return the folder with the pinned packages, installed if necessary; skip the test without Node.js."""
    node()
    modules = FOLDER / "node_modules"
    with (FOLDER / "package.json").open(encoding="utf-8") as file:
        # Parallel tests would interfere with each other's installation.
        fcntl.flock(file, fcntl.LOCK_EX)
        pinned = json.load(file)["dependencies"]
        if any(_installed(modules / name) != version.rpartition("@")[2] for name, version in pinned.items()):
            _install(modules)
    return modules


def _install(modules: Path) -> None:
    """Install into a temporary folder and rename it when complete, so that a test timeout leaves no partial install."""
    new = FOLDER / "installing"
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    shutil.copy(FOLDER / "package.json", new)
    command = ["npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=new, capture_output=True, text=True, check=False)
    if done.returncode:
        _absent(f"npm could not install the pinned packages: {done.stderr.strip().splitlines()[-1:]}")
    shutil.rmtree(modules, ignore_errors=True)
    (new / "node_modules").rename(modules)
    shutil.rmtree(new)


def _installed(package: Path) -> str:
    try:
        return str(json.loads((package / "package.json").read_text("utf-8"))["version"])
    except (OSError, ValueError):
        return ""


def _absent(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
