"""Filters of lists by date: one parameter for a day, and two with the operator in their name.

Source: Twilio's API reference, lists of Messages, Media and Notifications.
"""

from datetime import datetime
from typing import NamedTuple

from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.date_filter import seconds_range


class DateRange(NamedTuple):
    """The first second (since 1970) that a filter admits, and the first that is too late; None for no limit."""

    first: int = 0
    after: int | None = None

    def admits(self, when: datetime) -> bool:
        """Return whether an instant lies within."""
        second = int(when.timestamp())
        return self.first <= second and (self.after is None or second < self.after)


def date_range(request: ApiRequest, name: str) -> DateRange:
    """Return what a date filter and its two variants with an operator admit.

    Both ends are inclusive. Without an operator the day counts, even when SDKs write it as a time
    (``DateSent=2024-01-02T00:00:00Z``); with one the second does.

    Raises:
        TwilioError: 20001 for anything but a date.
    """
    first, after = 0, None
    for parameter in (name, f"{name}>", f"{name}<"):
        value = request.query.get(parameter)
        if not value:
            continue
        seconds = seconds_range(value)
        if seconds is None:
            raise TwilioError(20001, value="date")
        if parameter == name:
            midnight = seconds[0] - seconds[0] % 86_400
            seconds = (midnight, max(seconds[1], midnight + 86_399))
        if parameter != f"{name}<":
            first = max(first, seconds[0])
        if parameter != f"{name}>":
            after = seconds[1] + 1 if after is None else min(after, seconds[1] + 1)
    return DateRange(first, after)
