"""Twilio itself: the account in use, what it was asked, and what goes wrong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from bench.needs import Capability, needs
from bench.tables import compare
from steps.words import WORDS

if TYPE_CHECKING:
    from bench.bench import Bench


@given(parsers.parse("a {type_:w} Twilio account"))
@needs(Capability.ACCOUNTS)
def a_twilio_account(bench: Bench, type_: str) -> None:
    """Play on the Trial or the Full account; without this step it is the Full one."""
    bench.use_account(type_)


@given(parsers.parse("Twilio refuses the next message with HTTP {status:d}"))
@needs(Capability.FAULTS)
def twilio_refuses_the_next_message(bench: Bench, status: int) -> None:
    """The next text that the driver hands over is refused; nothing is processed."""
    bench.add_fault({"type": "http_error", "status": status}, times=1)


@given(parsers.parse("Twilio refuses the next {count:d} messages with HTTP {status:d}"))
@needs(Capability.FAULTS)
def twilio_refuses_the_next_messages(bench: Bench, count: int, status: int) -> None:
    """The next so many texts that the driver hands over are refused; nothing is processed."""
    bench.add_fault({"type": "http_error", "status": status}, times=count)


@given(parsers.parse("Twilio refuses the next {count:d} messages with code {code:d}"))
@needs(Capability.FAULTS)
def twilio_refuses_with_code(bench: Bench, count: int, code: int) -> None:
    """The next so many texts are refused with HTTP 400 and this code of Twilio's error catalogue."""
    bench.add_fault({"type": "http_error", "status": 400, "code": code}, times=count)


@given("Twilio accepts the next message but its answer is lost")
@needs(Capability.FAULTS)
def the_answer_is_lost(bench: Bench) -> None:
    """The text is created, and the connection drops before the driver can read so."""
    bench.add_fault({"type": "reset_after"}, times=1)


@given("Twilio is out of reach")
@when("Twilio is out of reach")
@needs(Capability.FAULTS)
def twilio_is_out_of_reach(bench: Bench) -> None:
    """Every request fails with HTTP 503 until Twilio is back."""
    bench.add_fault({"type": "http_error", "status": 503}, "*")


@given("Twilio rejects the credentials")
@when("Twilio rejects the credentials")
@needs(Capability.FAULTS)
def twilio_rejects_the_credentials(bench: Bench) -> None:
    """Every request is answered 401, code 20003, until Twilio is back."""
    bench.add_fault({"type": "http_error", "status": 401, "code": 20003}, "*")


@given("Twilio is back")
@when("Twilio is back")
@needs(Capability.FAULTS)
def twilio_is_back(bench: Bench) -> None:
    """Every fault injected so far is gone."""
    bench.clear_faults()


@then(parsers.parse("Twilio was asked to send {count:Times}", WORDS))
@needs(Capability.JOURNAL)
def twilio_was_asked_to_send(bench: Bench, count: int) -> None:
    """How often the driver handed a text over, refused ones counted."""
    table = [["operation"], *[["messages.create"]] * count]
    bench.eventually(lambda: compare(table, bench.requests(operation="messages.create")), "requests to send")
