"""Runs pytest as from the command line: a separate process in the project's folder."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

ANYWHERE = ("--config-file=pyproject.toml", "-p", "conftest")
"""Arguments that make feature files in another folder run like the project's own."""


def typed(*arguments: str, environment: Mapping[str, str] | None = None) -> tuple[int, str]:
    """The exit status and output of a separate pytest."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=55,
        check=False,
        start_new_session=True,  # Ctrl-C there must not interrupt this process
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr
