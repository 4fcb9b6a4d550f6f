"""The two backends that a harness connects, as protocols: Twilio and the driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from driver.client import DriverClient
from harness.personas import Account, Personas


class TwilioBackend(Protocol):
    """Twilio, fake or real, with the people who text with it.

    Attributes:
        base_url: The address of Twilio for the driver.
        page_url: The address of its page for a person.
        automatic_reply: The webhook of a number that replies automatically.
        no_reply: The webhook of a number whose automated replies are disabled.
        patience: Real seconds after which a check that does not fit fails.
    """

    base_url: str
    page_url: str
    patience: float
    automatic_reply: str
    no_reply: str

    def personas(self) -> Personas:
        """Return the accounts and people for a new scenario."""
        ...

    def account(self, type_: str) -> Account:
        """Return the account of this type, "Full" or "Trial"."""
        ...

    def webhook_address(self) -> tuple[str, int]:
        """Return the address at which Twilio reaches the driver's webhooks, and the local port behind it."""
        ...

    async def begin(self) -> None:
        """Prepare for the next scenario."""
        ...

    def outgoing(self, to: str, body: str) -> str:
        """Approve a message that is about to be sent, and return its body for this backend."""
        ...

    def plain(self, body: str) -> str:
        """Return a message of this backend as the scenario wrote it."""
        ...

    async def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Inject a fault into Twilio."""
        ...

    async def clear_faults(self) -> None:
        """Remove all faults."""
        ...

    async def unused_faults(self) -> list[str]:
        """Return a description of the scenario's faults that nothing has met."""
        ...

    async def text(self, from_: str, to: str, body: str, *, picture: bool = False) -> dict[str, Any]:
        """Text a Twilio number from a handset, optionally with a picture."""
        ...

    async def change_account(self, account: Account, changes: Mapping[str, str]) -> None:
        """Change an account's status or balance."""
        ...

    async def shown(self, number: str) -> list[dict[str, Any]]:
        """Return the messages on a handset, in both directions and in order."""
        ...

    async def point_number_to(self, account: Account, number: str, url: str) -> None:
        """Point a number's webhook for incoming messages to this address; empty for none."""
        ...

    async def add_alpha_sender(self, account: Account, name: str) -> None:
        """Add an alphanumeric sender to the account's messaging service."""
        ...

    async def shared_key(self, account: Account, name: str) -> str:
        """Return the secret of a shared key, which is created when first mentioned."""
        ...

    async def sign_with(self, account: Account, name: str) -> None:
        """Sign the account's webhooks with a shared key instead of the Auth Token."""
        ...

    async def requests(self, **filters: str) -> list[dict[str, Any]]:
        """Return the requests to Twilio, as far as they are known."""
        ...

    async def webhooks(self, **filters: str) -> list[dict[str, Any]]:
        """Return the webhooks that Twilio has called, as far as they are known."""
        ...


class DriverBackend(Protocol):
    """The driver, wherever it runs. ``api`` is None while it does not run."""

    api: DriverClient | None

    async def start(self, settings: dict[str, Any]) -> DriverClient:
        """Start the driver with these settings, and wait until it answers."""
        ...

    async def reload(self, settings: dict[str, Any]) -> None:
        """Make the driver reload changed settings while it runs; return when it has."""
        ...

    async def stop(self) -> None:
        """Stop the driver gracefully."""
        ...

    async def kill(self) -> None:
        """End the driver without warning, as a power failure would. A driver in this process cannot be killed."""
        raise AssertionError("a driver in this process cannot be killed; the step has to declare what it needs")
