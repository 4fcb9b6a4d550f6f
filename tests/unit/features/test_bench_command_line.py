"""What is typed, as typed: wrong arguments get a sentence and pytest's exit status 4, what is to mend gets 1."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
USAGE_ERROR = 4
BROKEN = "Feature: Doors\n  People walk through them.\n\n  Scenario: A door opens\n    Given a door\n    Wenn it opens\n"


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
    )
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("instead", ["--check", "--fix", "--verified"])
def test_a_misspelt_path_is_not_taken_for_a_suite_in_order(instead: str) -> None:
    status, said = typed("features/retrry", instead)
    assert status == USAGE_ERROR
    assert "ERROR: features/retrry: there is no such file or folder" in said


def test_what_cannot_be_read_is_named_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "doors.feature"
    file.write_text(BROKEN, encoding="utf-8")
    complaint = f"{file}:6: this line does not belong here: Wenn it opens"
    for arguments, expected in ((["--check"], 1), (["--fix"], 1), (["--verified"], USAGE_ERROR), ([], 2)):
        status, said = typed(str(file), "--config-file=pyproject.toml", "-p", "conftest", *arguments)
        assert status == expected, said
        assert complaint in said
