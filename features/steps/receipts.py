"""Receipts and webhooks: what becomes of texts at the carrier, and the calls that Twilio makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then

from gherkin_tools.table_columns import columns
from harness.capabilities import Capability, needs
from harness.table_diff import compare
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given(parsers.parse("the carrier ends the next message as {status:w}"))
@needs(Capability.CARRIER)
def the_carrier_ends_it(harness: Harness, status: str) -> None:
    """`delivered`; or `sent`: the carrier never reports, and nobody learns more."""
    harness.twilio.add_fault({"type": "delivery", "status": status}, "delivery", times=1)


@given(parsers.parse("the carrier ends the next message as {status:w} with code {code:d}"))
@needs(Capability.CARRIER)
def the_carrier_ends_it_with_a_code(harness: Harness, status: str, code: int) -> None:
    """`undelivered` or `failed`, with a code of Twilio's error catalogue."""
    harness.twilio.add_fault({"type": "delivery", "status": status, "error_code": code}, "delivery", times=1)


@given(parsers.parse("the carrier ends the next message as {status:w} with code {code:d} after {wait:Duration}", WORDS))
@needs(Capability.CARRIER)
def the_carrier_ends_it_later(harness: Harness, status: str, code: int, wait: float) -> None:
    """The same, so much later."""
    effect = {"type": "delivery", "status": status, "error_code": code, "after": wait}
    harness.twilio.add_fault(effect, "delivery", times=1)


@given("Twilio can call the driver's webhook")
@needs(Capability.WEBHOOKS)
def twilio_can_call(harness: Harness) -> None:
    """The driver takes calls beside polling, and the Twilio number's webhook points to it. Before the driver starts."""
    harness.twilio.use_webhooks()


@given(parsers.parse('Twilio signs its calls with the shared key "{name}"'))
@needs(Capability.ACCOUNTS)
def twilio_signs_with(harness: Harness, name: str) -> None:
    """From now on, instead of the Authentication Token. The key is made at its first mention."""
    harness.twilio.sign_with(name)


@given(parsers.parse("receipts are {trouble:Muddle}", WORDS))
@needs(Capability.CARRIER)
def receipts_are(harness: Harness, trouble: str) -> None:
    """`lost`, `doubled`, `out of order` or `badly signed`, each one from now on."""
    harness.twilio.add_fault({"type": f"callback_{trouble}"}, "callback")


@given(parsers.parse("incoming calls are {trouble:Muddle}", WORDS))
@needs(Capability.CARRIER)
def incoming_calls_are(harness: Harness, trouble: str) -> None:
    """The same for the calls that bring incoming texts."""
    harness.twilio.add_fault({"type": f"inbound_{trouble}"}, "inbound_webhook")


@then("Twilio called the webhook:")
@needs(Capability.JOURNAL)
@columns("kind", "event", "status")
def twilio_called(harness: Harness, datatable: Table) -> None:
    """Each call, in order. Columns: kind (callback, inbound_webhook), event, status (what the driver answered)."""
    harness.eventually(lambda: compare(datatable, harness.twilio.calls(), in_order=True), "calls to the webhook")


@given("the Twilio number answers every text by itself")
@needs(Capability.WEBHOOKS)
def automated_replies_on(harness: Harness) -> None:
    """The number's webhook is a document of Twilio's that says thank you, as for new numbers."""
    harness.twilio.point_number_to(harness.twilio.automatic_reply)


@given("automated replies are disabled")
@needs(Capability.WEBHOOKS)
def automated_replies_off(harness: Harness) -> None:
    """The number's webhook is a TwiML Bin with an empty answer, as the driver's setup asks for."""
    harness.twilio.point_number_to(harness.twilio.no_reply)
