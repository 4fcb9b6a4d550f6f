"""Reads the parameters of commands; each error is reported with its path."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime

from driver.config.phone_numbers import phone_number
from driver.domain.asset_changes import AcknowledgeGiven, CancelGiven, Change, Masked, Operator, ResetGiven
from driver.domain.commands import ALARM_ID, COMMENT, MESSAGE_CONTENT, SOURCE_PHONE_NUMBER, UNTIL, Command, CommandForm
from driver.domain.events import iso
from driver.domain.phone_numbers import is_messaging_service, tidied
from driver.errors import CommandRefusedError

#: Twilio refuses longer texts (error 21617).
MAX_TEXT = 1600


def checked_parameters(
    name: str, given: Mapping[str, str], known: Mapping[Command, CommandForm]
) -> tuple[Command, dict[str, str]]:
    """Return the command and its parameters.

    Raises:
        CommandRefusedError: the command is unknown here, or parameters are missing or unknown.
    """
    command = next((command for command in known if command == name), None)
    if command is None:
        names = ", ".join(command.value for command in known)
        raise CommandRefusedError(f"unknown command {name!r}; known here: {names}", path="command")
    form = known[command]
    missing = [name for name in form.required if name not in given]
    unknown = [name for name in given if name not in (*form.required, *form.optional)]
    wrong = [f"{name} is required" for name in missing]
    wrong += [f"{name!r} is not a parameter of {command.value}" for name in unknown]
    if wrong:
        raise CommandRefusedError("; ".join(wrong), path=f"parameters.{(missing + unknown)[0]}")
    return command, dict(given)


def change_of(command: Command, parameters: Mapping[str, str], operator: Operator) -> Change:
    """Return the change of state that a command asks for."""
    by = replace(operator, comment=parameters.get(COMMENT, ""))
    if command is Command.MASK:
        return Masked(by, _until(parameters))
    if command is Command.ACKNOWLEDGE:
        return AcknowledgeGiven(by, parameters.get(ALARM_ID, ""))
    return ResetGiven(by) if command is Command.RESET else CancelGiven(by)


def _until(parameters: Mapping[str, str]) -> datetime | None:
    text = parameters.get(UNTIL)
    if text is None:
        return None
    try:
        until = datetime.fromisoformat(text)
        if until.tzinfo is not None:
            return until.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise CommandRefusedError(
        f"{UNTIL} is {text!r}; expected a moment such as 2026-01-31T18:00:00Z", path=f"parameters.{UNTIL}"
    )


def check_ahead(change: Change, now: datetime) -> None:
    """Check that a mask does not end before it begins.

    Raises:
        CommandRefusedError: it would.
    """
    if isinstance(change, Masked) and change.until is not None and change.until <= now:
        raise CommandRefusedError(
            f"{UNTIL} is {iso(change.until)}, which has passed; it is {iso(now)} now", path=f"parameters.{UNTIL}"
        )


def check_text(body: str) -> None:
    """Check that Twilio accepts the text of a message.

    Raises:
        CommandRefusedError: it is empty or too long.
    """
    if wrong := text_mistake(MESSAGE_CONTENT, body):
        raise CommandRefusedError(wrong, path=f"parameters.{MESSAGE_CONTENT}")


def text_mistake(field: str, body: str) -> str | None:
    """Return why Twilio would not accept the text in ``field`` of a request; None if it would."""
    if not body.strip():
        return f"{field} is empty"
    if len(body) > MAX_TEXT:
        return f"{field} has {len(body)} characters; Twilio accepts at most {MAX_TEXT}"
    return None


def number_of(parameters: Mapping[str, str], name: str) -> str:
    """Return a parameter that is a phone number."""
    try:
        return phone_number(parameters[name])
    except ValueError as exc:
        raise CommandRefusedError(f"{name} is {parameters[name]!r}: {exc}", path=f"parameters.{name}") from None


def sender_of(text: str) -> str:
    """Return a sender: one of our numbers, or a Messaging Service."""
    tidy = tidied(text)
    return tidy if is_messaging_service(tidy) else number_of({SOURCE_PHONE_NUMBER: text}, SOURCE_PHONE_NUMBER)
