"""A full disk behind a command's output ends the command with one line instead of a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

FULL = Path("/dev/full")


@pytest.mark.skipif(not FULL.exists(), reason="this system has no device that is always full")
@pytest.mark.parametrize(
    "command",
    [
        "driver --version",
        "driver send --help",
        "driver access token lobby --role viewer",
        "fake_twilio --help",
        "fake_twilio coverage",
    ],
)
def test_an_output_that_takes_nothing_is_said_in_one_line(command: str) -> None:
    with FULL.open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", *command.split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, "PYTHONUNBUFFERED": ""},
        )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(": the output cannot be written: No space left on device")
    assert "Traceback" not in done.stderr
