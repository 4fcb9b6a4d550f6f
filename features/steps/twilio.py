"""Twilio: the account in use, the requests it receives, and the failures on its side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from gherkin_tools.absence import absence, absence_when
from gherkin_tools.table_columns import columns
from gherkin_tools.vocabulary import introduces
from harness.capabilities import Capability, needs
from harness.table_diff import compare
from harness.twilio.faults import ACCOUNT_STATES, FAILURES
from harness.vocabularies import (
    ANYBODY,
    HTTP_STATUS,
    NUMERAL,
    SECONDS,
)
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given(parsers.parse("a {type_:AccountType} Twilio account", WORDS))
@needs(Capability.ACCOUNTS)
def a_twilio_account(harness: Harness, type_: str) -> None:
    """Use the Trial or the Full account. Without this step, the scenario uses the Full account."""
    harness.twilio.use_account(type_)


@given(parsers.parse('the messaging service may text as "{name}"'))
@introduces(lambda arguments, _: [("sender", arguments["name"])])
@needs(Capability.ACCOUNTS)
def the_service_may_text_as(harness: Harness, name: str) -> None:
    """Let messages come from that name in countries that allow it. A phone uses it as Twilio number ``Service``."""
    harness.twilio.add_alpha_sender(name)


@given("Twilio's test credentials")
@needs(Capability.MAGIC)
def test_credentials(harness: Harness) -> None:
    """Use credentials that validate messages and send none. Only Twilio's magic numbers have a meaning with them."""
    harness.twilio.use_account("Test")


@given(parsers.parse("Twilio answers the next {count:Messages} with {answer:Answer}", WORDS))
@needs(Capability.FAULTS)
def twilio_answers_the_next_messages(harness: Harness, count: int, answer: str) -> None:
    """Refuse the next messages without processing them."""
    harness.twilio.answer_with(answer, times=count)


@given(parsers.parse("Twilio accepts the next message but {failure:Failure}", WORDS))
@needs(Capability.FAULTS)
def the_response_is_lost(harness: Harness, failure: str) -> None:
    """The message exists, but the driver cannot know that."""
    harness.twilio.add_fault({"type": f"{FAILURES[failure]}_after"}, times=1)


@given(parsers.parse("Twilio never receives the next {count:Messages} and {failure:Failure}", WORDS))
@needs(Capability.FAULTS)
def the_requests_are_lost(harness: Harness, count: int, failure: str) -> None:
    """No message was created, but the driver cannot know that."""
    harness.twilio.add_fault({"type": f"{FAILURES[failure]}_before"}, times=count)


@given(parsers.parse("Twilio lists new messages {lag:Duration} late", WORDS))
@needs(Capability.CARRIER)
def twilio_lists_late(harness: Harness, lag: float) -> None:
    """Messages exist immediately, but appear in lists only after this delay."""
    harness.twilio.add_fault({"type": "list_lag", "seconds": lag}, "messages.list")


@given(parsers.parse("the Twilio account is {state:AccountState}", WORDS))
@needs(Capability.ACCOUNTS)
def the_account_is(harness: Harness, state: str) -> None:
    """Set the state of the account from now on."""
    harness.twilio.change_account(**ACCOUNT_STATES[state])


@given(parsers.parse("Twilio is {reachability:Reachability}", WORDS))
@when(parsers.parse("Twilio is {reachability:Reachability}", WORDS))
@needs(Capability.FAULTS)
def twilio_is_reachable_or_not(harness: Harness, reachability: str) -> None:
    """While Twilio is unreachable, every request fails with HTTP 503. When it is reachable again, every fault ends."""
    if reachability == "unreachable":
        harness.twilio.add_fault({"type": "http_error", "status": 503}, "*")
    else:
        harness.twilio.clear_faults()


@given(parsers.parse("Twilio answers every request with {answer:Answer}", WORDS))
@needs(Capability.FAULTS)
def twilio_answers_every_request(harness: Harness, answer: str) -> None:
    """Answer every request this way until Twilio is reachable again."""
    harness.twilio.answer_with(answer, "*")


@then(parsers.parse("Twilio was asked to send {count:Times}", WORDS))
@needs(Capability.JOURNAL)
@absence_when(lambda count, **_: count == 0)
def twilio_was_asked_to_send(harness: Harness, count: int) -> None:
    """The number of requests to send that the driver made, including refused ones."""
    table = [["operation"], *[["messages.create"]] * count]
    harness.eventually(lambda: compare(table, harness.twilio.requests(operation="messages.create")), "requests to send")


@then("Twilio was never asked to send")
@needs(Capability.JOURNAL)
@absence
def twilio_was_never_asked_to_send(harness: Harness) -> None:
    """The driver made no request to send, not even one that was refused."""
    harness.never(
        lambda: compare([["operation"]], harness.twilio.requests(operation="messages.create")),
        "Twilio was never asked to send",
    )


@then("Twilio was asked to send:")
@needs(Capability.JOURNAL)
@columns("body", at=SECONDS, validity=NUMERAL, HTTP_status=HTTP_STATUS, to=ANYBODY, from_=ANYBODY)
def twilio_was_asked_to_send_these(harness: Harness, datatable: Table) -> None:
    """Every message that the driver handed to Twilio, in order. Columns: at, from, to, body, validity, HTTP status."""
    harness.eventually(lambda: compare(datatable, harness.twilio.sent(), in_order=True), "requests to send")
