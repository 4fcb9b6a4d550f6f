"""The history of one message as sentences for engineers: its attempts, the decisions and why, and what is next."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from driver.domain.commands import ExecutionState
from driver.domain.delivery import CANCELED, DROPPED
from driver.domain.execution import Attempt
from driver.domain.message import Message
from driver.domain.outbound_message import OutboundMessage
from driver.domain.twilio_errors import MEANINGS

_OUTCOMES: Mapping[str, str] = {
    "accepted": "Twilio accepted it",
    "adopted": "Twilio's response was lost, but the message was found there",
    "refused": "Twilio refused it",
    "transient": "it was not sent",
    "unknown": "it is unknown whether it arrived",
    "expired": "it became too old just before it would have been sent",
}
_UNANSWERED = "there is no response yet, or it was lost when the driver stopped"
_REQUEUED = "requeued"


def story(message: OutboundMessage, at_twilio: Message | None, ahead: int) -> Iterator[str]:
    """Explain what happened to a message, in order; ``ahead`` messages between its numbers go first while it waits."""
    who = f"{message.user or 'Somebody'}{f' at {message.workstation}' if message.workstation else ''}"
    yield f"{who} gave {message.command} for {message.asset_id}, {_time(message.created_at)}."
    for attempt in message.attempts:
        yield f"Attempt {attempt.number}, {_time(attempt.at)}: {_outcome(attempt)}."
        yield from _meaning(attempt.code)
    yield _decided(message, ahead)
    if at_twilio is not None:
        error = f" (error {at_twilio.error_code})" if at_twilio.error_code else ""
        yield f"Twilio reports: {at_twilio.status.value}, {_time(at_twilio.updated_at)}{error}."
        yield from _meaning(at_twilio.error_code)


def _outcome(attempt: Attempt) -> str:
    words = _OUTCOMES.get(attempt.outcome, _UNANSWERED)
    sid = f" as {attempt.sid}" if attempt.sid else ""
    detail = f" ({attempt.detail})" if attempt.detail else ""
    return f"{words}{sid}{detail}"


def _meaning(code: int | None) -> Iterator[str]:
    known = MEANINGS.get(code) if code is not None else None
    if known is not None:
        yield f"Error {code} means: {known.text}. Remedy: {known.hint}."


def _decided(message: OutboundMessage, ahead: int) -> str:
    when, why = _time(message.finished_at or message.created_at), message.reason
    if not message.state.final:
        return _next(message, ahead)
    if message.state is ExecutionState.SUCCEEDED:
        return f"It counts as sent since {when}."
    if message.state is ExecutionState.REJECTED:
        return f"It was rejected immediately: {why}."
    ends = {CANCELED: "It was canceled", DROPPED: "It was deliberately not sent"}
    end = ends.get(message.result, "It was terminated")
    if message.state is ExecutionState.UNKNOWN:
        end = "It is unknown whether it was sent, and a person must decide whether to send it again"
    again = " It was sent again later." if message.result == _REQUEUED else ""
    return f"{end}, {when}: {why}.{again}"


def _next(message: OutboundMessage, ahead: int) -> str:
    if ahead:
        return f"It is waiting: {ahead} message{'s' if ahead > 1 else ''} between the same numbers go first, in order."
    if message.in_doubt:
        return "Twilio may have it, so it is looked up there first."
    return f"It is waiting: attempt {len(message.attempts) + 1} is due {_time(message.due_at)}."


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
