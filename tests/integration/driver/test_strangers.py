"""Untrusted input: it cannot forge log lines, control a terminal, or flood either."""

import asyncio
import csv
import io
import logging
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
import structlog
from yarl import URL

from driver.api.debug_models import LogQuery
from driver.client import DriverClient
from driver.debugtools.log_buffer import LogBuffer
from driver.debugtools.log_writer import LogLines
from driver.debugtools.logging_setup import LogAccess, logging_to
from driver.debugtools.redact import Redactor
from driver.debugtools.trace import Traces
from driver.runtime.log_rate_limit import BURST
from fake_twilio import FakeTwilio, ManualClock
from fake_twilio.cli.serve import announce
from harness.driver.configuration import receiving
from support.driver_process import process, write_config
from support.driver_site import GUARD, OURS, site

ATTACK = "\n2026-01-01T00:00:00Z error   FORGED\r\x1b[2J\x1b]0;owned\x07\x9b31m\u202e\u2028x"
WEBHOOKS = receiving("https://sms.example.com", 0)


def harmless(text: str) -> bool:
    """Return whether a text contains no control characters and no line made by the attacker."""
    return not any(c in text for c in "\r\x1b\x07\x9b\u202e\u2028") and not any(
        line.startswith("2026-01-01T00:00:00Z") for line in text.split("\n")
    )


async def test_the_log_has_the_drivers_lines_only_and_not_too_many(tmp_path: Path) -> None:
    async with FakeTwilio() as fake:
        config = write_config(fake, tmp_path, receive=WEBHOOKS)
        async with process(config, tmp_path / "ready") as (program, ready), aiohttp.ClientSession() as http:
            path = URL(ready["webhook_url"]) / f"{ATTACK.strip()} /twilio/sms"
            headers = {"User-Agent": "\x9b31m\u00ad", "X-Twilio-Signature": "x"}
            for _ in range(5 * BURST):
                async with http.post(path, data={"Body": ATTACK, "From": ATTACK}, headers=headers) as answer:
                    assert answer.status == 403
            for n in range(3):
                url = ready["dataserver_url"] + "/api/Auth/Login"
                async with http.post(url, json={"username": ATTACK, "password": f"{n}"}) as answer:
                    assert answer.status == 401
            url = ready["dataserver_url"] + "/api/info"
            async with http.get(url, params={"projectHash": ATTACK}) as answer:
                assert answer.status == 200
            driver = DriverClient(http, ready["dataserver_url"], debug_url=ready["debugtools_url"])
            records = await driver.logs(pageSize="1000")
            program.terminate()
            assert program.stderr is not None
            log = (await program.stderr.read()).decode()
    assert harmless(log)
    assert log.count("webhook_refused") == BURST
    assert r"FORGED\r\x1b[2J" in log
    refused = [record for record in records if record["event"] == "webhook_refused"]
    assert len(refused) == BURST
    assert all(harmless(str(value)) for record in records for value in record.values())


def test_a_line_of_the_log_stays_one() -> None:
    clock, ring = ManualClock(), LogBuffer()
    lines: list[str] = []
    kept = LogLines(None)
    kept.put = lines.append  # type: ignore[assignment,method-assign]
    with logging_to(LogAccess(ring, Redactor([]), Traces(clock, "INFO"), kept), clock):
        log = structlog.get_logger("driver.test")
        log.warning("said", name=ATTACK, form={"Body": ATTACK})
        try:
            raise ValueError(ATTACK)
        except ValueError:
            log.exception("request_failed", path=ATTACK)
        logging.getLogger("library").warning("said %s", ATTACK)
    shown = "\n".join(lines)
    assert harmless(shown)
    assert [line[:4] for line in shown.splitlines() if not line.startswith("2026")] == [
        "  | " for _ in range(len(shown.splitlines()) - 2)
    ]
    assert len(ring.since(0, LogQuery(), 10)) == 3
    for record in ring.since(0, LogQuery(), 10):
        assert harmless(str({**record, "exception": ""}))


async def test_a_text_does_nothing_on_the_terminal_of_who_watches(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        url = here.driver.dataserver_url
        command = [sys.executable, "-P", "-m", "driver", "tail", "--url", url]
        watching = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert watching.stdout is not None
        async with asyncio.timeout(20):
            await watching.stdout.readline()
            await watching.stdout.readline()
            await here.fake.handset(GUARD).send(OURS, f"Help{ATTACK.replace(chr(0x9B), '')}")
            await here.clock.advance(10)
            shown = (await watching.stdout.readline()).decode()
        watching.terminate()
        await watching.wait()
    assert harmless(shown)
    assert r"Help\n2026-01-01T00:00:00Z error   FORGED" in shown


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def rights(folder: Path) -> dict[str, str]:
    return {file.name: oct(stat.S_IMODE(file.stat().st_mode)) for file in folder.iterdir() if file.is_file()}


async def test_what_holds_people_or_secrets_is_for_the_own_account_only(tmp_path: Path) -> None:
    """This holds whatever the umask, from the moment a file is created."""
    async with FakeTwilio() as fake:
        folder = tmp_path / "driver"
        folder.mkdir()
        config = write_config(fake, tmp_path, store={"url": f"sqlite:///{folder}/driver.db"})
        with umask(0):
            running = process(config, folder / "ready")
            program, ready = await running.__aenter__()
            announce(fake, folder / "fake-ready")
        try:
            async with aiohttp.ClientSession() as http, http.get(ready["dataserver_url"] + "/api/assets") as answer:
                assert answer.status == 200
            found = rights(folder)
            assert {"driver.db", "driver.db-wal", "driver.db-shm", "ready", "fake-ready"} <= set(found)
            assert set(found.values()) == {"0o600"}, found
        finally:
            await running.__aexit__(None, None, None)
        assert program.returncode == 0


async def test_what_somebody_allowed_to_others_stays_so(tmp_path: Path) -> None:
    file = tmp_path / "driver.db"
    file.touch(0o640)
    file.chmod(0o640)
    async with site(tmp_path):
        assert rights(tmp_path)["driver.db"] == "0o640"


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t=", "＝", "＋", "－", "＠", "'="])
async def test_no_cell_of_an_export_is_a_formula(tmp_path: Path, first: str) -> None:
    """In messages, comments and users alike, whatever a spreadsheet would calculate is marked as text."""
    attack = f'{first}HYPERLINK("http://evil.example","x")'
    async with site(tmp_path) as here:
        await here.send(attack)
        await here.client.command("guard", "Mask", {"Comment": attack}, user=attack, workstation=attack)
        here.fault({"type": "http_error", "status": 400, "code": 21211}, times=None)
        await here.send(attack)
        await here.clock.advance(10)
        for path in ("/api/messages", "/api/audit", "/api/deadletters", "/api/alarms"):
            headers = {"Accept": "text/csv"}
            async with here.http.get(here.driver.dataserver_url + path, headers=headers) as answer:
                assert answer.status == 200
                _no_formula(await answer.text())


def _no_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert len(rows) > 1
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "-", "@", "\t", "＝", "＋", "－", "＠")), cell
            assert not cell.startswith("+") or cell[1:].isdecimal(), cell
