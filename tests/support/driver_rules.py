"""The rule engine on the in-memory services, with rules of the test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from driver.domain.asset_changes import FaultRaised
from driver.domain.asset_events import AssetEvent
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import received_message
from driver.domain.rule_state import Allowances
from driver.domain.rules import Rule, RuleStep
from driver.services.event_bus import EventBus
from driver.services.rule_engine import RULE_STATE, RuleEngine
from support.driver_memory import GATE, OURS
from support.driver_services import ServicesRig

NOT_SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
ALARM = Rule("alarm", "AlarmRaised", {"Asset": ("guard",)}, (RuleStep(("gate",), "{Name}: {Reason}"),))
ASKING = Rule("asking", "AlarmRaised", {"Asset": ("guard",)}, (RuleStep(("gate",), "{Name} {Code}"),))
RANG = Rule("rang", "AlarmMasked", {}, (RuleStep(("gate",), "{Name} rang"),))
LISTED = Allowances(acknowledgers=frozenset({"gate"}))


class Rules:
    """The rules of a driver; its other services are the rig's."""

    def __init__(self, rig: ServicesRig, *rules: Rule, allowances: Allowances = LISTED) -> None:
        self.rig = rig
        self.bus = EventBus(rig.activity, rig.memory.events[-1].seq if rig.memory.events else 0)
        rig.memory.on_events(self.bus.publish)
        self.engine = RuleEngine(
            rules,
            allowances,
            store=rig.store,
            bus=self.bus,
            assets=rig.assets,
            commands=rig.commands,
            clock=rig.clock,
            activity=rig.activity,
            remembered=rig.memory.marks.get(RULE_STATE, ""),
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Let the rules watch while the context lasts."""
        async with self.rig.running(self.engine.run):
            yield
        self.bus.restart(0, "stopped")


def texts(here: ServicesRig) -> list[str]:
    """Return the messages that wait to go out."""
    return [message.body for message in here.outbox.waiting()]


async def happen(here: ServicesRig, name: str, asset_id: str = "guard", event_id: str = "", **parameters: Any) -> None:
    """Publish an event of an asset."""
    entry = here.assets.catalog.entries[asset_id]
    fields = {key.replace("_", " "): value for key, value in parameters.items()}
    event = here.assets.event(entry, AssetEvent(name, fields), event_id=event_id)
    await here.store.commit([event])
    await here.clock.wait_idle()


async def texted(here: ServicesRig, body: str, sid: str = "SM1", sender: str = GATE) -> None:
    """Send a message from a person to our number."""
    await here.inbox.accept(received_message(sid, sender, OURS, body=body, at=here.clock.now()), way="poll")
    await here.clock.wait_idle()


async def fault(here: ServicesRig) -> None:
    """Put the guard's phone into Fault."""
    await here.assets.apply("guard", NOT_SENT)
    await here.clock.wait_idle()
