"""No filter of a list keeps the fake busy, whatever its value. Work is measured in function calls, not in seconds."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fake_twilio.api.available_phone_numbers import number_pattern
from support.fake_cases import API
from support.fake_wire import GUARD, OURS, Wire, wire

LISTS = {
    f"{API}/Messages.json": ("To", "From", "DateSent", "DateSent<", "DateSent>"),
    f"{API}/IncomingPhoneNumbers.json": ("PhoneNumber", "FriendlyName", "Beta", "Origin"),
    f"{API}/OutgoingCallerIds.json": ("PhoneNumber", "FriendlyName"),
    f"{API}/SMS/ShortCodes.json": ("ShortCode", "FriendlyName"),
    f"{API}/AvailablePhoneNumbers/US/Local.json": (
        "Contains", "AreaCode", "InRegion", "InLocality", "InPostalCode", "NearNumber", "NearLatLong", "Distance",
    ),
    f"{API}/Usage/Records/Daily.json": ("Category", "StartDate", "EndDate", "IncludeSubaccounts"),
    f"{API}/Usage/Records/Monthly.json": ("Category", "StartDate", "EndDate"),
    f"{API}/Usage/Records/Yearly.json": ("Category", "StartDate", "EndDate"),
    f"{API}/Usage/Records.json": ("Category", "StartDate", "EndDate"),
    f"{API}/Notifications.json": ("Log", "MessageDate", "MessageDate<", "MessageDate>"),
    f"{API}/Applications.json": ("FriendlyName",),
    "/2010-04-01/Accounts.json": ("FriendlyName", "Status"),
    "/v1/Alerts": ("LogLevel", "StartDate", "EndDate"),
    "/v1/Services": ("PageSize", "PageToken", "Page"),
}  # fmt: skip
PAIRS = [(path, name) for path, names in LISTS.items() for name in (*names, "PageSize", "Page", "PageToken")]

MAX_CALLS = 400_000
"""More than a search through every available number takes; the queries that hung took hundreds of times as many."""

texts = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="0123456789-+*%$() .:TZdays", max_size=60),
    st.sampled_from(
        ["0001-01-01", "9999-12-31", "-999999days", "+999999days", ")", "(", "[", "%" * 14 + "x", "*" * 16, "%*" * 8]
    ),
)  # fmt: skip


@contextmanager
def counted() -> Iterator[list[int]]:
    """Count the function calls of this thread."""
    calls = [0]

    def count(_: Any, event: str, __: Any) -> None:
        calls[0] += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        yield calls
    finally:
        sys.setprofile(None)


async def asked(site: Wire, path: str, **query: str) -> tuple[int, int]:
    """Return the status of a response and the number of function calls it took."""
    url = f"{site.fake.base_url}{path}?{urlencode(query, errors='replace')}"
    with counted() as calls:
        async with site.session.get(url) as answer:
            await answer.read()
            return answer.status, calls[0]


@pytest.mark.parametrize(("path", "name"), PAIRS)
async def test_any_text_in_any_filter(path: str, name: str) -> None:
    async with wire() as site:
        await site.created()
        for value in _examples():
            status, calls = await asked(site, path, **{name: value})
            assert status in (200, 400), value
            assert calls < MAX_CALLS, value


def _examples() -> list[str]:
    """Return some generated texts; Hypothesis itself cannot run asynchronous tests."""
    found: list[str] = []

    @settings(max_examples=15, deadline=None, database=None, derandomize=True)
    @given(value=texts)
    def collect(value: str) -> None:
        found.append(value)

    collect()
    return found


@pytest.mark.parametrize(
    ("path", "query"),
    [
        (f"{API}/Usage/Records/Daily.json", {"StartDate": "0001-01-01"}),
        (f"{API}/Usage/Records/Monthly.json", {"StartDate": "0001-01-01"}),
        (f"{API}/Usage/Records/Yearly.json", {"StartDate": "0001-01-01", "PageSize": "1000"}),
        (f"{API}/IncomingPhoneNumbers.json", {"PhoneNumber": ")"}),
        (f"{API}/IncomingPhoneNumbers.json", {"PhoneNumber": "%" * 40 + "x"}),
        (f"{API}/AvailablePhoneNumbers/US/Local.json", {"Contains": "%" * 14 + "x"}),
    ],
)
async def test_what_once_hung_or_broke(path: str, query: dict[str, str]) -> None:
    async with wire() as site:
        status, calls = await asked(site, path, **query)
        assert (status, calls < MAX_CALLS) == (200, True)


async def test_usage_before_twilio_has_no_records_of_its_own() -> None:
    async with wire() as site:
        url = f"{site.fake.base_url}{API}/Usage/Records/Yearly.json?Category=sms&StartDate=0001-01-01"
        async with site.session.get(url) as answer:
            rows = (await answer.json())["usage_records"]
        assert (rows[0]["start_date"], rows[-1]["start_date"]) == ("2026-01-01", "2008-01-01")


@given(
    number=st.sampled_from([OURS, GUARD, "+442071234567", "12345"]),
    pattern=st.text(alphabet="0125*%+$", max_size=12),
)
def test_a_pattern_fits_what_it_fits_as_a_regular_expression(number: str, pattern: str) -> None:
    import re

    core = pattern.removeprefix("+").removesuffix("$").replace("+", "").replace("$", "")
    pattern = ("+" if pattern.startswith("+") else "") + core + ("$" if pattern.endswith("$") else "")
    expression = "".join({"*": ".", "%": ".*", "+": "^"}.get(sign, sign) for sign in pattern)
    assert number_pattern(pattern)(number) is (re.search(expression, number.lstrip("+")) is not None)
