"""Dates in all of Twilio's formats."""

from datetime import UTC, datetime

from fake_twilio.model.dates import http_date, iso_milliseconds, rfc2822

WHEN = datetime(2023, 8, 24, 5, 1, 45, 123456, tzinfo=UTC)


def test_dates_in_every_form() -> None:
    assert rfc2822(WHEN) == "Thu, 24 Aug 2023 05:01:45 +0000"
    assert http_date(WHEN) == "Thu, 24 Aug 2023 05:01:45 GMT"
    assert iso_milliseconds(WHEN) == "2023-08-24T05:01:45.123Z"
