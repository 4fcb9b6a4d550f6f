"""A client that reads events from alternating drivers; each event must arrive exactly once."""

from contextlib import suppress
from random import Random

from chaos.pace import now, wait
from chaos.site import Site
from driver.api.frames import EventFrame, HelloFrame, ResyncFrame, SnapshotFrame
from driver.client import DriverClient
from driver.client.driver_client import EventStream
from driver.errors import DriverError

#: Seconds that it stays with one driver.
STAYS_S = (0.5, 4.0)


class Listener:
    """Follows the events of one site, and records problems with them in the ledger."""

    def __init__(self, site: Site, chance: Random) -> None:
        self._site = site
        self._chance = chance
        self._seq: int | None = None
        self._history = ""
        self.heard = 0
        """The number of events received."""

    async def run(self) -> None:
        """Move from driver to driver until cancelled."""
        while True:
            driver = self._site.any_driver(self._chance)
            with suppress(DriverError, TimeoutError):
                if driver.url:
                    client = DriverClient(self._site.http, driver.url)
                    async with client.events(since=self._seq, history=self._history) as stream:
                        await self._read(stream, driver.name)
            await wait(0.1)

    async def _read(self, stream: EventStream, name: str) -> None:
        until = now().timestamp() + self._chance.uniform(*STAYS_S)
        history = ""
        while now().timestamp() < until:
            match await stream.receive(1):
                case HelloFrame(history_id=said):
                    history = said
                case SnapshotFrame(seq=seq):
                    self._seq, self._history = seq, history
                case ResyncFrame(reason=reason):
                    self._complain(f"{name}: starts over after seq {self._seq}: {reason}")
                case EventFrame(seq=seq):
                    if self._seq is not None and seq != self._seq + 1:
                        self._complain(f"{name}: seq {seq} follows seq {self._seq}")
                    self._seq, self._history = seq, history
                    self.heard += 1
                case _:  # goodbye, or no more frames
                    return

    def _complain(self, what: str) -> None:
        self._site.ledger.complaints.append(f"a client that moved between drivers: {what}")
