"""The far side played by the fake Twilio: everything goes through its HTTP, as any client's would."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bench.cast import Account
from fake_twilio import FakeTwilio
from fake_twilio.clock import ManualClock

VERIFIED = tuple(f"+120155501{index:02}" for index in range(1, 10))
UNVERIFIED = tuple(f"+120155501{index:02}" for index in range(60, 70))

ACCOUNTS = {
    "Full": Account("Full", "AC" + "f" * 32, "full-account-token", ("+12015550100", "+12015550110")),
    "Trial": Account("Trial", "AC" + "7" * 32, "trial-account-token", ("+12015550120",), VERIFIED),
}


def seed_file(folder: Path) -> Path:
    """Write the seed of the bench's fake: one Full and one Trial account, each with its numbers."""
    lines = []
    for account in ACCOUNTS.values():
        lines += ["[[accounts]]", f'sid = "{account.sid}"', f'auth_token = "{account.auth_token}"']
        lines += [f'type = "{account.type}"', f"verified = {list(account.verified)!r}".replace("'", '"')]
        for number in account.numbers:
            lines += ["[[accounts.numbers]]", f'phone_number = "{number}"', 'sms_url = ""']
    path = folder / "twilio.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


class FakeSide:
    """A fake Twilio and the means to play its other ends: handsets, faults, the clock."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self.base_url = base_url
        self._session = session

    async def call(self, method: str, path: str, body: Any = None, **query: str) -> Any:
        """Call the fake's control API.

        Raises:
            AssertionError: When the fake refuses, with its own words.
        """
        url = f"{self.base_url}/_fake/v1{path}"
        async with self._session.request(method, url, json=body, params=query) as answer:
            text = await answer.text()
            assert answer.status < 400, f"{method} {path} answered {answer.status}: {text}"
            return await answer.json(content_type=None) if text else None

    async def reset(self) -> None:
        """Back to the seed."""
        await self.call("POST", "/reset")

    async def advance(self, seconds: float) -> None:
        """Let time pass on the shared clock; returns when everything that fell due has been carried out."""
        await self.call("POST", "/clock/advance", {"seconds": seconds})

    async def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Make Twilio fail on purpose."""
        await self.call("POST", "/faults", {"match": match, "effect": effect, **limits})

    async def text(self, from_: str, to: str, body: str) -> dict[str, Any]:
        """A person texts a Twilio number from the handset `from_`."""
        return dict(await self.call("POST", f"/handsets/{from_}/messages", {"to": to, "body": body}))

    async def shown(self, number: str) -> list[dict[str, Any]]:
        """What the handset shows, both directions, in order."""
        answer = await self.call("GET", f"/handsets/{number}/messages")
        return list(answer["messages"] if isinstance(answer, dict) else answer)

    async def requests(self, **filters: str) -> list[dict[str, Any]]:
        """The journal of requests."""
        answer = await self.call("GET", "/requests", **filters)
        return list(answer["requests"] if isinstance(answer, dict) else answer)


@asynccontextmanager
async def fake_side(clock: ManualClock, folder: Path, session: aiohttp.ClientSession) -> AsyncIterator[FakeSide]:
    """Run a fake Twilio on the given clock."""
    async with FakeTwilio(seed_file(folder), clock=clock, port=0) as fake:
        yield FakeSide(fake.base_url, session)
