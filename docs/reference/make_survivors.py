"""List of the mutants that may survive, and why, on the page about mutants, generated from ``survivors.toml``."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "qa" / "mutants.md"
HEADING = "## Survivors\n"
sys.path.insert(0, str(ROOT / "features"))

from mutation.generated import survivors  # noqa: E402


def page() -> str:
    """Return the page with the current list."""
    before, heading, _ = PAGE.read_text(encoding="utf-8").partition(HEADING)
    if not heading:
        raise SystemExit(f"{PAGE} has no heading {HEADING.strip()!r}")
    pending = ", ".join(f"`{module}`" for module in survivors.pending())
    later = (
        f"\n\nThe survivors of {pending} have not been reviewed yet: they are counted, but fail nothing."
        if pending
        else ""
    )
    return f"{before}{HEADING}\n{survivors.INTRODUCTION}{later}\n\n{survivors.table()}\n"


PAGES = {PAGE: page}

if __name__ == "__main__":
    for file, made in PAGES.items():
        file.write_text(made(), encoding="utf-8")
