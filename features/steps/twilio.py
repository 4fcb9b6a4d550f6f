"""Twilio itself: the account in use, what it was asked, and what goes wrong there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from gherkin_tools.table_columns import columns
from harness.capabilities import Capability, needs
from harness.table_diff import compare
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given(parsers.parse("a {type_:w} Twilio account"))
@needs(Capability.ACCOUNTS)
def a_twilio_account(harness: Harness, type_: str) -> None:
    """Play on the Trial or the Full account; without this step it is the Full one."""
    harness.twilio.use_account(type_)


@given(parsers.parse('the messaging service may text as "{name}"'))
@needs(Capability.ACCOUNTS)
def the_service_may_text_as(harness: Harness, name: str) -> None:
    """Its texts come from that name in countries that take one. A phone uses it with the Twilio number `Service`."""
    harness.twilio.add_alpha_sender(name)


@given("Twilio's test credentials")
@needs(Capability.MAGIC)
def test_credentials(harness: Harness) -> None:
    """Play with credentials that judge messages and send none; only Twilio's magic numbers mean something to them."""
    harness.twilio.use_account("Test")


@given(parsers.parse("Twilio answers the next message with {trouble:Trouble}", WORDS))
@needs(Capability.FAULTS)
def twilio_answers_the_next_message(harness: Harness, trouble: dict[str, object]) -> None:
    """`HTTP 503`, `code 21610` (HTTP 400), `too many requests`: the next text is refused; nothing is processed."""
    harness.twilio.add_fault(trouble, times=1)


@given(parsers.parse("Twilio answers the next {count:d} messages with {trouble:Trouble}", WORDS))
@needs(Capability.FAULTS)
def twilio_answers_the_next_messages(harness: Harness, count: int, trouble: dict[str, object]) -> None:
    """The same for the next so many texts that are handed over."""
    harness.twilio.add_fault(trouble, times=count)


@given(parsers.parse("the next message is taken but Twilio's answer {accident:Accident}", WORDS))
@needs(Capability.FAULTS)
def the_answer_has_an_accident(harness: Harness, accident: str) -> None:
    """The text exists, but the driver cannot know: the answer `is lost` (connection reset) or `never comes`."""
    harness.twilio.add_fault({"type": f"{accident}_after"}, times=1)


@given(parsers.parse("the next {count:d} messages never reach Twilio, whose answer {accident:Accident}", WORDS))
@needs(Capability.FAULTS)
def the_request_has_an_accident(harness: Harness, count: int, accident: str) -> None:
    """Nothing was created, but the driver cannot know: the answer `is lost` (connection reset) or `never comes`."""
    harness.twilio.add_fault({"type": f"{accident}_before"}, times=count)


@given("Twilio is out of reach")
@when("Twilio is out of reach")
@needs(Capability.FAULTS)
def twilio_is_out_of_reach(harness: Harness) -> None:
    """Every request fails with HTTP 503 until Twilio is back."""
    harness.twilio.add_fault({"type": "http_error", "status": 503}, "*")


@given(parsers.parse("Twilio answers every request with {trouble:Trouble}", WORDS))
@needs(Capability.FAULTS)
def twilio_answers_every_request(harness: Harness, trouble: dict[str, object]) -> None:
    """Whatever is asked is answered so until Twilio is back."""
    harness.twilio.add_fault(dict(trouble), "*")


@given("Twilio is back")
@when("Twilio is back")
@needs(Capability.FAULTS)
def twilio_is_back(harness: Harness) -> None:
    """Everything that was made to go wrong is over."""
    harness.twilio.clear_faults()


@then(parsers.parse("Twilio was asked to send {count:Times}", WORDS))
@needs(Capability.JOURNAL)
def twilio_was_asked_to_send(harness: Harness, count: int) -> None:
    """How often the driver handed a text over, refused ones counted."""
    table = [["operation"], *[["messages.create"]] * count]
    harness.eventually(lambda: compare(table, harness.twilio.requests(operation="messages.create")), "requests to send")


@then("Twilio was asked to send:")
@needs(Capability.JOURNAL)
@columns("at", "from", "to", "body", "HTTP status")
def twilio_was_asked_to_send_these(harness: Harness, datatable: Table) -> None:
    """Each text the driver handed over, in order. Columns: at, from, to, body, HTTP status."""
    harness.eventually(lambda: compare(datatable, harness.twilio.sent(), in_order=True), "requests to send")
