"""Writes the page of all promises and the scenarios that show them, from the lists in ``features/promises``."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "qa" / "promises.md"
sys.path.insert(0, str(ROOT / "features"))

from gherkin_tools.promises import ALL, Promise, PromiseList  # noqa: E402

HEAD = """# Promises, and the scenarios that show them

Made by `make_promises.py` from the lists in `features/promises`. A test fails where a promise has no scenario, where a
scenario that is named does not exist, and where something is promised that is on no list. A feature without the name of
a scenario means all of its scenarios. What no feature can reach is shown by a test, and says so."""


def page() -> str:
    """Return the page."""
    parts = [HEAD]
    for one in ALL:
        columns = ["promise", "scenarios", *(["tests"] if one.tests_count else [])]
        head = f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|"
        rows = (f"\n| {' | '.join(_cells(one, promise))} |" for promise in one.promises())
        parts.append(f"## {one.title}\n\n{one.about}\n\n{head}{''.join(rows)}")
    return "\n\n".join(parts) + "\n"


def _cells(kept: PromiseList, promise: Promise) -> list[str]:
    cells = [promise.sentence, "<br>".join(_shown(name) for name in promise.scenarios)]
    return (
        [*cells, "<br>".join(f"`{name.removeprefix('tests/')}`" for name in promise.tests)]
        if kept.tests_count
        else cells
    )


def _shown(name: str) -> str:
    file, _, scenario = name.partition("::")
    words = file.rpartition("/")[2].replace("-", " ").capitalize()
    text = f"{words}: {scenario}" if scenario else words
    return f"[{text.replace('<', '‹').replace('>', '›')}](../../features/{file}.feature)"


PAGES = {PAGE: page}

if __name__ == "__main__":
    for file, made in PAGES.items():
        file.write_text(made(), encoding="utf-8")
