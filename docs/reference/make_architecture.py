"""Picture of the packages and their permitted imports, from the ``lint-imports`` contracts in ``pyproject.toml``."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "pictures" / "architecture.svg"
WIDTH, GAP, ROW, TOP, BETWEEN = 440, 8, 40, 64, 150
STYLE = """
text { font: 13px system-ui, sans-serif; fill: #1f2933; text-anchor: middle }
.name { font: 600 13px ui-monospace, monospace }
.head { font-size: 17px; font-weight: 600 }
.note { font-size: 12px; fill: #52606d }
rect { fill: #e6f0fa; stroke: #52779c }
path { stroke: #52606d; stroke-width: 1.5; fill: none }
#tip path { fill: #52606d }
@media (prefers-color-scheme: dark) {
  text { fill: #e4e7eb } .note { fill: #9aa5b1 }
  rect { fill: #243b53; stroke: #829ab1 } path { stroke: #9aa5b1 } #tip path { fill: #9aa5b1 }
}"""
TIP = (
    '<marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0L8 4L0 8z"/></marker>'
)
NOTE = (
    "A module imports from the rows below its own, and from adjoining modules; "
    "the two packages communicate only over HTTP."
)
#: Libraries that only one package may import, and their names in the picture.
LIBRARIES = {"twilio": "Twilio SDK", "sqlalchemy": "SQLAlchemy"}
CONTRACTS: Sequence[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
    "importlinter"
]["contracts"]


class Row(NamedTuple):
    """Modules side by side, and whether they may import each other."""

    names: list[str]
    together: bool


def layers(package: str) -> list[Row]:
    """Return the rows of a package, from the top."""
    (contract,) = (one for one in CONTRACTS if one.get("containers") == [package])
    return [Row([name.strip("() ") for name in re.split(r"[|:]", row)], ":" in row) for row in contract["layers"]]


def alone(package: str) -> dict[str, str]:
    """Return each module that is the only one to import a library, with the library's name."""
    modules = {f"{package}.{name}" for row in layers(package) for name in row.names} - {f"{package}.errors"}
    found = {}
    for contract in CONTRACTS:
        library = next((LIBRARIES[name] for name in contract.get("forbidden_modules", ()) if name in LIBRARIES), "")
        free = modules - set(contract.get("source_modules", ()))
        if library and len(free) == 1:
            found[free.pop().partition(".")[2]] = library
    return found


def picture() -> str:
    """Return the picture."""
    driver, fake = layers("driver"), layers("fake_twilio")
    height = TOP + ROW * max(len(driver), len(fake)) + 44
    width = 2 * WIDTH + BETWEEN
    middle, right = WIDTH + BETWEEN // 2, WIDTH + BETWEEN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>The packages of the driver and of the fake, in layers</title>",
        f"<style>{STYLE}\n</style>",
        f"<defs>{TIP}</defs>",
        *_stack("driver", 0, driver, alone("driver")),
        *_stack("fake_twilio", right, fake, {}),
        f'<path marker-end="url(#tip)" d="M{WIDTH + GAP} 150H{right - GAP}"/>',
        f'<text class="note" x="{middle}" y="140">Twilio’s REST API</text>',
        f'<path marker-end="url(#tip)" d="M{right - GAP} 190H{WIDTH + GAP}"/>',
        f'<text class="note" x="{middle}" y="208">signed webhooks</text>',
        f'<text class="note" x="{width // 2}" y="{height - 14}">{NOTE}</text>',
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _stack(package: str, left: int, rows: list[Row], libraries: dict[str, str]) -> Iterator[str]:
    yield f'<text class="head" x="{left + WIDTH // 2}" y="36">{package}/</text>'
    for number, row in enumerate(rows):
        x, top = float(left), TOP + number * ROW
        gap = 0 if row.together else GAP
        shares = {name: max(len(name), len(libraries.get(name, ""))) + 2 for name in row.names}
        for name in row.names:
            wide = (WIDTH - gap * (len(row.names) - 1)) * shares[name] / sum(shares.values())
            lower = libraries.get(name, "")
            yield f'<rect x="{x:.1f}" y="{top}" width="{wide:.1f}" height="{ROW - GAP}" rx="5"/>'
            yield _word("name", x + wide / 2, top + (14 if lower else 21), name, 8 * len(name), wide)
            if lower:
                yield _word("note", x + wide / 2, top + 28, lower, 7 * len(lower), wide)
            x += wide + gap


def _word(kind: str, x: float, y: int, text: str, wide: int, room: float) -> str:
    squeezed = f' textLength="{room - 6:.0f}" lengthAdjust="spacingAndGlyphs"' if wide > room - 6 else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y}"{squeezed}>{escape(text)}</text>'


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
