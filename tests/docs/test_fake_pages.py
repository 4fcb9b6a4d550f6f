"""Examples on the pages about the fake work as printed, and the generated page is up to date."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to"
NAMES = ("make-twilio-fail.md", "add-a-fault.md", "test-with-pytest.md")
EXAMPLE = re.compile(r"```python( test)?\n(.*?)```", re.DOTALL)


def _examples(wanted: str) -> list[tuple[str, str]]:
    return [
        (f"{name}-{number}", code)
        for name in NAMES
        for number, (kind, code) in enumerate(EXAMPLE.findall((HOW_TO / name).read_text("utf-8")))
        if kind.strip() == wanted
    ]


@pytest.mark.parametrize(("name", "code"), _examples(""), ids=lambda value: str(value)[:30])
def test_programs_run_as_they_stand(name: str, code: str, tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text(code, "utf-8")
    _run(program, sys.executable, "-W", "error::ResourceWarning", str(program))


def test_tests_pass_as_they_stand(tmp_path: Path) -> None:
    examples = _examples("test")
    assert len(examples) == 4
    for name, code in examples:
        (tmp_path / f"test_{name.replace('.', '_').replace('-', '_')}.py").write_text(code, "utf-8")
    output = _run(tmp_path, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path))
    assert "5 passed" in output


@pytest.mark.parametrize("maker_name", ["make_faults", "make_fake_api"])
def test_made_pages_are_up_to_date(maker_name: str) -> None:
    spec = importlib.util.spec_from_file_location(maker_name, ROOT / "docs" / "reference" / f"{maker_name}.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    for name, make in maker.PAGES.items():
        assert (ROOT / "docs" / "reference" / name).read_text("utf-8") == make(), "run: make docs"


def test_what_exec_prints_is_what_its_page_shows(tmp_path: Path) -> None:
    page = (HOW_TO / "test-any-program.md").read_text("utf-8")
    shown = re.search(r"```\n(fake-twilio: 1 message sent\n.*?)```", page, re.DOTALL)
    assert shown is not None
    script = (
        "import os; from twilio.rest import Client; Client().messages.create("
        "to='+12015550101', from_=os.environ['TWILIO_PHONE_NUMBER'], body='Fire in building 4')"
    )
    command = [sys.executable, "-P", "-m", "fake_twilio", "exec", "--data-dir", str(tmp_path), "--"]
    done = subprocess.run([*command, sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == shown[1]


def _run(folder: Path, *command: str) -> str:
    done = subprocess.run(
        command,
        cwd=folder if folder.is_dir() else folder.parent,
        env={name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PYTEST_"))},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
