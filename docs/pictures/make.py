"""Screenshot of the demo for the README and the docs: runs the demo and exports its final terminal output."""

from __future__ import annotations

import asyncio
import io
import sys
from pathlib import Path

from rich.console import Console

from driver.cli.demonstration.play import play
from driver.cli.demonstration.screen import Screen

HERE = Path(__file__).parent


def demo() -> bool:
    """Write ``demo.svg``, the terminal at the end of the demo; return whether that succeeded."""
    console = Console(width=118, file=io.StringIO(), force_terminal=True)
    screen = Screen(console)
    if not asyncio.run(play(screen, stay=False)):
        print("the demo failed; no picture was written", file=sys.stderr)
        return False
    paper = Console(record=True, width=118, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    paper.print(screen.picture())
    paper.save_svg(str(HERE / "demo.svg"), title="make demo", unique_id="demo")
    return True


if __name__ == "__main__":
    sys.exit(0 if demo() else 1)
