"""The seconds that a date filter covers."""

import time
from datetime import UTC, datetime

import pytest

from fake_twilio.model.date_filter import seconds_range
from fake_twilio.model.dates import iso_milliseconds

WHEN = datetime(2023, 8, 24, 5, 1, 45, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023-08-24", "2023-08-24T00:00:00", "2023-08-24T23:59:59"),
        ("2023-08", "2023-08-01T00:00:00", "2023-08-31T23:59:59"),
        ("2023-12", "2023-12-01T00:00:00", "2023-12-31T23:59:59"),
        ("2023", "2023-01-01T00:00:00", "2023-12-31T23:59:59"),
        ("2023-08-24T05:01:45Z", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("2023-08-24T05:01:45.999Z", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("2023-08-24T07:01:45+02:00", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("Thu, 24 Aug 2023 05:01:45 +0000", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("08/24/2023 05:01:45 GMT", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("08/23/2023 22:01:45 MST", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("2023-08-24 05:01:45.000", "2023-08-24T05:01:45", "2023-08-24T05:01:45"),
        ("08/24/2023", "2023-08-24T00:00:00", "2023-08-24T23:59:59"),
    ],
)
def test_dates_that_filters_accept(text: str, first: str, last: str) -> None:
    expected = tuple(int(datetime.fromisoformat(end).replace(tzinfo=UTC).timestamp()) for end in (first, last))
    assert seconds_range(text) == expected


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("2021-08-24", "2021-08-24T00:00:00"),
        ("2021-08", "2021-08-01T00:00:00"),
        ("2021", "2021-01-01T00:00:00"),
        ("08/24/2021", "2021-08-24T00:00:00"),
        ("08/24/2021 05:01:45", "2021-08-24T05:01:45"),
        ("2021-08-24 05:01:45.000", "2021-08-24T05:01:45"),
        ("2021-08-24T05:01:45", "2021-08-24T05:01:45"),
    ],
)
def test_dates_are_in_utc_wherever_the_machine_is(text: str, first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = datetime.fromisoformat(first).replace(tzinfo=UTC).timestamp()
    monkeypatch.setenv("TZ", "America/Toronto")
    time.tzset()
    try:
        found = seconds_range(text)
        shown = iso_milliseconds(WHEN)
    finally:
        monkeypatch.undo()
        time.tzset()
    assert found is not None
    assert found[0] == expected
    assert (found[1] - found[0] + 1) % 86_400 in {0, 1}
    assert shown == "2023-08-24T05:01:45.123Z"


@pytest.mark.parametrize(
    "text",
    ["=2019-08-08", "08/24/2023 05:01:45 XYZ", "soon", "2023-13-01", "2023-02-30", "9999-12", "99999999999", "٢٠٢٣"],
)
def test_what_is_not_a_date(text: str) -> None:
    assert seconds_range(text) is None
