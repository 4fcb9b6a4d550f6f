"""Waits until a site is idle, and records its state."""

import asyncio
from contextlib import suppress

from chaos.judge import RECEIVED
from chaos.ledger import FINAL, Ledger, Outcome, PublishedEvent
from chaos.pace import wait, wait_for
from chaos.site import Site
from driver.api.frames import EventFrame, HelloFrame
from driver.api.models import ExecutionModel
from driver.client import DriverClient
from driver.errors import DriverError, NotReachableError


class CollectedData:
    """What the drivers of a site report about it."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def come_to_rest(self, seconds: float) -> bool:
        """Return once every command has its outcome and every message its event; False on timeout."""
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
        with suppress(DriverError, TimeoutError):
            await self._read()
        for driver in site.drivers:
            ledger.complaints += [each for each in (driver.grown(),) if each]
            ledger.complaints += driver.odd_lines()
            ledger.exits += [(driver.name, when, status) for when, status in driver.exits]
        return ledger

    async def _rests(self) -> bool:
        try:
            await self._read()
        except (DriverError, TimeoutError):
            return False
        ledger = self._site.ledger
        wanted = {execution for promise in ledger.promises for execution in promise.executions}
        if any(ledger.outcomes.get(each, Outcome("")).state not in FINAL for each in wanted):
            return False
        received = {event.sid for event in ledger.events if event.name == RECEIVED}
        return received >= {row.sid for row in self._site.twilio.rows() if row.incoming}

    async def _read(self) -> None:
        """Fetch every outcome and every event from the active driver."""
        driver = await self._active()
        ledger = self._site.ledger
        for promise in ledger.promises:
            for execution_id in promise.executions:
                if ledger.outcomes.get(execution_id, Outcome("")).state not in FINAL:
                    answer = await driver.execution(execution_id)
                    outcome = Outcome(answer.state, len(answer.attempts), answer.message_sid or "", _age(answer))
                    ledger.outcomes[execution_id] = outcome
        ledger.events = await self._events(driver)

    async def _active(self) -> DriverClient:
        for driver in self._site.drivers:
            if driver.url:
                client = DriverClient(self._site.http, driver.url)
                with suppress(DriverError):
                    answer = await client.info()
                    if answer.role == "active":
                        takeovers = (answer.term or 1) - 1
                        self._site.ledger.failovers = takeovers if len(self._site.drivers) > 1 else 0
                        return client
        raise NotReachableError("no driver is active")

    async def _events(self, driver: DriverClient) -> list[PublishedEvent]:
        found: list[PublishedEvent] = []
        async with driver.events(since=0) as stream:
            hello = await stream.receive(4)
            if not isinstance(hello, HelloFrame):
                raise NotReachableError("the driver is no longer the active one")
            while not found or found[-1].seq < hello.seq:
                frame = await stream.receive(4)
                if frame is None:
                    raise NotReachableError("the stream was interrupted")
                if isinstance(frame, EventFrame):
                    found.append(_told(frame))
        return found

    async def _healthy(self) -> None:
        complaints, roles = self._site.ledger.complaints, []
        for driver in self._site.drivers:
            if not await wait_for(lambda driver=driver: bool(driver.url), 15):  # type: ignore[misc]
                complaints.append(f"{driver.name}: does not run; see {driver.log}")
                continue
            client = DriverClient(self._site.http, driver.url)
            try:
                if (health := await client.health()).status != "ok":
                    complaints.append(f"{driver.name}: /healthz answers {health}")
                roles.append((await client.info()).role)
            except DriverError as exc:
                complaints.append(f"{driver.name}: does not answer: {exc!r}")
        if roles.count("active") != 1:
            complaints.append(f"the drivers' roles are {roles}")


def _age(execution: ExecutionModel) -> float:
    ended = execution.finished_at
    return (ended - execution.created_at).total_seconds() if ended else 0.0


def _told(frame: EventFrame) -> PublishedEvent:
    event, parameters = frame.event, frame.event.parameters
    sid = event.event_id.split(":")[0] if event.name.startswith(RECEIVED) else parameters.get("Message SID", "")
    return PublishedEvent(frame.seq, event.name, event.asset_id, sid, parameters.get("Execution ID", ""))
