"""The active driver of two is killed or suspended: real processes, real signals, the real clock, both databases."""

import asyncio
import os
import signal
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from support.driver_site import MESSAGE
from support.driver_two import logged, two

pytestmark = pytest.mark.long


async def test_killed_between_the_attempts_the_other_makes_exactly_one_more(url: str, tmp_path: Path) -> None:
    async with two(url, tmp_path) as pair:
        execution = await pair.send()
        os.kill(pair.first.pid, signal.SIGKILL)
        await pair.first.wait()
        await pair.taken_over()
        await pair.event(pair.waiting, "MessageFailed")
        assert await pair.attempts(pair.waiting, execution) == ["refused", "refused"]
        assert pair.creates() == 2
        info = await pair.client(pair.waiting).info()
        assert (info.role, info.term) == ("active", 2)


async def test_one_that_was_stopped_in_its_tracks_gives_way_when_it_goes_on(url: str, tmp_path: Path) -> None:
    async with two(url, tmp_path) as pair:
        execution = await pair.send()
        with pair.suspended():
            await pair.taken_over()
            await pair.event(pair.waiting, "MessageFailed")
            late = asyncio.ensure_future(pair.call(pair.active, "POST", "/api/assets/guard/commands", MESSAGE))
        # A request made during the sleep is refused or disconnected: the driver may notice the role change first.
        with suppress(aiohttp.ClientConnectionError):
            status, refused = await late
            assert (status, refused["code"]) in {(503, "not_active"), (503, "standby")}
        await logged(pair.first, "on_standby")
        info = await pair.client(pair.active).info()
        assert (info.role, info.active_server_address) == ("standby", pair.waiting["dataserver_url"])
        assert await pair.attempts(pair.waiting, execution) == ["refused", "refused"]
        assert pair.creates() == 2
        status, refused = await pair.call(pair.active, "POST", "/api/assets/guard/commands", MESSAGE)
        expected = (503, "standby") if url.startswith("sqlite:") else (202, None)
        assert (status, refused.get("code")) == expected
