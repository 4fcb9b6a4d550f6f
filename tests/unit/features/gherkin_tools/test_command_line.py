"""Command-line arguments: invalid ones get one line and pytest's exit status 4, lint findings get status 1."""

from pathlib import Path

import pytest

from support.own_pytest import ANYWHERE, typed

pytestmark = pytest.mark.long

USAGE_ERROR = 4
BROKEN = (
    "Feature: Doors\n  People walk through them.\n\n  Scenario: A door opens\n    Given a door\n    Wenn it opens\n"
)


@pytest.mark.parametrize("instead", ["--check", "--fix", "--verified"])
def test_a_misspelt_path_is_not_taken_for_a_suite_in_order(instead: str) -> None:
    status, said = typed("features/retrry", instead)
    assert status == USAGE_ERROR
    assert "ERROR: features/retrry: no such file or folder" in said


def test_what_cannot_be_read_is_named_by_every_command(tmp_path: Path) -> None:
    file = tmp_path / "doors.feature"
    file.write_text(BROKEN, encoding="utf-8")
    failure = f"{file}:6: unexpected line: Wenn it opens"
    for arguments, expected in ((["--check"], 1), (["--fix"], 1), (["--verified"], USAGE_ERROR), ([], 2)):
        status, said = typed(str(file), *ANYWHERE, *arguments)
        assert status == expected, said
        assert failure in said


@pytest.mark.parametrize("option", ["report", "cucumberjson"])
def test_where_no_report_can_be_written_nothing_is_played(tmp_path: Path, option: str) -> None:
    (tmp_path / "file").touch()
    for place, reason in ((tmp_path, "Is a directory"), (tmp_path / "file" / "report", "File exists")):
        status, said = typed("features/accounts", f"--{option}={place}")
        assert status == USAGE_ERROR
        assert f"--{option}={place}: cannot write a report there ({reason})" in said


IMPATIENT = """
import os, signal

def pytest_bdd_before_step(step):
    if step.type == "when":
        # Ctrl-C reaches every program of the terminal; this one notices only once the driver has ended.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        os.killpg(0, signal.SIGINT)
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
        raise KeyboardInterrupt
"""
WAITING = """Feature: Doors
  People wait for them.

  Scenario: A door opens in a while
    Given a running driver with the phone "Gate"
    When 15 seconds pass
    Then "Gate" shows Normal
"""


def test_an_interrupted_scenario_says_nothing_about_the_driver(tmp_path: Path) -> None:
    (tmp_path / "impatient.py").write_text(IMPATIENT, encoding="utf-8")
    file = tmp_path / "doors.feature"
    file.write_text(WAITING, encoding="utf-8")
    page = f"--report={tmp_path / 'page.html'}"
    arguments = [str(file), *ANYWHERE, "-p", "impatient", "--driver=subprocess", page]
    status, said = typed(*arguments, environment={"PYTHONPATH": str(tmp_path)})
    assert status == pytest.ExitCode.INTERRUPTED, said
    assert "KeyboardInterrupt" in said
    assert "no tests ran" in said
