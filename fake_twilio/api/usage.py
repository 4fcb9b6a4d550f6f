"""Usage records: how many messages an account sent and received and what they cost, by period.

Source: Twilio's API reference, Usage Records.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, NamedTuple

from fake_twilio.api import form_parsers, paging
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.message import Message
from fake_twilio.model.mms import carried
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/Usage/Records"

_DISTANCE = r"([+ -]?[0-9]{1,6}) ?days?"
"""A space is a ``+`` that was not percent-encoded."""

_CATEGORIES = {
    "sms": ("SMS", "messages", "segments"),
    "sms-inbound": ("Inbound SMS", "messages", "segments"),
    "sms-outbound": ("Outbound SMS", "messages", "segments"),
    "mms": ("MMS", "messages", "messages"),
    "mms-inbound": ("Inbound MMS", "messages", "messages"),
    "mms-outbound": ("Outbound MMS", "messages", "messages"),
    "totalprice": ("Total Price", "", "usd"),
}
"""Each category, mapped to its description and units. Others, such as ``calls``, are never used here."""

_CATEGORY = "[a-z][a-z0-9]*(-[a-z0-9]+)*"


_DAY = timedelta(days=1)
_BEGINNING = date(2008, 1, 1)
"""Start of Twilio's first year: nothing was used before it, and earlier days have no records."""


class _Period(NamedTuple):
    """The period and category of a record; only records that are shown are counted."""

    category: str
    account_sid: str
    first: date
    last: date

    @property
    def sid(self) -> str:
        return f"{self.category}{self.first:%Y%m%d}"


Periods = Callable[[date, date, date], Iterator[tuple[date, date]]]
"""Takes the first and last requested day and today; yields the periods that get a record each."""


def _whole(first: date, last: date, _: date) -> Iterator[tuple[date, date]]:
    yield first, last


def _each(begin_of: Callable[[date], date]) -> Periods:
    """Return a function for periods of one length, latest first; ``begin_of`` returns the start of a day's period."""

    def periods(first: date, last: date, _: date) -> Iterator[tuple[date, date]]:
        while last >= max(first, _BEGINNING):
            begin = begin_of(last)
            yield max(begin, first), last
            last = begin - _DAY

    return periods


def _one(of: Callable[[date], tuple[date, date]]) -> Periods:
    """Return a function for the one period relative to today, regardless of the requested days."""
    return lambda _, __, today: iter([of(today)])


def _month_before(today: date) -> tuple[date, date]:
    last = today.replace(day=1) - _DAY
    return last.replace(day=1), last


_PERIODS: dict[str, Periods] = {
    "": _whole,
    "AllTime": _whole,
    "Daily": _each(lambda day: day),
    "Monthly": _each(lambda day: day.replace(day=1)),
    "Yearly": _each(lambda day: day.replace(month=1, day=1)),
    "Today": _one(lambda today: (today, today)),
    "Yesterday": _one(lambda today: (today - _DAY, today - _DAY)),
    "ThisMonth": _one(lambda today: (today.replace(day=1), today)),
    "LastMonth": _one(_month_before),
}

_SUBRESOURCES = {form_parsers.snake(name): name for name in _PERIODS if name}


def list_(request: ApiRequest, period: str) -> Response:
    """Show a page of the account's records, one for each category and period."""
    today = request.context.now().date()
    category = request.query.get("Category")
    if category and re.fullmatch(_CATEGORY, category) is None:
        raise TwilioError(20001, value="Category")
    first = _day(request, "StartDate", request.account.created.date())
    last = min(_day(request, "EndDate", today), today)
    days = _by_day(request, _counted(request))
    rows = [
        _Period(name, request.account.sid, begin, end)
        for begin, end in _PERIODS[period](first, last, today)
        for name in ([category] if category else _CATEGORIES)
    ]
    return paging.page_of(
        request,
        rows,
        "usage_records",
        element="UsageRecord",
        document=lambda row: _document(request, row, days),
        filters=("Category", "StartDate", "EndDate", "IncludeSubaccounts"),
    )


def _counted(request: ApiRequest) -> list[str]:
    """Return the accounts whose messages count: subaccounts too, unless ``IncludeSubaccounts`` is false.

    Raises:
        TwilioError: 20001 if that parameter is neither true nor false.
    """
    own = request.account.sid
    if form_parsers.asked(request, "IncludeSubaccounts") is False:
        return [own]
    return [row.sid for row in request.context.state.accounts.values() if own in (row.sid, row.owner_sid)]


_Days = Mapping[str, Mapping[date, list[Message]]]
"""Messages by category and day."""


def _by_day(request: ApiRequest, accounts: list[str]) -> _Days:
    """Return the accounts' messages by category and day."""
    found: defaultdict[str, defaultdict[date, list[Message]]] = defaultdict(lambda: defaultdict(list))
    logs = [log for sid in accounts if (log := request.context.state.logs.get(sid)) is not None]
    for message in (row for log in logs for row in log.rows.values()):
        if message.price is None:
            continue
        kind = "mms" if carried(message) else "sms"
        day = (message.sent or message.created).date()
        for category in (kind, f"{kind}-{'outbound' if message.outbound else 'inbound'}", "totalprice"):
            found[category][day].append(message)
    return found


def _messages(period: _Period, days: _Days) -> list[Message]:
    of_category = days.get(period.category, {})
    if period.first == period.last:
        return of_category.get(period.first, [])
    return [row for day, rows in of_category.items() if period.first <= day <= period.last for row in rows]


def _document(request: ApiRequest, row: _Period, days: _Days) -> dict[str, Any]:
    messages = _messages(row, days)
    spent = sum((-Decimal(message.price or 0) for message in messages), Decimal(0))
    units = len(messages) if row.category.startswith("mms") else sum(message.segments for message in messages)
    unused = (row.category.replace("-", " ").capitalize(), "", "")
    description, count_unit, usage_unit = _CATEGORIES.get(row.category, unused)
    total = row.category == "totalprice"
    base = f"/2010-04-01/Accounts/{row.account_sid}/Usage/Records"
    query = f"Category={row.category}"
    price = f"{spent:f}" if spent else "0"
    return {
        "account_sid": row.account_sid,
        "api_version": "2010-04-01",
        "as_of": iso_seconds(request.context.now()).replace("Z", "+00:00"),
        "category": row.category,
        "count": None if total else str(len(messages)),
        "count_unit": count_unit,
        "description": description,
        "end_date": row.last.isoformat(),
        # A string in every sample, although the specification's schema says a number.
        "price": price,
        "price_unit": "usd",
        "start_date": row.first.isoformat(),
        "subresource_uris": {key: f"{base}/{name}.json?{query}" for key, name in _SUBRESOURCES.items()},
        "uri": f"{base}.json?{query}&StartDate={row.first}&EndDate={row.last}",
        "usage": price if total else str(units),
        "usage_unit": usage_unit,
    }


def _day(request: ApiRequest, name: str, default: date) -> date:
    """Return the day that a parameter names, as a date or relative to today, as in ``-30days``.

    Raises:
        TwilioError: 20001 if it is neither.
    """
    text = request.query.get(name)
    if not text:
        return default
    distance = re.fullmatch(_DISTANCE, text)
    try:
        if distance is not None:
            return request.context.now().date() + timedelta(days=int(distance[1].strip()))
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except (ValueError, OverflowError):
        raise TwilioError(20001, value="date") from None


ROUTES = tuple(
    Route(
        "GET",
        f"{_BASE}/{period}" if period else _BASE,
        f"usage.{period.lower() or 'records'}.list",
        partial(list_, period=period),
    )
    for period in _PERIODS
)
