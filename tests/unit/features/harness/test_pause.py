"""A person looks around while a scenario is paused; the suite runs on a terminal, as it does for a person."""

import os
import pty
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[4]
SCENARIO = "features/debugging/a-person-looks-around.feature"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pseudo terminals")
def test_every_page_that_is_named_answers_while_time_stands_still() -> None:
    person, terminal = pty.openpty()
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    command = [sys.executable, "-P", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "manual", SCENARIO]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdin=terminal, stdout=terminal, stderr=terminal) as run:
        os.close(terminal)
        said = b""
        while b"press Enter" not in said:
            said += os.read(person, 4096)
        pages = re.findall(r"http://[^\s]+", said.decode())
        answers = {page: urllib.request.urlopen(page, timeout=10).status for page in pages}
        os.write(person, b"\n")
        assert run.wait(timeout=30) == 0
    os.close(person)
    assert len(answers) == 3
    assert set(answers.values()) == {200}
