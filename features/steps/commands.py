"""Commands from operators to assets and from workflows to the system, and their outcomes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from driver.domain.commands import UNTIL, Command, CommandResult
from gherkin_tools.table_columns import Parameters, SideBySide, columns, rows_wanted, table
from harness.capabilities import Capability, needs
from harness.table_diff import compare, only_row, rows_of
from harness.vocabularies import (
    CODE,
    COMMAND_PARAMETER,
    EXECUTION_STATE,
    HTTP_STATUS,
    MESSAGE_STATUS,
    NUMERAL,
    OUTCOME,
    PERSON,
    PHONE,
    RESULT,
    SECONDS,
    SENDER,
    SYSTEM_PARAMETER,
    parameters_of,
)
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given(parsers.parse('the operator sends "{body}" to phone "{name:Phone}"', WORDS))
@when(parsers.parse('the operator sends "{body}" to phone "{name:Phone}"', WORDS))
def the_operator_sends(harness: Harness, body: str, name: str) -> None:
    """Send a message with the phone's Send Message command."""
    harness.commands.command(name, "Send Message", {"Message Content": body})


@when(parsers.parse('the operator sends a text of {count:Count} characters to phone "{name:Phone}"', WORDS))
@needs(Capability.UNSTAMPED)
def the_operator_sends_a_long_text(harness: Harness, count: int, name: str) -> None:
    """Send a message of this many letters with the phone's Send Message command."""
    harness.commands.command(name, "Send Message", {"Message Content": "x" * count})


@given(parsers.parse('the operator gives the command {command:Command} to "{name:Asset}"', WORDS))
@when(parsers.parse('the operator gives the command {command:Command} to "{name:Asset}"', WORDS))
def the_operator_commands(harness: Harness, command: str, name: str) -> None:
    """Mask, Acknowledge, Reset or Cancel a phone or the ``System`` asset."""
    harness.commands.command(name, command)


@given(parsers.parse('the operator gives the command {command:Command} to "{name:Asset}" with:', WORDS))
@when(parsers.parse('the operator gives the command {command:Command} to "{name:Asset}" with:', WORDS))
@table(Parameters(COMMAND_PARAMETER, chosen=lambda called: parameters_of(str(called["command"]), str(called["name"]))))
@rows_wanted
def the_operator_commands_with(harness: Harness, command: str, name: str, datatable: Table) -> None:
    """Give a command with parameters. Columns: parameter, value. ``in 60 seconds`` stands for that moment."""
    harness.commands.command(name, command, {row["parameter"]: _value(harness, row) for row in rows_of(datatable)})


def _value(harness: Harness, row: Mapping[str, str]) -> str:
    """Return a parameter's value; ``in 60 seconds`` becomes a time only where the parameter expects one."""
    return harness.commands.moment(row["value"]) if row["parameter"] == UNTIL else row["value"]


@when(parsers.parse('a client gives "{name:Asset}" the unknown command "{command}"', WORDS))
def a_client_gives_an_unknown_command(harness: Harness, name: str, command: str) -> None:
    """Send a command that does not exist, as a faulty client would."""
    assert command not in [*Command], f"{command} is a real command of the driver; use one that does not exist"
    harness.commands.command(name, command)


@when(parsers.parse('the operator acknowledges the alarm "{alarm_type:AlarmType}" of "{name:Asset}"', WORDS))
def the_operator_acknowledges(harness: Harness, alarm_type: str, name: str) -> None:
    """Acknowledge one row of the alarm grid: ``Fault`` or ``No Communication`` of a phone or the ``System`` asset."""
    harness.commands.acknowledge(name, alarm_type)


@given("a workflow calls Send Message with:")
@when("a workflow calls Send Message with:")
@table(Parameters(SYSTEM_PARAMETER, {"Destination Number": PERSON, "Source Phone Number": SENDER}))
@rows_wanted
def a_workflow_sends(harness: Harness, datatable: Table) -> None:
    """Give the system command. Columns: parameter, value. A name in a value stands for that person's number."""
    harness.commands.system_command("Send Message", {r["parameter"]: r["value"] for r in rows_of(datatable)})


@when("the client repeats the command")
def the_client_repeats(harness: Harness) -> None:
    """A client that lost the response sends its last command again with the same command ID, and it is accepted."""
    harness.commands.repeat()
    assert not harness.commands.refusals, f"the repeated command was refused: {harness.commands.refusals[-1]}"


@when(parsers.parse('that client sends "{body}" to phone "{name:Phone}"', WORDS))
def that_client_sends(harness: Harness, body: str, name: str) -> None:
    """The client known to the data server sends a message to a phone."""
    known = "dataserver.tokens" in harness.changes
    assert known, "there is no such client: begin with `Given the data server knows a client with the role …`"
    harness.commands.send_as_client(name, body)


@then(parsers.parse("the command has {ending:Ending} after {count:Times}", WORDS))
def the_command_has_ended(harness: Harness, ending: str, count: int) -> None:
    """The state of the last command, and how many times the driver tried to hand the message to Twilio."""
    table = [["state", "attempts"], [ending, str(count)]]
    harness.eventually(lambda: compare(table, [harness.commands.standing()]), "the command")


@then(parsers.parse("the command has {ending:Ending}", WORDS))
def the_command_stands(harness: Harness, ending: str) -> None:
    """The final state of the last command. A command that changed nothing does not count as succeeded."""
    harness.eventually(lambda: compare([["state"], [ending]], [harness.commands.standing()]), "the command")
    assert harness.commands.standing()["result"] != CommandResult.NOOP, (
        "the command changed nothing: use `Then the command ended as:` with the result noop"
    )


@then("the outcome of the command is unknown")
def the_outcome_is_unknown(harness: Harness) -> None:
    """The message may or may not exist at Twilio, and the driver could not find out which."""
    harness.eventually(lambda: compare([["state"], ["unknown"]], [harness.commands.standing()]), "the command")


@then("the command ended as:")
@columns("reason", attempts=NUMERAL, state=EXECUTION_STATE, result=RESULT, delivery=MESSAGE_STATUS, error_code=CODE)
def the_command_ended_as(harness: Harness, datatable: Table) -> None:
    """The outcome of the last command. Columns: state, result, reason, delivery, error code, attempts; one row."""
    harness.eventually(lambda: compare(datatable, [harness.commands.standing()]), "the command")


@then("the commands ended as:")
@table(SideBySide(PHONE, RESULT))
def the_commands_ended_as(harness: Harness, datatable: Table) -> None:
    """The result of each phone's last command. Columns: the phones; one row: ok, noop, partial or rejected."""
    row = only_row(datatable)
    expected = [["asset", "result"], *[[name, result] for name, result in row.items()]]
    harness.eventually(lambda: compare(expected, harness.commands.last_results()), "the commands")


@then("its attempts were:")
@columns("sid", attempt=NUMERAL, at=SECONDS, HTTP_status=HTTP_STATUS, outcome=OUTCOME, code=CODE)
def its_attempts_were(harness: Harness, datatable: Table) -> None:
    """The attempts of the last command, in order. Columns: attempt, at, outcome, HTTP status, code, sid."""
    harness.eventually(lambda: compare(datatable, harness.commands.attempts(), in_order=True), "the attempts")


@given(parsers.parse('the command is refused because "{reason}"'))
@then(parsers.parse('the command is refused because "{reason}"'))
def the_command_is_refused(harness: Harness, reason: str) -> None:
    """The last command was refused, and the response contains this reason."""
    table = [["reason"], [f"~{reason}"]]
    harness.eventually(lambda: compare(table, harness.commands.last_refusal("command", reason)), "the refusal")
