"""Makes a release: checks that everything matches the tag, builds it, and tests the result. Nothing is uploaded.

``python -m release [--out dist] [--without-install-checks]``; all files are written to that folder.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from release.changelog import ChangelogError, notes
from release.commands import completions, man_pages
from release.sbom import sbom

ROOT = Path(__file__).parents[1]
DISTRIBUTIONS = ("fake-twilio", "twilio-sms-driver")


class ReleaseError(Exception):
    """Something does not match; the message says what to do."""


def main() -> int:
    """Make the release, or print in one line why it failed."""
    parser = argparse.ArgumentParser(prog="make release", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--without-install-checks", action="store_true", help="skip installing into empty environments")
    options = parser.parse_args()
    try:
        version = tagged_version()
        text = notes(ROOT, version)
    except (ReleaseError, ChangelogError) as exc:
        print(f"release: {exc}", file=sys.stderr)
        return 1
    out: Path = options.out
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    try:
        build(out)
        if not options.without_install_checks:
            print("release: installing into empty environments, which takes minutes", flush=True)
            run(*pytest("tests/install"), FAKE_TWILIO_DISTRIBUTIONS=str(out))
            run(*pytest("tests", "-m", "release", "--ignore=tests/install"))
    except (ReleaseError, subprocess.CalledProcessError) as exc:
        print(f"release: {exc}", file=sys.stderr)
        return 1
    (out / "RELEASE_NOTES.md").write_text(text, encoding="utf-8")
    for name in DISTRIBUTIONS:
        (out / f"{name}-{version}.cdx.json").write_text(sbom(ROOT, name, version, made=commit_time()), encoding="utf-8")
    man_pages(out / "man", version, commit_time())
    completions(out / "completions")
    checksums(out)
    print(f"release: {version} is in {out}; nothing was uploaded")
    return 0


def tagged_version() -> str:
    """Return the version in the tag of a clean tree.

    Raises:
        ReleaseError: If the tree is not clean, or the commit has no such tag.
    """
    from fake_twilio import __version__

    if changed := git("status", "--porcelain"):
        raise ReleaseError(f"the tree is not clean: commit or remove {changed.split()[1]}")
    if f"v{__version__}" not in git("tag", "--points-at", "HEAD").split():
        raise ReleaseError(
            f"no tag v{__version__} on this commit, which fake_twilio/__init__.py says it is: git tag it"
        )
    return __version__


def build(out: Path) -> None:
    """Build both distributions twice from the tag's contents, and keep them if the builds are identical.

    Raises:
        ReleaseError: If they differ.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "source"
        source.mkdir()
        run("git", "archive", "--format=tar", f"--output={folder / 'source.tar'}", "HEAD")
        shutil.unpack_archive(folder / "source.tar", source, filter="data")
        for round_ in ("first", "second"):
            for distribution in DISTRIBUTIONS:
                run(
                    *("uv", "build", "--quiet", "--no-build-isolation", "--python", sys.executable),
                    *("--package", distribution, "--out-dir", folder / round_, source),
                    SOURCE_DATE_EPOCH=str(commit_time()),
                )
        for file in sorted(path for path in (folder / "first").iterdir() if path.suffix in {".whl", ".gz"}):
            if file.read_bytes() != (folder / "second" / file.name).read_bytes():
                raise ReleaseError(f"two builds of {file.name} differ")
            shutil.copy2(file, out)
    run(sys.executable, "-m", "twine", "check", "--strict", *out.iterdir())


def checksums(out: Path) -> None:
    """Write the SHA-256 of every file."""
    files = sorted(path for path in out.rglob("*") if path.is_file())
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(out).as_posix()}\n" for path in files]
    (out / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")


def commit_time() -> int:
    """Return the time of the commit in seconds, which dates everything that is built."""
    return int(git("log", "-1", "--format=%ct"))


def pytest(*arguments: str) -> tuple[str, ...]:
    """Return the command that runs tests."""
    return (sys.executable, "-m", "pytest", "-q", "-n", "2", "--timeout=300", *arguments)


def git(*arguments: str) -> str:
    """Return git's output."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def run(*command: str | Path, **environment: str) -> None:
    """Run a command that must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(list(map(str, command)), cwd=ROOT, env=os.environ | {"PATH": path} | environment, check=True)


if __name__ == "__main__":
    sys.exit(main())
