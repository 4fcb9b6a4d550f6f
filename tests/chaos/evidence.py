"""Waits until a site has come to rest, and writes down what is found there."""

import asyncio
import json
from contextlib import suppress
from datetime import datetime
from typing import Any

import aiohttp

from chaos.judge import RECEIVED
from chaos.ledger import FINAL, Ledger, Outcome, Told
from chaos.pace import wait, wait_for
from chaos.site import Site


class Evidence:
    """What the drivers of a site answer about it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def come_to_rest(self, seconds: float) -> bool:
        """Return once every command has its outcome and every text its event; False if it takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not await self._rests():
                    await wait(0.5)
                return True
        return False

    async def take(self) -> Ledger:
        """Return the ledger with everything that the judge needs."""
        ledger, site = self._site.ledger, self._site
        ledger.rows = list(site.twilio.rows())
        ledger.creates = list(site.twilio.creates())
        await self._healthy()
        with suppress(aiohttp.ClientError, TimeoutError):
            await self._read()
        for driver in site.drivers:
            ledger.complaints += [each for each in (driver.grown(),) if each]
            ledger.complaints += driver.odd_lines()
            ledger.exits += [(driver.name, when, status) for when, status in driver.exits]
        return ledger

    async def _rests(self) -> bool:
        try:
            await self._read()
        except (aiohttp.ClientError, TimeoutError):
            return False
        ledger = self._site.ledger
        wanted = {execution for promise in ledger.promises for execution in promise.executions}
        if any(ledger.outcomes.get(each, Outcome("")).state not in FINAL for each in wanted):
            return False
        received = {event.sid for event in ledger.told if event.name == RECEIVED}
        return received >= {row.sid for row in self._site.twilio.rows() if row.incoming}

    async def _read(self) -> None:
        """Ask the active driver for every outcome and every event."""
        url = await self._active()
        ledger = self._site.ledger
        for promise in ledger.promises:
            for execution in promise.executions:
                if ledger.outcomes.get(execution, Outcome("")).state not in FINAL:
                    _, told = await self._get(f"{url}/api/executions/{execution}")
                    sid = str(told.get("messageSid") or "")
                    attempts = len(told.get("attempts", ()))
                    ledger.outcomes[execution] = Outcome(told.get("state", ""), attempts, sid, _age(told))
        ledger.told = await self._events(url)

    async def _active(self) -> str:
        for driver in self._site.drivers:
            if driver.url:
                with suppress(aiohttp.ClientError, TimeoutError):
                    _, told = await self._get(f"{driver.url}/api/info")
                    if told.get("role") == "active":
                        takeovers = int(told.get("term") or 1) - 1
                        self._site.ledger.failovers = takeovers if len(self._site.drivers) > 1 else 0
                        return driver.url
        raise aiohttp.ClientConnectionError("no driver is active")

    async def _events(self, url: str) -> list[Told]:
        found: list[Told] = []
        async with self._site.http.ws_connect(f"{url}/api/events?since=0", max_msg_size=0) as socket:
            hello = await socket.receive(4)
            last = json.loads(hello.data).get("seq") if hello.type is aiohttp.WSMsgType.TEXT else None
            if last is None:
                raise aiohttp.ClientConnectionError("the driver is not the active one any more")
            while not found or found[-1].seq < last:
                message = await socket.receive(4)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    raise aiohttp.ClientConnectionError("the stream broke off")
                frame = json.loads(message.data)
                if frame["type"] == "event":
                    found.append(_told(frame["seq"], frame["event"]))
        return found

    async def _healthy(self) -> None:
        complaints, roles = self._site.ledger.complaints, []
        for driver in self._site.drivers:
            if not await wait_for(lambda driver=driver: bool(driver.url), 15):  # type: ignore[misc]
                complaints.append(f"{driver.name}: does not run; see {driver.log}")
                continue
            try:
                status, told = await self._get(f"{driver.url}/healthz")
                if status != 200 or told["status"] != "ok":
                    complaints.append(f"{driver.name}: /healthz answers {status} {told}")
                roles.append((await self._get(f"{driver.url}/api/info"))[1].get("role"))
            except (aiohttp.ClientError, TimeoutError) as exc:
                complaints.append(f"{driver.name}: does not answer: {exc!r}")
        if roles.count("active") != 1:
            complaints.append(f"the drivers' roles are {roles}")

    async def _get(self, url: str) -> tuple[int, Any]:
        async with self._site.http.get(url) as answer:
            return answer.status, await answer.json(content_type=None)


def _age(execution: dict[str, Any]) -> float:
    began, ended = (execution.get(key) for key in ("createdAt", "finishedAt"))
    return (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds() if began and ended else 0.0


def _told(seq: int, event: dict[str, Any]) -> Told:
    parameters = event["parameters"]
    sid = event["eventId"].split(":")[0] if event["name"].startswith(RECEIVED) else parameters.get("Message SID", "")
    return Told(seq, event["name"], event["assetId"], sid, parameters.get("Execution ID", ""))
