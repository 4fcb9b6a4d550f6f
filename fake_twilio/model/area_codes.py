"""Which country and state each area code of the North American Numbering Plan belongs to: ``area_codes.csv``.

The countries and states are those of the numbering plan's public assignments. Non-geographic codes that no handset has
(500, 900, …) are left out on purpose: a number with such a code, or with one that is not assigned (555), is not a
valid destination. What else the table says, about the largest place of each code, is read by ``rate_centers``.
"""

import csv
from functools import cache
from pathlib import Path


@cache
def area_code_rows() -> list[list[str]]:
    """Return the table's rows: one for each place in the United States and Canada, one for each other country."""
    with (Path(__file__).parent / "area_codes.csv").open(encoding="utf-8", newline="") as file:
        _heading, *rows = csv.reader(file)
    return rows


AREA_CODES = {
    code: (country, region) for country, region, *_, area_codes in area_code_rows() for code in area_codes.split()
}
"""Country (ISO 3166) and state or province by three-digit area code.

The state is empty outside the US and Canada and for toll-free codes.
"""

TOLL_FREE = frozenset(code for code, place in AREA_CODES.items() if place == ("US", ""))
"""Area codes of toll-free numbers."""


def is_toll_free(number: str) -> bool:
    """Return whether an E.164 number is a toll-free one of North America."""
    return number.startswith("+1") and number[2:5] in TOLL_FREE
