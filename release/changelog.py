"""The part of the changelog that belongs to a version."""

import re
from pathlib import Path


class ChangelogError(Exception):
    """The changelog does not match the version; the message says what to do."""


def notes(root: Path, version: str) -> str:
    """Return the changelog's section on a version.

    Raises:
        ChangelogError: If it has none, or changes are still kept as fragments.
    """
    command = f"towncrier build --version {version}"
    waiting = sorted(path.name for path in (root / "changes").glob("*.md"))
    if waiting:
        raise ChangelogError(f"changes/{waiting[0]} is not in the changelog yet: {command}")
    text = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    found = re.search(
        rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE
    )
    if found is None:
        raise ChangelogError(f"CHANGELOG.md has no heading '## {version} (YYYY-MM-DD)': {command}")
    return found[1].strip() + "\n"
