"""Twilio as a scenario sets it up and looks into it: the account, what goes wrong there, and the people beyond it."""

from __future__ import annotations

from typing import Any

from harness import projections
from harness.driver import configuration
from harness.scenario_context import ScenarioContext, iso
from harness.twilio import faults


class TwilioControls:
    """Twilio, and the handsets beyond it.

    Attributes:
        texts: What people wrote on their handsets, oldest first.
        automatic_reply: Where a number points that answers every text by itself.
        no_reply: Where a number points whose automated replies are disabled.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self._far = context.twilio
        self.texts: list[dict[str, Any]] = []
        self._fails = False
        self.automatic_reply = self._far.automatic_reply
        self.no_reply = self._far.no_reply

    def use_account(self, type_: str) -> None:
        """Play on the account of this type."""
        self._context.personas.account = self._far.account(type_)

    def add_fault(
        self, effect: dict[str, Any], operation: str = "messages.create", times: int | None = None, *, to: str = ""
    ) -> None:
        """Make Twilio fail on purpose: always or a number of times, for everybody or only for texts to one number."""
        match = {"operation": operation} | ({"to": to} if to else {})
        self._context.wait_for(self._far.add_fault, match, effect, times=times)
        self._fails = True

    def answer_with(self, answer: str, operation: str = "messages.create", times: int | None = None) -> None:
        """Let Twilio answer so instead of doing what it is asked."""
        self.add_fault(faults.answer_effect(answer), operation, times)

    def disturb_webhooks(self, family: str, fault: str) -> None:
        """Let something happen to each webhook of a family of faults: ``callback`` or ``inbound``."""
        self._expect_webhooks()
        self.add_fault(faults.webhook_effect(family, fault), "callback" if family == "callback" else "inbound_webhook")

    def _expect_webhooks(self) -> None:
        """Find steps about calls that Twilio never makes.

        Raises:
            AssertionError: When the driver has no webhook in this scenario.
        """
        has_one = "receive.public_url" in self._context.changes
        assert has_one, "the driver has no webhook: put `Given Twilio can reach the driver's webhook` before this step"

    def clear_faults(self) -> None:
        """Twilio works again.

        Raises:
            AssertionError: When nothing has been wrong.
        """
        assert self._fails, "nothing is wrong with Twilio: an earlier step has to say what, before it can end"
        self._context.wait_for(self._far.clear_faults)
        self._fails = False

    def unused_faults(self) -> list[str]:
        """The faults of the scenario that nothing has met, in words."""
        return self._context.wait_for(self._far.unused_faults)

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """What Twilio was asked."""
        return self._context.wait_for(self._far.requests, **filters)

    def sent(self) -> projections.Rows:
        """Each text that Twilio was asked to send, in order."""
        asked = self.requests(operation="messages.create")
        return self._context.plain(projections.sent(asked, self._context.personas, self._context.at))

    def change_account(self, **changes: str) -> None:
        """Change what Twilio holds about the account in use."""
        self._context.wait_for(self._far.change_account, self._context.personas.account, changes)

    def text(self, name: str, body: str, to: str = "Twilio", *, picture: bool = False) -> None:
        """A person texts one of the account's numbers."""
        personas = self._context.personas
        number = personas.number(name)
        self._context.wait_for(self._far.text, number, personas.twilio_number(to), body, picture=picture)
        self.texts.append({"at": iso(self._context.now()), "from": number, "body": body})

    def handset(self, name: str) -> projections.Rows:
        """What a person's handset shows, both directions, in order."""
        number = self._context.personas.number(name)
        shown = self._context.wait_for(self._far.shown, number)
        return self._context.plain(projections.messages(shown, number, self._context.personas))

    def received(self) -> list[dict[str, Any]]:
        """What arrived on the handsets of all people."""
        numbers = dict.fromkeys(self._context.personas.people.values())
        rows = [(number, row) for number in numbers for row in self._context.wait_for(self._far.shown, number)]
        return [row for number, row in rows if row["to"] == number]

    def point_number_to(self, url: str) -> None:
        """Have Twilio call this address when the account's first number is texted."""
        account = self._context.personas.account
        self._context.wait_for(self._far.point_number_to, account, account.numbers[0], url)

    def add_alpha_sender(self, name: str) -> None:
        """Let the account's messaging service text under a name."""
        self._context.wait_for(self._far.add_alpha_sender, self._context.personas.account, name)

    def shared_key(self, name: str) -> str:
        """The secret of a shared key, which is made at its first mention."""
        return self._context.wait_for(self._far.shared_key, self._context.personas.account, name)

    def sign_with(self, name: str) -> None:
        """Have Twilio sign its calls with a shared key from now on."""
        self._expect_webhooks()
        self._context.wait_for(self._far.sign_with, self._context.personas.account, name)

    def use_webhooks(self) -> None:
        """Let the driver listen for Twilio's webhooks, and point the Twilio number to it."""
        url, port = self._far.webhook_address()
        received = configuration.receiving(url, port)
        self._context.changes |= {f"receive.{key}": value for key, value in received.items()}
        self.point_number_to(f"{url}/twilio/sms")

    def webhooks(self) -> list[dict[str, Any]]:
        """The journal of the webhooks that Twilio requested."""
        return self._context.wait_for(self._far.webhooks)

    def webhook_requests(self) -> projections.Rows:
        """The webhooks that Twilio requested, in order: kind, event, status."""
        names = {"kind": "operation", "event": "event", "status": "status"}
        return [{column: call[key] for column, key in names.items()} for call in self.webhooks()]
