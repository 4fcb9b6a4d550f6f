"""Assets: what they show, and the commands that operators and workflows give them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from bench.tables import compare, rows_of
from steps.words import WORDS

if TYPE_CHECKING:
    from bench.bench import Bench

Table = Sequence[Sequence[str]]


@given(parsers.parse('the operator sends "{body}" to phone "{name}"'))
@when(parsers.parse('the operator sends "{body}" to phone "{name}"'))
def the_operator_sends(bench: Bench, body: str, name: str) -> None:
    """The phone's command Send Message."""
    bench.command(name, "Send Message", {"Message Content": body})


@given(parsers.parse('the operator gives the command {command:w} to "{name}"'))
@when(parsers.parse('the operator gives the command {command:w} to "{name}"'))
def the_operator_commands(bench: Bench, command: str, name: str) -> None:
    """Mask, Acknowledge, Reset or Cancel, to a phone by its name or to the `System` asset."""
    bench.command(name, command)


@when("a workflow calls Send Message with:")
def a_workflow_sends(bench: Bench, datatable: Table) -> None:
    """The system command. Columns: parameter, value; a name in a value stands for that person's number."""
    parameters = {row["parameter"]: row["value"] for row in rows_of(datatable)}
    for parameter in parameters.keys() & {"Destination Number", "Source Phone Number"}:
        value = parameters[parameter]
        twilio = bench.cast.twilio_number(value)
        parameters[parameter] = bench.cast.number(value) if twilio == value else twilio
    bench.system_command("Send Message", parameters)


@given("the assets show:")
@then("the assets show:")
def the_assets_show(bench: Bench, datatable: Table) -> None:
    """What an operator sees. Columns: asset, status, alarm, reason, active states, true states."""
    bench.eventually(lambda: compare(datatable, bench.assets()), "the assets")


@given(parsers.parse('"{name}" shows {status}'))
@then(parsers.parse('"{name}" shows {status}'))
def the_asset_shows(bench: Bench, name: str, status: str) -> None:
    """The status of one phone by its name, or of the `System` asset, whatever the others show."""
    table = [["asset", "status"], [name, status]]
    bench.eventually(lambda: compare(table, bench.assets(), exactly=False), f"asset {name}")


@then(parsers.parse("the command has {state:w} after {count:Times}", WORDS))
def the_command_has_ended(bench: Bench, state: str, count: int) -> None:
    """How the last command stands (executing, succeeded, terminated, …) and how often Twilio was tried."""
    table = [["state", "attempts"], [state, str(count)]]
    bench.eventually(lambda: compare(table, [bench.standing()]), "the command")


@then(parsers.parse("the command has {state:w}"))
def the_command_stands(bench: Bench, state: str) -> None:
    """How the last command stands, for commands that take no attempts."""
    bench.eventually(lambda: compare([["state"], [state]], [bench.standing()]), "the command")


@then(parsers.parse('the command is refused because "{reason}"'))
def the_command_is_refused(bench: Bench, reason: str) -> None:
    """The last command was not accepted, and the answer says why."""
    facts = [{"reason": text} for text in bench.refusals[-1:]]
    bench.eventually(lambda: compare([["reason"], [f"~{reason}"]], facts), "the refusal")
