"""The two backends that a harness connects, as protocols: Twilio and the driver."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from driver.client import DriverClient
from harness.personas import Account, Personas


class TwilioBackend(Protocol):
    """Twilio, fake or real, with the people at its other end.

    Attributes:
        base_url: Where the driver finds Twilio.
        page_url: Where a person sees what is there.
        automatic_reply: Where a number points that answers by itself.
        no_reply: Where a number points whose automated replies are disabled.
        patience: Real seconds after which an observation that does not fit is a failure.
    """

    base_url: str
    page_url: str
    patience: float
    automatic_reply: str
    no_reply: str

    def personas(self) -> Personas:
        """Who may play in a scenario that begins."""
        ...

    def account(self, type_: str) -> Account:
        """The account of this type, "Full" or "Trial"."""
        ...

    def webhook_address(self) -> tuple[str, int]:
        """Where Twilio reaches the driver's webhooks, and the port of this machine that this leads to."""
        ...

    async def begin(self) -> None:
        """Make ready for the next scenario."""
        ...

    def outgoing(self, to: str, body: str) -> str:
        """Allow a text that is about to be sent, and say what it has to read on this side."""
        ...

    def plain(self, body: str) -> str:
        """A text of this side as the scenario wrote it."""
        ...

    async def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Make Twilio fail on purpose."""
        ...

    async def clear_faults(self) -> None:
        """Twilio works again."""
        ...

    async def unused_faults(self) -> list[str]:
        """The faults of the scenario that nothing has met, in words."""
        ...

    async def text(self, from_: str, to: str, body: str, *, picture: bool = False) -> dict[str, Any]:
        """A person texts a Twilio number, perhaps with a picture."""
        ...

    async def change_account(self, account: Account, changes: Mapping[str, str]) -> None:
        """Change an account's status or balance."""
        ...

    async def shown(self, number: str) -> list[dict[str, Any]]:
        """What a person's handset shows, both directions, in order."""
        ...

    async def point_number_to(self, account: Account, number: str, url: str) -> None:
        """Have Twilio call this address when the number is texted; empty for nothing."""
        ...

    async def add_alpha_sender(self, account: Account, name: str) -> None:
        """Give the account's messaging service a name to text under."""
        ...

    async def shared_key(self, account: Account, name: str) -> str:
        """The secret of a shared key, which is made at its first mention."""
        ...

    async def sign_with(self, account: Account, name: str) -> None:
        """Have the account's webhooks signed with a shared key instead of the auth token."""
        ...

    async def requests(self, **filters: str) -> list[dict[str, Any]]:
        """What Twilio was asked, as far as it is known."""
        ...

    async def webhooks(self, **filters: str) -> list[dict[str, Any]]:
        """Which webhooks Twilio has called, as far as it is known."""
        ...


class DriverBackend(Protocol):
    """The driver, wherever it runs. ``api`` is None while it does not."""

    api: DriverClient | None

    async def start(self, settings: dict[str, Any]) -> DriverClient:
        """Start it on this configuration, and wait until it answers."""
        ...

    async def reload(self, settings: dict[str, Any]) -> None:
        """Have it reload a changed configuration while it runs; return when it has."""
        ...

    async def stop(self) -> None:
        """Stop it in good order."""
        ...

    async def kill(self) -> None:
        """End it without any warning, as a power cut does; what shares the process of the harness cannot be killed."""
        raise AssertionError("a driver in this process cannot be killed; the step has to declare what it needs")
