"""Date filters of lists: one parameter for a day, and two with an operator in their name.

Source: Twilio's API reference, lists of Messages, Media and Notifications.
"""

from datetime import datetime
from typing import NamedTuple

from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.date_filter import seconds_range


class DateRange(NamedTuple):
    """The first second (since 1970) that matches a filter, and the first after its end; None for no limit."""

    first: int = 0
    after: int | None = None

    def admits(self, when: datetime) -> bool:
        """Return whether a time is in the range."""
        second = int(when.timestamp())
        return self.first <= second and (self.after is None or second < self.after)


def date_range(request: ApiRequest, name: str) -> DateRange:
    """Return the range of a date filter and its two variants with an operator.

    Both ends are inclusive. Without an operator, the whole day matches, even if SDKs write it as a time
    (``DateSent=2024-01-02T00:00:00Z``); with an operator, the exact second counts.

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
