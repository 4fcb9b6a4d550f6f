"""Receipts and webhooks: what happens to messages at the carrier, and the requests that Twilio makes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then

from gherkin_tools.scenario_checks import checked
from gherkin_tools.table_columns import columns
from harness.capabilities import Capability, needs
from harness.driver.configuration_check import webhooks_chosen
from harness.table_diff import compare
from harness.vocabularies import (
    HTTP_STATUS,
    WEBHOOK_CALL,
)
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given(parsers.parse("the carrier ends the next message as {status:Unreported}", WORDS))
@needs(Capability.CARRIER)
def the_carrier_ends_it(harness: Harness, status: str) -> None:
    """``delivered``; or ``sent``, where the carrier never reports a final status."""
    harness.twilio.add_fault({"type": "delivery", "status": status}, "delivery", times=1)


@given(parsers.parse("the carrier ends the next message as {status:Reported} with code {code:DeliveryCode}", WORDS))
@needs(Capability.CARRIER)
def the_carrier_ends_it_with_a_code(harness: Harness, status: str, code: str) -> None:
    """``undelivered`` or ``failed``, with a code from Twilio's error catalog."""
    harness.twilio.add_fault({"type": "delivery", "status": status, "error_code": int(code)}, "delivery", times=1)


@given(
    parsers.parse(
        "the carrier ends the next message as {status:Reported} with code {code:DeliveryCode} after {wait:Duration}",
        WORDS,
    )
)
@needs(Capability.CARRIER)
def the_carrier_ends_it_later(harness: Harness, status: str, code: str, wait: float) -> None:
    """End the next message the same way, after a delay."""
    effect = {"type": "delivery", "status": status, "error_code": int(code), "after": wait}
    harness.twilio.add_fault(effect, "delivery", times=1)


@given("Twilio can reach the driver's webhook")
@checked(webhooks_chosen)
@needs(Capability.WEBHOOKS)
def twilio_can_reach_the_webhook(harness: Harness) -> None:
    """Point the Twilio number to the driver's webhook, which is used alongside polling. Before the driver starts."""
    harness.twilio.use_webhooks()


@given(parsers.parse('Twilio signs its webhooks with the shared key "{name}"'))
@needs(Capability.ACCOUNTS)
def twilio_signs_with(harness: Harness, name: str) -> None:
    """Sign webhooks with this key instead of the Auth Token from now on. The key is created when first mentioned."""
    harness.twilio.sign_with(name)


@given(parsers.parse("receipts {fault:WebhookFault}", WORDS))
@needs(Capability.CARRIER)
def receipts_arrive(harness: Harness, fault: str) -> None:
    """Change how every status callback arrives from now on."""
    harness.twilio.disturb_webhooks("callback", fault)


@given(parsers.parse("webhooks for incoming texts {fault:WebhookFault}", WORDS))
@needs(Capability.CARRIER)
def incoming_webhooks_arrive(harness: Harness, fault: str) -> None:
    """Change how every webhook for an incoming message arrives from now on."""
    harness.twilio.disturb_webhooks("inbound", fault)


@then("the driver's webhook received:")
@needs(Capability.JOURNAL)
@columns("event", status=HTTP_STATUS, kind=WEBHOOK_CALL)
def the_webhook_received(harness: Harness, datatable: Table) -> None:
    """Every request from Twilio, in order. Columns: kind, event, status (the HTTP status of the response)."""
    harness.eventually(lambda: compare(datatable, harness.twilio.webhook_requests(), in_order=True), "the webhooks")


@given("the Twilio number replies to every text automatically")
@needs(Capability.ACCOUNTS)
def automated_replies_on(harness: Harness) -> None:
    """Set the number's webhook to Twilio's default document, which sends a thank-you reply, as for a new number."""
    harness.twilio.point_number_to(harness.twilio.automatic_reply)


@given("automated replies are disabled")
@needs(Capability.ACCOUNTS)
def automated_replies_off(harness: Harness) -> None:
    """Set the number's webhook to a TwiML Bin with an empty response, as the driver's setup guide recommends."""
    harness.twilio.point_number_to(harness.twilio.no_reply)
