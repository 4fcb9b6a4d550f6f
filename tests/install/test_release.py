"""``make release`` builds exactly the tagged files, reproducibly to the byte, and refuses whatever is inconsistent."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from support.venvs import ROOT, run

pytestmark = [
    pytest.mark.long,
    pytest.mark.release,
    pytest.mark.skipif(not (ROOT / ".git").exists(), reason="this is no checkout, so nothing can be tagged"),
]


class Checkout:
    """A separate repository with the files of this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        for name in filter(None, subprocess.run(listed, cwd=ROOT, capture_output=True, check=True).stdout.split(b"\0")):
            source, target = ROOT / os.fsdecode(name), folder / os.fsdecode(name)
            if source.is_file():
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(source, target)
        self.git("init", "--quiet")

    def git(self, *arguments: str) -> None:
        who = ("-c", "user.name=Release", "-c", "user.email=release@example.com", "-c", "commit.gpgsign=false")
        done = run("git", *who, *arguments, cwd=self.folder)
        assert done.returncode == 0, done.stderr

    def write_changelog(self) -> None:
        for fragment in (self.folder / "changes").glob("*.md"):
            fragment.unlink()
        path = self.folder / "CHANGELOG.md"
        path.write_text(
            path.read_text("utf-8").replace("## 0.1.0 (not released yet)", "## 0.1.0 (2026-12-01)"), "utf-8"
        )

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "Release")

    def release(self, out: str) -> "subprocess.CompletedProcess[str]":
        arguments = ("--out", str(self.folder.parent / out), "--without-install-checks")
        return run(sys.executable, "-m", "release", *arguments, cwd=self.folder)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path / "checkout")


def test_everything_lies_in_the_folder_and_is_the_same_each_time(checkout: Checkout, tmp_path: Path) -> None:
    checkout.write_changelog()
    checkout.commit()
    checkout.git("tag", "v0.1.0")
    for out in ("one", "two"):
        done = checkout.release(out)
        assert done.returncode == 0, done.stderr
        assert "nothing was uploaded" in done.stdout
    names = {path.relative_to(tmp_path / "one").as_posix() for path in (tmp_path / "one").rglob("*") if path.is_file()}
    assert {
        "fake_twilio-0.1.0-py3-none-any.whl",
        "fake_twilio-0.1.0.tar.gz",
        "twilio_sms_driver-0.1.0-py3-none-any.whl",
        "twilio_sms_driver-0.1.0.tar.gz",
        "fake-twilio-0.1.0.cdx.json",
        "twilio-sms-driver-0.1.0.cdx.json",
        "man/fake-twilio-exec.1",
        "man/sms-driver-tables-import.1",
        "completions/_fake-twilio",
        "completions/sms-driver.bash",
        "RELEASE_NOTES.md",
        "SHA256SUMS",
    } <= names
    assert (tmp_path / "one" / "SHA256SUMS").read_bytes() == (tmp_path / "two" / "SHA256SUMS").read_bytes()
    materials = json.loads((tmp_path / "one" / "fake-twilio-0.1.0.cdx.json").read_text("utf-8"))
    assert {"aiohttp", "click", "cryptography"} <= {row["name"] for row in materials["components"]}
    assert "sqlalchemy" not in {row["name"] for row in materials["components"]}
    assert "### The driver" in (tmp_path / "one" / "RELEASE_NOTES.md").read_text("utf-8")


def _nothing(checkout: Checkout) -> None:
    """Leave everything as it is."""


@pytest.mark.parametrize(
    ("before", "after", "tag", "problem"),
    [
        (Checkout.write_changelog, lambda one: (one.folder / "new").touch(), "v0.1.0", "the tree is not clean"),
        (Checkout.write_changelog, _nothing, "v0.2.0", "no tag v0.1.0 on this commit"),
        (_nothing, _nothing, "v0.1.0", "is not in the changelog yet"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(
    checkout: Checkout,
    before: Callable[[Checkout], object],
    after: Callable[[Checkout], object],
    tag: str,
    problem: str,
) -> None:
    (checkout.folder / "changes" / "new.feature.md").write_text("Something new.\n")
    before(checkout)
    checkout.commit()
    checkout.git("tag", tag)
    after(checkout)
    done = checkout.release("out")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert problem in done.stderr
    assert not (checkout.folder.parent / "out").exists()


@pytest.mark.skipif(shutil.which("man") is None, reason="no man here to read pages with")
def test_man_reads_the_pages_without_a_warning(tmp_path: Path) -> None:
    from release.commands import man_pages

    man_pages(tmp_path / "man", "0.1.0", 0)
    for page in (tmp_path / "man").iterdir():
        done = run("man", "--warnings", "--local-file", page, MAN_KEEP_STDERR="1")
        assert (done.returncode, done.stderr) == (0, "")
    done = run("man", "--local-file", tmp_path / "man" / "fake-twilio-serve.1", MANWIDTH="100")
    assert "--ready-file PATH" in done.stdout


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
def test_bash_completes_both_commands(tmp_path: Path) -> None:
    from release.commands import completions

    completions(tmp_path / "completions")
    for name, begun, expected in (("fake-twilio", "cov", "coverage"), ("sms-driver", "tab", "tables")):
        script = (
            f'. "{tmp_path}/completions/{name}.bash"; COMP_WORDS=({name} {begun}); COMP_CWORD=1; '
            f'_{name.replace("-", "_")}_completion {name}; echo "${{COMPREPLY[@]}}"'
        )
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        assert run("bash", "-c", script, PATH=path).stdout.strip() == expected
