"""A log that cannot be written, or a broken record, costs log lines only: messages are still sent."""

import asyncio
import contextlib
import json
import logging
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog

from driver.client import DriverClient
from fake_twilio import FakeTwilio
from harness.driver.driver_subprocess import LocalProcess
from support.driver_process import write_config
from support.driver_site import GUARD, Site, site
from support.small_disk import small_disk

LONG = 60.0
_log = structlog.get_logger("driver.test")


class Logged:
    """A driver that runs as a process, and its client."""

    def __init__(self, fake: FakeTwilio, http: aiohttp.ClientSession, url: str) -> None:
        self._fake = fake
        self._http = http
        self._url = url

    async def get(self, path: str) -> tuple[int, str]:
        async with self._http.get(self._url + path) as answer:
            return answer.status, await answer.text()

    async def send(self, text: str) -> None:
        """Send a message; return once it is on the handset and the driver has recorded that."""
        driver = DriverClient(self._http, self._url)
        execution = (await driver.command("guard", "Send Message", {"Message Content": text})).execution_id
        async with self._http.get(
            f"{self._fake.base_url}/_fake/v1/messages/wait", params={"to": GUARD, "body": text, "timeout": "20"}
        ) as answer:
            assert answer.status == 200, await answer.text()
        while (await driver.execution(execution)).state != "succeeded":
            await asyncio.to_thread(os.sched_yield)

    async def lost(self) -> float:
        """Return how many log lines were lost."""
        _, shown = await self.get("/metrics")
        (line,) = [line for line in shown.splitlines() if line.startswith("sms_driver_log_lines_lost ")]
        return float(line.split()[1])


@contextlib.asynccontextmanager
async def running(folder: Path, stdout: int, stderr: int) -> AsyncIterator[Logged]:
    """Run the driver with these files as its standard streams; it must exit cleanly on SIGTERM."""
    ready = folder / "ready.json"
    async with FakeTwilio() as fake, aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(LONG)) as http:
        config = write_config(fake, folder)
        command = LocalProcess().command(config, ready)
        process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.DEVNULL, stdout=stdout, stderr=stderr)
        try:
            while not ready.exists():
                assert process.returncode is None, "the driver ended before it was ready"
                await asyncio.to_thread(os.sched_yield)
            yield Logged(fake, http, json.loads(ready.read_text())["dataserver_url"])
        finally:
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0


def broken_pipe() -> int:
    """Return the write end of a pipe whose reader is gone, as after ``| head -1``."""
    reader, writer = os.pipe()
    os.close(reader)
    return writer


async def test_stderr_and_stdout_that_nobody_reads_any_more(tmp_path: Path) -> None:
    pipe = broken_pipe()
    async with running(tmp_path, pipe, pipe) as driver:
        await driver.send("Fire")
        assert await driver.lost() > 0
        assert (await driver.get("/healthz"))[0] == 200
    os.close(pipe)


async def test_streams_that_were_never_open(tmp_path: Path) -> None:
    command = f'exec "{sys.executable}" -P -m driver "$@" <&- >&- 2>&-'
    ready = tmp_path / "ready.json"
    async with FakeTwilio() as fake, aiohttp.ClientSession() as http:
        config = write_config(fake, tmp_path)
        given = ["run", "--config", str(config), "--ready-file", str(ready)]
        process = await asyncio.create_subprocess_exec("sh", "-c", command, "sh", *given)
        try:
            while not ready.exists():
                assert process.returncode is None, "the driver ended before it was ready"
                await asyncio.to_thread(os.sched_yield)
            shown = json.loads(ready.read_text())
            await Logged(fake, http, shown["dataserver_url"]).send("Fire")
            for number in range(3):
                assert Path(f"/proc/{shown['pid']}/fd/{number}").resolve() == Path(os.devnull)
        finally:
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0


async def test_a_reader_that_does_not_read(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    with contextlib.suppress(BlockingIOError):
        os.set_blocking(writer, False)
        while True:
            os.write(writer, b"\0" * 4096)
    os.set_blocking(writer, True)
    async with running(tmp_path, subprocess.DEVNULL, writer) as driver:
        await driver.send("Fire")
        assert (await driver.get("/healthz"))[0] == 200
    os.close(reader)
    os.close(writer)


async def test_a_full_disk_and_room_on_it_again(tmp_path: Path) -> None:
    with small_disk(megabytes=1) as disk:
        log = disk.folder / "driver.log"
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        disk.fill()
        full = log.stat().st_size
        try:
            async with running(tmp_path, handle, handle) as driver:
                await driver.send("Fire")
                lost = await driver.lost()
                assert lost > 0
                disk.make_room()
                await driver.send("It is out")
                assert await driver.lost() == lost
        finally:
            os.close(handle)
        written = log.read_bytes()[full:].decode()
        assert written.count(f"{lost:g} log lines could not be written") == 1
        assert "attempt_started" in written


class Unwritable:
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize("value", [Unwritable(), {"deep": [Unwritable()]}, "half \ud83d", 2**70, {1: 2}, {3, 4}])
async def test_a_record_that_cannot_be_written_is_kept_as_far_as_it_goes(here: Site, value: object) -> None:
    _log.warning("odd", value=value)
    assert len(await here.logged("odd")) == 1
    async with here.http.ws_connect(f"{here.driver.debugtools_url}/api/logs/stream?since=1") as stream:
        seen: list[Any] = []
        while "odd" not in seen:
            seen.append((await stream.receive_json(timeout=5))["event"])


async def test_a_record_on_which_the_log_itself_breaks(here: Site) -> None:
    def broken() -> str:
        raise RuntimeError("worked out when it is seen")

    _log.warning("odd", value=broken)
    (record,) = await here.logged("odd")
    assert (record["unwritable"], record["level"]) == ("RuntimeError", "warning")


async def test_a_record_of_a_library_that_makes_no_sense(here: Site) -> None:
    (handler,) = [each for each in logging.getLogger().handlers if type(each).__module__.startswith("driver.")]
    for message, value in (("%d of %d", "one"), ("%s", Unwritable())):
        handler.handle(logging.LogRecord("somebody", logging.ERROR, __file__, 1, message, (value,), None))
    shown = [record["event"] for record in await here.client.logs(logger="somebody")]
    assert shown == ["a record that cannot be written (TypeError)", "a record that cannot be written (RuntimeError)"]


async def test_somebody_who_watches_and_breaks(here: Site) -> None:
    def watcher() -> None:
        raise RuntimeError("a bug")

    ring = here.driver._journal.buffer
    stop = ring.watch(watcher)
    await here.send("Fire")
    stop()
    assert here.received() == ["Fire"]
