"""Short alarm codes: which numbers are valid, and which code comes next."""

from collections.abc import Collection

FIRST_CODE, LAST_CODE = 10, 9999
#: Numbers that people send for other reasons: emergency numbers and years.
_OTHERWISE = frozenset({112, 911, 999, *range(1900, 2100)})
#: The maximum number of codes that one phone can have at a time.
MAX_CODES = LAST_CODE - FIRST_CODE + 1 - len(_OTHERWISE)


def can_be_code(number: int) -> bool:
    """Return whether a number can be a code: it is in range, and people do not send it for other reasons."""
    return FIRST_CODE <= number <= LAST_CODE and number not in _OTHERWISE


def next_code(last: str, taken: Collection[str]) -> str:
    """Return the next free code, wrapping around, so that a late reply rarely hits a newer alarm.

    Codes have two digits until all of those are taken.
    """
    start = int(last) + 1 if last else FIRST_CODE
    for low, high in ((FIRST_CODE, 99), (100, LAST_CODE)):
        first = start if low <= start <= high else low
        for number in (*range(first, high + 1), *range(low, first)):
            if can_be_code(number) and str(number) not in taken:
                return str(number)
    raise ValueError("every code is taken")
