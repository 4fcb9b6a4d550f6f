"""Every error in the parameters of a command is reported with its path."""

from datetime import UTC, datetime, timedelta

import pytest

from driver.domain.asset_changes import AcknowledgeGiven, CancelGiven, Change, Masked, Operator, ResetGiven
from driver.domain.commands import ALARM_ID, ASSET_COMMANDS, COMMENT, MESSAGE_CONTENT, UNTIL, AssetType, Command
from driver.errors import CommandRefusedError
from driver.services.command_parameters import (
    MAX_TEXT,
    change_of,
    check_ahead,
    check_text,
    checked_parameters,
    number_of,
    sender_of,
)

PHONE = ASSET_COMMANDS[AssetType.PHONE]
ALICE, NOW = Operator("alice"), datetime(2026, 1, 1, tzinfo=UTC)


def test_an_unknown_command_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(CommandRefusedError) as refusal:
        checked_parameters("Reboot", {}, PHONE)
    names = ", ".join(command.value for command in PHONE)
    assert str(refusal.value) == f"unknown command 'Reboot'; known here: {names}"
    assert refusal.value.path == "command"


def test_all_that_is_missing_or_unknown_is_named_and_the_first_of_it_is_the_place() -> None:
    given = {MESSAGE_CONTENT: "Fire"}
    assert checked_parameters("Send Message", given, PHONE) == (Command.SEND_MESSAGE, given)
    with pytest.raises(CommandRefusedError) as refusal:
        checked_parameters("Send Message", {"Color": "red"}, PHONE)
    assert str(refusal.value) == "Message Content is required; 'Color' is not a parameter of Send Message"
    assert refusal.value.path == "parameters.Message Content"


@pytest.mark.parametrize(
    ("command", "parameters", "change"),
    [
        (Command.MASK, {}, Masked(ALICE, None)),
        (
            Command.MASK,
            {UNTIL: "2026-01-31T18:00:00+02:00", COMMENT: "test"},
            Masked(Operator("alice", comment="test"), datetime(2026, 1, 31, 16, tzinfo=UTC)),
        ),
        (Command.ACKNOWLEDGE, {}, AcknowledgeGiven(ALICE, "")),
        (Command.ACKNOWLEDGE, {ALARM_ID: "A1"}, AcknowledgeGiven(ALICE, "A1")),
        (Command.RESET, {}, ResetGiven(ALICE)),
        (Command.CANCEL, {}, CancelGiven(ALICE)),
    ],
)
def test_what_a_command_asks_for(command: Command, parameters: dict[str, str], change: Change) -> None:
    assert change_of(command, parameters, ALICE) == change


def test_a_moment_is_shown_in_utc_whatever_zone_it_was_given_in() -> None:
    change = change_of(Command.MASK, {UNTIL: "2026-01-31T18:00:00+02:00"}, ALICE)
    assert isinstance(change, Masked)
    assert change.until is not None
    assert change.until.tzinfo is UTC


@pytest.mark.parametrize("text", ["tomorrow", "2026-01-31T18:00:00", "", "0001-01-01T00:00:00+23:59"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(CommandRefusedError, match="expected a moment such as 2026-01-31T18:00:00Z") as refusal:
        change_of(Command.MASK, {UNTIL: text}, ALICE)
    assert str(refusal.value).startswith(f"{UNTIL} is {text!r};")
    assert refusal.value.path == f"parameters.{UNTIL}"


def test_a_mask_ends_after_it_begins() -> None:
    check_ahead(Masked(ALICE, None), NOW)
    check_ahead(Masked(ALICE, NOW + timedelta(seconds=1)), NOW)
    check_ahead(ResetGiven(ALICE), NOW)
    with pytest.raises(CommandRefusedError, match="which has passed; it is 2026-01-01T00:00:00") as refusal:
        check_ahead(Masked(ALICE, NOW), NOW)
    assert refusal.value.path == f"parameters.{UNTIL}"


def test_a_text_is_neither_empty_nor_longer_than_twilio_takes() -> None:
    check_text("x" * MAX_TEXT)
    for body, wrong in (
        (" \n", "is empty"),
        ("x" * (MAX_TEXT + 1), "has 1601 characters; Twilio accepts at most 1600"),
    ):
        with pytest.raises(CommandRefusedError, match=f"Message Content {wrong}") as refusal:
            check_text(body)
        assert refusal.value.path == f"parameters.{MESSAGE_CONTENT}"


def test_a_sender_is_a_number_or_a_messaging_service() -> None:
    service = "MG" + "a" * 32
    assert sender_of(f" {service} ") == service
    assert sender_of("+1 201 555 0100") == "+12015550100"
    assert number_of({"To": "+1 (201) 555-0100"}, "To") == "+12015550100"
    with pytest.raises(CommandRefusedError, match="To is 'nobody': ") as refusal:
        number_of({"To": "nobody"}, "To")
    assert refusal.value.path == "parameters.To"
