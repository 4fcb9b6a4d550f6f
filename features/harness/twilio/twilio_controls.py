"""A scenario's access to Twilio: the account, the failures on its side, and the people who text with it."""

from __future__ import annotations

from typing import Any

from harness import projections
from harness.driver import configuration
from harness.scenario_context import ScenarioContext, iso
from harness.twilio import faults


class TwilioControls:
    """Twilio, and the handsets of people who text with it.

    Attributes:
        texts: Messages that people wrote on their handsets, oldest first.
        automatic_reply: The webhook of a number that replies to every message automatically.
        no_reply: The webhook of a number whose automated replies are disabled.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self._far = context.twilio
        self.texts: list[dict[str, Any]] = []
        self._fails = False
        self.automatic_reply = self._far.automatic_reply
        self.no_reply = self._far.no_reply

    def use_account(self, type_: str) -> None:
        """Use the account of this type."""
        self._context.personas.account = self._far.account(type_)

    def add_fault(
        self, effect: dict[str, Any], operation: str = "messages.create", times: int | None = None, *, to: str = ""
    ) -> None:
        """Inject a fault: permanently or a number of times, for all requests or only for messages to one number."""
        match = {"operation": operation} | ({"to": to} if to else {})
        self._context.wait_for(self._far.add_fault, match, effect, times=times)
        self._fails = True

    def answer_with(self, answer: str, operation: str = "messages.create", times: int | None = None) -> None:
        """Make Twilio give this answer instead of processing the request."""
        self.add_fault(faults.answer_effect(answer), operation, times)

    def disturb_webhooks(self, family: str, fault: str) -> None:
        """Inject a fault into each webhook of a family: ``callback`` or ``inbound``."""
        self._expect_webhooks()
        self.add_fault(faults.webhook_effect(family, fault), "callback" if family == "callback" else "inbound_webhook")

    def _expect_webhooks(self) -> None:
        """Reject steps about webhooks that Twilio never calls.

        Raises:
            AssertionError: If the driver has no webhook in this scenario.
        """
        has_one = "receive.public_url" in self._context.changes
        assert has_one, "the driver has no webhook: put `Given Twilio can reach the driver's webhook` before this step"

    def clear_faults(self) -> None:
        """Remove all faults.

        Raises:
            AssertionError: If there are none.
        """
        assert self._fails, "Twilio has no fault to end: add an earlier step that makes it fail"
        self._context.wait_for(self._far.clear_faults)
        self._fails = False

    def unused_faults(self) -> list[str]:
        """Return a description of the scenario's faults that nothing has met."""
        return self._context.wait_for(self._far.unused_faults)

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """Return the requests to Twilio."""
        return self._context.wait_for(self._far.requests, **filters)

    def sent(self) -> projections.Rows:
        """Return each message in a request to send, in order."""
        asked = self.requests(operation="messages.create")
        return self._context.plain(projections.sent(asked, self._context.personas, self._context.at))

    def change_account(self, **changes: str) -> None:
        """Change the account in use at Twilio."""
        self._context.wait_for(self._far.change_account, self._context.personas.account, changes)

    def text(self, name: str, body: str, to: str = "Twilio", *, picture: bool = False) -> None:
        """Text one of the account's numbers from a person's handset."""
        personas = self._context.personas
        number = personas.number(name)
        self._context.wait_for(self._far.text, number, personas.twilio_number(to), body, picture=picture)
        self.texts.append({"at": iso(self._context.now()), "from": number, "body": body})

    def handset(self, name: str) -> projections.Rows:
        """Return the messages on a person's handset, in both directions and in order."""
        number = self._context.personas.number(name)
        shown = self._context.wait_for(self._far.shown, number)
        return self._context.plain(projections.messages(shown, number, self._context.personas))

    def received(self) -> list[dict[str, Any]]:
        """Return the messages that arrived on all handsets."""
        numbers = dict.fromkeys(self._context.personas.people.values())
        rows = [(number, row) for number in numbers for row in self._context.wait_for(self._far.shown, number)]
        return [row for number, row in rows if row["to"] == number]

    def point_number_to(self, url: str) -> None:
        """Point the webhook of the account's first number to this address."""
        account = self._context.personas.account
        self._context.wait_for(self._far.point_number_to, account, account.numbers[0], url)

    def add_alpha_sender(self, name: str) -> None:
        """Add an alphanumeric sender to the account's messaging service."""
        self._context.wait_for(self._far.add_alpha_sender, self._context.personas.account, name)

    def shared_key(self, name: str) -> str:
        """Return the secret of a shared key, which is created when first mentioned."""
        return self._context.wait_for(self._far.shared_key, self._context.personas.account, name)

    def sign_with(self, name: str) -> None:
        """Make Twilio sign its webhooks with a shared key from now on."""
        self._expect_webhooks()
        self._context.wait_for(self._far.sign_with, self._context.personas.account, name)

    def use_webhooks(self) -> None:
        """Make the driver listen for Twilio's webhooks, and point the Twilio number to it."""
        url, port = self._far.webhook_address()
        received = configuration.receiving(url, port)
        self._context.changes |= {f"receive.{key}": value for key, value in received.items()}
        self.point_number_to(f"{url}/twilio/sms")

    def webhooks(self) -> list[dict[str, Any]]:
        """Return the log of webhooks that Twilio called."""
        return self._context.wait_for(self._far.webhooks)

    def webhook_requests(self) -> projections.Rows:
        """Return the webhooks that Twilio called, in order: kind, event, status."""
        names = {"kind": "operation", "event": "event", "status": "status"}
        return [{column: call[key] for column, key in names.items()} for call in self.webhooks()]
