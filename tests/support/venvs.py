"""Virtual environments as users create them: empty, with any installed Python, and with what users install."""

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
DISTRIBUTIONS = ("fake-twilio", "twilio-sms-driver")
VERSIONS = ("3.11", "3.12", "3.13", "3.14")


def clean_environment(**more: str) -> dict[str, str]:
    """Environment variables of this process, without those that affect other programs."""
    prefixes = (
        "TWILIO_",
        "PYTEST_",
        "SMS_DRIVER__",
        "PYTHON",
        "VIRTUAL_ENV",
        "UV_PROJECT",
        "FAKE_TWILIO_",
        "COVERAGE_",
    )
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)} | more


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program to its end, successful or not."""
    return subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def uv(*arguments: str | Path) -> str:
    """Run uv, which must succeed, and return its output."""
    done = run(find_uv_bin(), *arguments, UV_PYTHON_DOWNLOADS="never")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def interpreters() -> list[str]:
    """Installed Python versions that the distributions support."""
    found = [
        version
        for version in VERSIONS
        if run(find_uv_bin(), "python", "find", version, UV_PYTHON_DOWNLOADS="never").returncode == 0
    ]
    return found or [f"{sys.version_info.major}.{sys.version_info.minor}"]


class Venv:
    """One virtual environment."""

    def __init__(self, folder: Path, python: str) -> None:
        self.folder = folder
        self.bin = folder / ("Scripts" if sys.platform == "win32" else "bin")
        uv("venv", "--quiet", "--python", python, folder)

    def install(self, *requirements: str | Path) -> None:
        """Install from the index, and compile like pip does."""
        uv("pip", "install", "--quiet", "--compile-bytecode", "--python", self.folder, *requirements)

    def versions(self) -> dict[str, str]:
        """Return the installed packages."""
        lines = uv("pip", "freeze", "--quiet", "--python", self.folder).splitlines()
        return {line.partition("==")[0].partition(" @ ")[0]: line.partition("==")[2] for line in lines}

    def run(self, name: str, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in a folder outside the project."""
        path = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        return run(self.bin / name, *arguments, cwd=cwd or self.folder, PATH=path)

    def size(self) -> int:
        """Return the total bytes of everything installed."""
        return sum(file.stat().st_size for file in self.folder.rglob("*") if file.is_file() and not file.is_symlink())


@contextmanager
def venv(folder: Path, python: str) -> Iterator[Venv]:
    """Create an environment, and delete it afterwards."""
    made = Venv(folder, python)
    try:
        yield made
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def names_in(wheel: Path) -> list[str]:
    """Return the files of a wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def metadata(wheel: Path) -> Message:
    """Return the metadata of a wheel; the payload is its readme."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))
