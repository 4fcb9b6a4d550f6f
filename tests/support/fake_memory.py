"""The fake without its API: accounts, carrier and handsets on a clock that the test advances."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from fake_twilio.backend import Backend
from fake_twilio.clock import ManualClock
from fake_twilio.context import Context
from fake_twilio.messages.outbound import Draft
from fake_twilio.model.account import Account
from fake_twilio.model.message import Direction, Message, Status, changed
from fake_twilio.seed.loading import load_seed
from support.fake_wire import ACCOUNT, GUARD, OURS, seed

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def message(**changes: Any) -> Message:
    """Return a message of the account's number to the guard."""
    made = Message(
        sid="SM1",
        account_sid=ACCOUNT,
        direction=Direction.API,
        to=GUARD,
        sender=OURS,
        body="Fire",
        status=Status.QUEUED,
        segments=1,
        media=0,
        created=NOW,
        updated=NOW,
        number=1,
        position=1,
    )
    return changed(made, **changes)


class MemoryFake:
    """A fake with one account; ``world`` is the rest of its seed."""

    def __init__(self, pace: str = "instant", world: dict[str, Any] | None = None, **account: Any) -> None:
        self.clock = ManualClock()
        self.context = Context(load_seed({**seed(**account), **(world or {})}), self.clock, pace)
        self.backend = Backend(self.context)

    def submit(self, body: str = "Fire", to: str = GUARD, sender: str = OURS, **draft: Any) -> str:
        """Send a message from the account; return its SID."""
        return self.backend.outbound.submit(self.account, Draft(to, sender, body, **draft)).sid

    def shown(self, sid: str) -> Message:
        """Return the current state of a message."""
        found = self.context.state.message(ACCOUNT, sid)
        assert found is not None
        return found

    async def sent(self, body: str = "Fire", to: str = GUARD, sender: str = OURS, **draft: Any) -> Message:
        """Send a message from the account, and return it once everything that is due has happened."""
        sid = self.submit(body, to, sender, **draft)
        await self.clock.wait_idle()
        return self.shown(sid)

    @property
    def account(self) -> Account:
        """The account."""
        return self.context.state.accounts[ACCOUNT]


@asynccontextmanager
async def memory_fake(
    pace: str = "instant", world: dict[str, Any] | None = None, **account: Any
) -> AsyncIterator[MemoryFake]:
    """Open such a fake, and finally cancel whatever is in progress."""
    fake = MemoryFake(pace, world, **account)
    fake.clock.add_idle_waiter(fake.context.scheduler.wait_idle)
    try:
        yield fake
    finally:
        await fake.backend.close()
