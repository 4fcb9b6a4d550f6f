"""Assertions about what happened, whose failures list what came near and where it differs."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypedDict, TypeVar, Unpack

from fake_twilio.context import Context
from fake_twilio.model.message import Message
from fake_twilio.request_log import Exchange, WebhookAttempt
from fake_twilio.waiting import wait_for_message

NEAR_MISSES = 5
"""How many of those that came nearest a failure shows."""

_VALUE_SHOWN = 80

T = TypeVar("T")

Reader = Callable[[Any], Any]

Text = str | re.Pattern[str] | Callable[[str], object]
"""A text that is wanted: the same, one in which a regular expression is found, or one of which a function holds."""

Number = int | None | Callable[[Any], object]


class MessageFields(TypedDict, total=False):
    """What may be wanted of a message."""

    to: Text
    from_: Text
    body: Text
    status: Text
    direction: Text
    error_code: Number
    sid: Text
    account_sid: Text


class RequestFields(TypedDict, total=False):
    """What may be wanted of a request."""

    operation: Text
    method: Text
    target: Text
    body: Text
    status: Number
    fault: Text
    account_sid: Text


class WebhookFields(TypedDict, total=False):
    """What may be wanted of a webhook attempt."""

    kind: Text
    event: Text
    to: Text
    from_: Text
    url: Text
    body: Text
    status: Number
    attempt: Number
    fault: Text
    message_sid: Text


def _readers(wanted: type[Any], **other: str) -> Mapping[str, Reader]:
    """Return how each field is read from a row: under its own name, or under another one."""
    return {name: attrgetter(other.get(name, name)) for name in wanted.__annotations__}


MESSAGE = _readers(MessageFields, from_="sender", status="status.value", direction="direction.value")
REQUEST = {**_readers(RequestFields), "body": lambda row: row.body.decode("utf-8", "replace")}
WEBHOOK = _readers(WebhookFields, from_="sender")


class Assertions:
    """Looks at a fake and judges.

    In every assertion a wanted value is compared as it is; a compiled regular expression is searched for; a function
    judges by itself. Failures list the near misses and where they differ.
    """

    @property
    def context(self) -> Context:
        """The fake's data."""
        raise NotImplementedError

    @property
    def messages(self) -> list[Message]:
        """Every message, both directions, in the order of making; refused requests made none."""
        return sorted(self.context.state.messages(), key=lambda row: row.number)

    @property
    def requests(self) -> list[Exchange]:
        """The journal of requests, oldest first."""
        return list(self.context.requests.entries)

    @property
    def webhooks(self) -> list[WebhookAttempt]:
        """The journal of webhook attempts, oldest first."""
        return list(self.context.webhooks.entries)

    def assert_sent(self, times: int | None = None, **wanted: Unpack[MessageFields]) -> list[Message]:
        """Fail unless messages went out that fit, and return them.

        Args:
            times: the exact number; without it, one or more.
            wanted: ``to``, ``from_``, ``body``, ``status``, ``direction``, ``error_code``, ``sid``, ``account_sid``.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("sent message", sent(self.messages), MESSAGE, wanted=wanted, times=times)

    def assert_nothing_sent(self, **wanted: Unpack[MessageFields]) -> None:
        """Fail if a message went out, or one that fits when anything is wanted.

        Raises:
            AssertionError: with those that went out.
        """
        __tracebackhide__ = True
        assert_none("sent message", sent(self.messages), MESSAGE, wanted=wanted)

    def expect_message(self, **wanted: Unpack[MessageFields]) -> "Expectation":
        """Return the expectation of a message that goes out: ``await fake.expect_message(to=…).within(5)``.

        Args:
            wanted: ``to``, ``from_``, ``body``, ``status``, ``direction``, ``error_code``, ``sid``, ``account_sid``.

        Raises:
            TypeError: when something is wanted that messages do not have.
        """
        __tracebackhide__ = True
        _check(MESSAGE, wanted)
        return Expectation(self, wanted)

    def assert_requested(self, times: int | None = None, **wanted: Unpack[RequestFields]) -> list[Exchange]:
        """Fail unless requests were made that fit, and return them.

        Args:
            times: the exact number; without it, one or more.
            wanted: ``operation``, ``method``, ``target``, ``body``, ``status``, ``fault``, ``account_sid``.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("request", self.requests, REQUEST, wanted=wanted, times=times)

    def assert_called_back(self, times: int | None = None, **wanted: Unpack[WebhookFields]) -> list[WebhookAttempt]:
        """Fail unless webhooks were called that fit, and return the attempts.

        Args:
            times: the exact number; without it, one or more.
            wanted: ``kind`` (``callback``, ``inbound_webhook``), ``event``, ``to``, ``from_``, ``url``, ``body``,
                ``status``, ``attempt``, ``fault``, ``message_sid``.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("webhook attempt", self.webhooks, WEBHOOK, wanted=wanted, times=times)


class Expectation:
    """A message that should go out, or has gone out already."""

    def __init__(self, fake: Assertions, wanted: Mapping[str, Any]) -> None:
        self._fake = fake
        self._wanted = wanted

    async def within(self, seconds: float) -> Message:
        """Return the message as soon as it is there and fits; of several the newest. The time is real, not the clock's.

        Raises:
            AssertionError: when none fits in time; it lists the near misses.
        """
        __tracebackhide__ = True

        def fits(row: Message) -> bool:
            return row.outbound and not row.refused and not _differences(row, MESSAGE, self._wanted)

        message = await wait_for_message(self._fake.context, fits, seconds)
        if message is None:
            rows = sent(self._fake.messages)
            head = f"expected a sent message with {_text(self._wanted)} within {seconds:g} s; of {len(rows)}, none fits"
            raise AssertionError("\n".join([head, *_near(rows, MESSAGE, self._wanted)]))
        return message


def assert_some(
    what: str, rows: Sequence[T], readers: Mapping[str, Reader], *, wanted: Mapping[str, Any], times: int | None
) -> list[T]:
    """Return the rows that fit.

    A wanted value is compared as it is; a compiled regular expression is searched for; a function judges by itself.

    Raises:
        AssertionError: when there is none, or not exactly ``times``; it lists the near misses.
        TypeError: when something is wanted that such rows do not have.
    """
    __tracebackhide__ = True
    _check(readers, wanted)
    fitting = [row for row in rows if not _differences(row, readers, wanted)]
    if times is None and fitting:
        return fitting
    if times is not None and len(fitting) == times:
        return fitting
    expected = f"a {what}" if times is None else f"{times} × a {what}"
    found = "none does" if not fitting else f"{len(fitting)} do"
    lines = [f"expected {expected} with {_text(wanted)}; of {len(rows)}, {found}", *map(_fitting, fitting)]
    raise AssertionError("\n".join([*lines, *_near(rows, readers, wanted)]))


def assert_none(what: str, rows: Sequence[T], readers: Mapping[str, Reader], *, wanted: Mapping[str, Any]) -> None:
    """Check that no row fits.

    Raises:
        AssertionError: when one does; it lists those that do.
        TypeError: when something is wanted that such rows do not have.
    """
    __tracebackhide__ = True
    _check(readers, wanted)
    fitting = [row for row in rows if not _differences(row, readers, wanted)]
    if fitting:
        condition = f" with {_text(wanted)}" if wanted else ""
        head = f"expected no {what}{condition}; there is {len(fitting)}:"
        raise AssertionError("\n".join([head, *map(_fitting, fitting)]))


def sent(rows: Iterable[Message]) -> list[Message]:
    """Return the messages that went out."""
    return [row for row in rows if row.outbound]


def _check(readers: Mapping[str, Reader], wanted: Mapping[str, Any]) -> None:
    """Refuse names that no row has, whether there are rows or not: a misspelt one would assert nothing."""
    __tracebackhide__ = True
    unknown = [name for name in wanted if name not in readers]
    if unknown:
        raise TypeError(f"unknown: {', '.join(unknown)}; known are {', '.join(readers)}")


def _differences(row: Any, readers: Mapping[str, Reader], wanted: Mapping[str, Any]) -> list[str]:
    """Return what differs."""
    return [name for name, value in wanted.items() if not _fits(readers[name](row), value)]


def _fits(there: Any, wanted: Any) -> bool:
    if isinstance(wanted, re.Pattern):
        return wanted.search(str(there)) is not None
    return bool(wanted(there)) if callable(wanted) else bool(there == wanted)


def _near(rows: Sequence[Any], readers: Mapping[str, Reader], wanted: Mapping[str, Any]) -> list[str]:
    """Describe the nearest rows, nearest first; of equally near ones, the newest first."""
    missed = [(row, differences) for row in reversed(rows) if (differences := _differences(row, readers, wanted))]
    missed.sort(key=lambda pair: len(pair[1]))
    lines = []
    for row, differences in missed[:NEAR_MISSES]:
        shown = ", ".join(f"{name} is {_short(readers[name](row))}" for name in differences)
        lines.append(f"  near miss: {_line(row)}: {shown}")
    if len(missed) > NEAR_MISSES:
        lines.append(f"  and {len(missed) - NEAR_MISSES} further away")
    return lines


def _fitting(row: Any) -> str:
    return f"  fits: {_line(row)}"


def _line(row: Any) -> str:
    match row:
        case Message():
            return f"{row.sid} {row.sender} → {row.to} {row.status.value} {_short(row.body)}"
        case Exchange():
            return f"#{row.number} {row.operation} {row.method} {row.target} → {row.status}"
        case WebhookAttempt():
            return f"#{row.number} {row.kind} {row.event} {row.method} {row.url} → {row.status or row.error}"
        case _:
            return _short(row)


def _text(wanted: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_wanted_text(value)}" for name, value in wanted.items()) or "anything"


def _wanted_text(value: Any) -> str:
    if isinstance(value, re.Pattern):
        return f"matching {value.pattern!r}"
    return f"judged by {getattr(value, '__name__', value)}" if callable(value) else _short(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _VALUE_SHOWN else f"{text[: _VALUE_SHOWN - 1]}…"
