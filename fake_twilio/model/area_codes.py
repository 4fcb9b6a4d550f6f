"""The country and state of each area code of the North American Numbering Plan, read from ``area_codes.csv``.

Countries and states follow the numbering plan's public assignments. Non-geographic codes that no handset has (500,
900, …) are left out on purpose: a number with such a code, or with an unassigned one (555), is not a valid
destination. The table's other columns, about the largest town of each code, are read by ``rate_centers``.
"""

import csv
from functools import cache
from pathlib import Path


@cache
def area_code_rows() -> list[list[str]]:
    """Return the table's rows: one for each town in the United States and Canada, one for each other country."""
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
    """Return whether an E.164 number is a North American toll-free number."""
    return number.startswith("+1") and number[2:5] in TOLL_FREE
