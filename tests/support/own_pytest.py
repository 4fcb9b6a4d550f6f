"""Runs pytest as somebody types it: a process of its own, in the project's folder."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ANYWHERE = ("--config-file=pyproject.toml", "-p", "conftest")
"""Arguments with which feature files of another folder are played like the project's own."""


def typed(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit status of a pytest of its own, and everything it said."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
        start_new_session=True,  # whoever presses Ctrl-C there does not press it here
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr
