"""Assertions about what happened; their failures list near misses and how they differ."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, TypedDict, TypeVar, Unpack

from fake_twilio.context import Context
from fake_twilio.model.message import Message
from fake_twilio.request_log import Exchange, WebhookAttempt
from fake_twilio.waiting import wait_for_message

NEAR_MISSES = 5
"""Maximum number of near misses in a failure."""

_VALUE_SHOWN = 80

T = TypeVar("T")

Reader = Callable[[Any], Any]

Text = str | re.Pattern[str] | Callable[[str], object]
"""Expected text: an exact value, a regular expression to search for, or a predicate."""

Number = int | None | Callable[[Any], object]


class MessageFields(TypedDict, total=False):
    """Fields of a message that an assertion can check."""

    to: Text
    from_: Text
    body: Text
    status: Text
    direction: Text
    error_code: Number
    sid: Text
    account_sid: Text


class RequestFields(TypedDict, total=False):
    """Fields of a request that an assertion can check."""

    operation: Text
    method: Text
    target: Text
    body: Text
    status: Number
    fault: Text
    account_sid: Text


class WebhookFields(TypedDict, total=False):
    """Fields of a webhook attempt that an assertion can check."""

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
    """Return a reader for each field, which reads the attribute of the same name or the one given in ``other``."""
    return {name: attrgetter(other.get(name, name)) for name in wanted.__annotations__}


MESSAGE = _readers(MessageFields, from_="sender", status="status.value", direction="direction.value")
REQUEST = {**_readers(RequestFields), "body": lambda row: row.body.decode("utf-8", "replace")}
WEBHOOK = _readers(WebhookFields, from_="sender")


class Assertions:
    """Assertions about a fake's messages, requests and webhooks.

    In every assertion, a plain value must be equal, a compiled regular expression must be found, and a function must
    return true. Failures list near misses and how they differ.
    """

    @property
    def context(self) -> Context:
        """The fake's data."""
        raise NotImplementedError

    @property
    def messages(self) -> list[Message]:
        """Every message, in both directions, in order of creation; rejected requests create none."""
        return sorted(self.context.state.messages(), key=lambda row: row.number)

    @property
    def requests(self) -> list[Exchange]:
        """The request log, oldest first."""
        return list(self.context.requests.entries)

    @property
    def webhooks(self) -> list[WebhookAttempt]:
        """The log of webhook attempts, oldest first."""
        return list(self.context.webhooks.entries)

    def assert_sent(self, times: int | None = None, **wanted: Unpack[MessageFields]) -> list[Message]:
        """Fail unless matching messages were sent, and return them.

        Args:
            times: the exact number; at least one if omitted.
            wanted: ``to``, ``from_``, ``body``, ``status``, ``direction``, ``error_code``, ``sid``, ``account_sid``.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("sent message", sent(self.messages), MESSAGE, wanted=wanted, times=times)

    def assert_nothing_sent(self, **wanted: Unpack[MessageFields]) -> None:
        """Fail if any message was sent, or, if fields are given, any matching message.

        Raises:
            AssertionError: with the messages that were sent.
        """
        __tracebackhide__ = True
        assert_none("sent message", sent(self.messages), MESSAGE, wanted=wanted)

    def expect_message(self, **wanted: Unpack[MessageFields]) -> "Expectation":
        """Return an expectation that a message is sent: ``await fake.expect_message(to=…).within(5)``.

        Args:
            wanted: ``to``, ``from_``, ``body``, ``status``, ``direction``, ``error_code``, ``sid``, ``account_sid``.

        Raises:
            TypeError: if messages do not have one of these fields.
        """
        __tracebackhide__ = True
        _check(MESSAGE, wanted)
        return Expectation(self, wanted)

    def assert_requested(self, times: int | None = None, **wanted: Unpack[RequestFields]) -> list[Exchange]:
        """Fail unless matching requests were made, and return them.

        Args:
            times: the exact number; at least one if omitted.
            wanted: ``operation``, ``method``, ``target``, ``body``, ``status``, ``fault``, ``account_sid``.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("request", self.requests, REQUEST, wanted=wanted, times=times)

    def assert_called_back(self, times: int | None = None, **wanted: Unpack[WebhookFields]) -> list[WebhookAttempt]:
        """Fail unless matching webhooks were called, and return the attempts.

        Args:
            times: the exact number; at least one if omitted.
            wanted: ``kind`` (``callback``, ``inbound_webhook``), ``event``, ``to``, ``from_``, ``url``, ``body``,
                ``status``, ``attempt``, ``fault``, ``message_sid``.

        Raises:
            AssertionError: with the near misses.
        """
        __tracebackhide__ = True
        return assert_some("webhook attempt", self.webhooks, WEBHOOK, wanted=wanted, times=times)


class Expectation:
    """A message that is expected to be sent, or has been sent already."""

    def __init__(self, fake: Assertions, wanted: Mapping[str, Any]) -> None:
        self._fake = fake
        self._wanted = wanted

    async def within(self, seconds: float) -> Message:
        """Return the newest matching message as soon as there is one; ``seconds`` is real time, not the fake's.

        Raises:
            AssertionError: if none matches in time; it lists the near misses.
        """
        __tracebackhide__ = True

        def fits(row: Message) -> bool:
            return row.outbound and not row.refused and not _differences(row, MESSAGE, self._wanted)

        message = await wait_for_message(self._fake.context, fits, seconds)
        if message is None:
            rows = sent(self._fake.messages)
            head = f"expected a sent message with {_text(self._wanted)} within {seconds:g} s; none of {len(rows)} match"
            raise AssertionError("\n".join([head, *_near(rows, MESSAGE, self._wanted)]))
        return message


def assert_some(
    what: str, rows: Sequence[T], readers: Mapping[str, Reader], *, wanted: Mapping[str, Any], times: int | None
) -> list[T]:
    """Return the matching rows.

    A plain value must be equal, a compiled regular expression must be found, and a function must return true.

    Raises:
        AssertionError: if there are none, or not exactly ``times``; it lists the near misses.
        TypeError: if such rows do not have one of the fields.
    """
    __tracebackhide__ = True
    _check(readers, wanted)
    fitting = [row for row in rows if not _differences(row, readers, wanted)]
    if times is None and fitting:
        return fitting
    if times is not None and len(fitting) == times:
        return fitting
    expected = f"a {what}" if times is None else f"{times} × a {what}"
    found = "none" if not fitting else f"{len(fitting)}"
    lines = [f"expected {expected} with {_text(wanted)}; {found} of {len(rows)} match", *map(_fitting, fitting)]
    raise AssertionError("\n".join([*lines, *_near(rows, readers, wanted)]))


def assert_none(what: str, rows: Sequence[T], readers: Mapping[str, Reader], *, wanted: Mapping[str, Any]) -> None:
    """Check that no row matches.

    Raises:
        AssertionError: if any row matches; it lists the matching rows.
        TypeError: if such rows do not have one of the fields.
    """
    __tracebackhide__ = True
    _check(readers, wanted)
    fitting = [row for row in rows if not _differences(row, readers, wanted)]
    if fitting:
        condition = f" with {_text(wanted)}" if wanted else ""
        head = f"expected no {what}{condition}; found {len(fitting)}:"
        raise AssertionError("\n".join([head, *map(_fitting, fitting)]))


def sent(rows: Iterable[Message]) -> list[Message]:
    """Return the sent messages."""
    return [row for row in rows if row.outbound]


def _check(readers: Mapping[str, Reader], wanted: Mapping[str, Any]) -> None:
    """Reject unknown field names, even if there are no rows: a misspelled name would assert nothing."""
    __tracebackhide__ = True
    unknown = [name for name in wanted if name not in readers]
    if unknown:
        raise TypeError(f"unknown: {', '.join(unknown)}; expected one of {', '.join(readers)}")


def _differences(row: Any, readers: Mapping[str, Reader], wanted: Mapping[str, Any]) -> list[str]:
    """Return the names of the fields that differ."""
    return [name for name, value in wanted.items() if not _fits(readers[name](row), value)]


def _fits(there: Any, wanted: Any) -> bool:
    if isinstance(wanted, re.Pattern):
        return wanted.search(str(there)) is not None
    return bool(wanted(there)) if callable(wanted) else bool(there == wanted)


def _near(rows: Sequence[Any], readers: Mapping[str, Reader], wanted: Mapping[str, Any]) -> list[str]:
    """Describe the nearest rows, nearest first; among equally near rows, newest first."""
    missed = [(row, differences) for row in reversed(rows) if (differences := _differences(row, readers, wanted))]
    missed.sort(key=lambda pair: len(pair[1]))
    lines = []
    for row, differences in missed[:NEAR_MISSES]:
        shown = ", ".join(f"{name} is {_short(readers[name](row))}" for name in differences)
        lines.append(f"  near miss: {_line(row)}: {shown}")
    if len(missed) > NEAR_MISSES:
        lines.append(f"  and {len(missed) - NEAR_MISSES} more")
    return lines


def _fitting(row: Any) -> str:
    return f"  match: {_line(row)}"


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
    return f"accepted by {getattr(value, '__name__', value)}" if callable(value) else _short(value)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= _VALUE_SHOWN else f"{text[: _VALUE_SHOWN - 1]}…"
