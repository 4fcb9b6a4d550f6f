"""A constructor for each effect, so that editors can complete faults and a wrong keyword fails where it is written."""

import re
from collections.abc import Mapping
from inspect import signature
from typing import Any, Self, TypedDict, Unpack

__tracebackhide__ = True
"""Makes pytest show the failing line of the test instead of this module."""

_FLAGS = {re.IGNORECASE: "i", re.MULTILINE: "m", re.DOTALL: "s", re.VERBOSE: "x", re.ASCII: "a"}
_MATCH = ("operation", "to", "from_", "account_sid", "body")
_LIMITS = ("times", "after", "probability")


class Occasion(TypedDict, total=False):
    """When a fault applies: to which operation and messages, how often, after how many, with which probability."""

    operation: str
    to: str
    from_: str
    account_sid: str
    body: str | re.Pattern[str]
    times: int | None
    after: int
    probability: float


class FaultConstructors:
    """The constructors of ``Fault``.

    All of them also take the keywords of an occasion: ``operation``, ``to``, ``from_``, ``account_sid`` and ``body`` (a
    regular expression) select requests and messages; ``times`` (1; None means always), ``after`` (how many matches to
    skip first) and ``probability`` limit how often the fault applies.
    """

    @classmethod
    def _made(cls, type_: str, occasion: Occasion, **keys: Any) -> Self:
        unknown = [name for name in occasion if name not in (*_MATCH, *_LIMITS)]
        if unknown:
            own = [name for name in signature(getattr(cls, type_)).parameters if name != "occasion"]
            known = ", ".join((*own, *_MATCH, *_LIMITS))
            raise TypeError(f"Fault.{type_}() has no parameter {', '.join(map(repr, unknown))}; it has {known}")
        given: dict[str, Any] = dict(occasion)
        match = {name.rstrip("_"): _pattern(given[name]) for name in _MATCH if name in given}
        limits = {name: given[name] for name in _LIMITS if name in given}
        effect = {"type": type_} | {name: value for name, value in keys.items() if value is not None}
        return cls(effect, match, **limits)  # type: ignore[call-arg] # the constructor of Fault

    @classmethod
    def http_error(
        cls,
        status: int,
        *,
        code: int | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
        rfc9457: bool | None = None,
        **occasion: Unpack[Occasion],
    ) -> Self:
        """Refuse requests with this status; nothing is processed."""
        values = {"code": code, "message": message, "headers": headers and dict(headers), "rfc9457": rfc9457}
        return cls._made("http_error", occasion, status=status, **values)

    @classmethod
    def rate_limit(cls, retry_after: float | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Refuse requests with 429 / 20429; ``retry_after`` (seconds) adds the header."""
        return cls._made("rate_limit", occasion, retry_after=retry_after)

    @classmethod
    def latency(cls, seconds: float, *, jitter: float | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Delay responses on the fake's clock, by up to ``jitter`` more; requests are processed at once."""
        return cls._made("latency", occasion, seconds=seconds, jitter=jitter)

    @classmethod
    def list_lag(cls, seconds: float, **occasion: Unpack[Occasion]) -> Self:
        """Omit from lists whatever was created less than ``seconds`` ago."""
        return cls._made("list_lag", occasion, seconds=seconds)

    @classmethod
    def reset_before(cls, **occasion: Unpack[Occasion]) -> Self:
        """Reset the connection; nothing is processed."""
        return cls._made("reset_before", occasion)

    @classmethod
    def reset_after(cls, **occasion: Unpack[Occasion]) -> Self:
        """Reset the connection after the request is processed: the message exists, but the client does not know it."""
        return cls._made("reset_after", occasion)

    @classmethod
    def hang_before(cls, **occasion: Unpack[Occasion]) -> Self:
        """Never respond; nothing is processed."""
        return cls._made("hang_before", occasion)

    @classmethod
    def hang_after(cls, **occasion: Unpack[Occasion]) -> Self:
        """Never respond, although the request is processed."""
        return cls._made("hang_after", occasion)

    @classmethod
    def truncate(cls, *, keep: int | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Cut the response off after ``keep`` bytes of its body, by default half of it."""
        return cls._made("truncate", occasion, keep=keep)

    @classmethod
    def malformed_json(cls, **occasion: Unpack[Occasion]) -> Self:
        """Omit the last closing bracket from the response's JSON."""
        return cls._made("malformed_json", occasion)

    @classmethod
    def html_error(cls, status: int | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Respond to a processed request with a gateway's HTML error page, by default with status 502."""
        return cls._made("html_error", occasion, status=status)

    @classmethod
    def delivery(
        cls,
        status: str = "undelivered",
        error_code: int | None = None,
        *,
        seconds: float | None = None,
        **occasion: Unpack[Occasion],
    ) -> Self:
        """End messages in ``status``, or leave them at ``sent`` or ``queued``, ``seconds`` before that last step."""
        return cls._made("delivery", occasion, status=status, error_code=error_code, after=seconds)

    @classmethod
    def hold(cls, at: str | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Park messages at ``queued``, or ``at`` ``sent``, until ``release()`` decides their final status."""
        return cls._made("hold", occasion, at=at)

    @classmethod
    def callback_drop(cls, **occasion: Unpack[Occasion]) -> Self:
        """Never send a status callback."""
        return cls._made("callback_drop", occasion)

    @classmethod
    def callback_duplicate(cls, copies: int | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Send a status callback again, once or ``copies`` times, with the same idempotency token."""
        return cls._made("callback_duplicate", occasion, times=copies)

    @classmethod
    def callback_delay(cls, seconds: float | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Send a status callback ``seconds`` (default 5) later on the fake's clock; later ones do not wait."""
        return cls._made("callback_delay", occasion, seconds=seconds)

    @classmethod
    def callback_reorder(cls, seconds: float | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Send a status callback after the next one, or ``seconds`` later if there is none."""
        return cls._made("callback_reorder", occasion, seconds=seconds)

    @classmethod
    def callback_bad_signature(cls, **occasion: Unpack[Occasion]) -> Self:
        """Sign a status callback with another token."""
        return cls._made("callback_bad_signature", occasion)

    @classmethod
    def inbound_drop(cls, **occasion: Unpack[Occasion]) -> Self:
        """Never call the webhook of an inbound message."""
        return cls._made("inbound_drop", occasion)

    @classmethod
    def inbound_duplicate(cls, copies: int | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Call the webhook of an inbound message again, once or ``copies`` times."""
        return cls._made("inbound_duplicate", occasion, times=copies)

    @classmethod
    def inbound_delay(cls, seconds: float | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Call the webhook of an inbound message ``seconds`` (default 5) later on the fake's clock."""
        return cls._made("inbound_delay", occasion, seconds=seconds)

    @classmethod
    def inbound_reorder(cls, seconds: float | None = None, **occasion: Unpack[Occasion]) -> Self:
        """Call the webhook of an inbound message after the next one, or ``seconds`` later if there is none."""
        return cls._made("inbound_reorder", occasion, seconds=seconds)

    @classmethod
    def inbound_bad_signature(cls, **occasion: Unpack[Occasion]) -> Self:
        """Sign the webhook of an inbound message with another token."""
        return cls._made("inbound_bad_signature", occasion)


def _pattern(value: Any) -> Any:
    """Return a regular expression as a string that includes its flags."""
    if not isinstance(value, re.Pattern):
        return value
    flags = "".join(letter for flag, letter in _FLAGS.items() if value.flags & flag)
    return f"(?{flags}){value.pattern}" if flags else value.pattern
