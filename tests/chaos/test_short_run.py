"""A short run of misfortunes with a fixed seed, grouped with the long tests because it mostly waits."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]


@pytest.mark.long
@pytest.mark.timeout(300)
def test_every_promise_is_kept() -> None:
    played = subprocess.run(
        [sys.executable, "-P", "-m", "chaos", "--seed", "6", "--seconds", "25"],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent / "features")])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout
