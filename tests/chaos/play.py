"""Runs one site: load and misfortunes in parallel, then a quiet period, then the verdict."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from random import Random

from chaos.collected_data import CollectedData
from chaos.judge import Verdict, judge
from chaos.ledger import Interruption, Ledger
from chaos.listener import Listener
from chaos.load import Load
from chaos.misfortunes import databases, processes, twilios
from chaos.misfortunes.register import Turn, schedule
from chaos.pace import now, wait, wait_for
from chaos.site import Plan, Site, open_site

FAMILIES = (databases, processes, twilios)
"""Importing these registers their misfortunes."""
CALM_S = 90.0
"""Time limit for everything to settle after the misfortunes."""


@dataclass(frozen=True)
class Played:
    """The result of a site."""

    plan: Plan
    ledger: Ledger
    verdict: Verdict
    seconds: float
    calm_s: float
    kills: int


async def play(plan: Plan, folder: Path, seconds: float, seed: str) -> Played:
    """Run a site for this many seconds, and judge it."""
    by_victim = schedule(plan, seconds, Random(f"{seed}/{plan.name}/misfortunes"))
    async with open_site(plan, folder) as site:
        load = Load(site, Random(f"{seed}/{plan.name}/load"))
        using = asyncio.ensure_future(load.run())
        listener = Listener(site, Random(f"{seed}/{plan.name}/listener"))
        listening = asyncio.ensure_future(listener.run())
        began = now()
        await asyncio.gather(*(_befall(site, turns) for turns in by_victim.values()))
        await wait(seconds - (now() - began).total_seconds())
        using.cancel()
        await asyncio.gather(using, return_exceptions=True)
        over = now()
        await wait_for(lambda: not load.unacknowledged, CALM_S)
        load.give_up()
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        if not listener.heard:
            site.ledger.complaints.append("a client that moved between drivers received nothing")
        collected = CollectedData(site)
        if not await collected.come_to_rest(CALM_S):
            site.ledger.complaints.append(f"not idle {CALM_S:g} seconds after the last misfortune")
        calm_s = (now() - over).total_seconds()
        ledger = await collected.take()
        for driver in site.drivers:
            if (code := await driver.stop()) != 0:
                ledger.complaints.append(f"{driver.name}: ended with status {code} when it was stopped")
        kills = sum(driver.kills for driver in site.drivers)
        return Played(plan, ledger, judge(ledger), seconds, calm_s, kills)


async def _befall(site: Site, turns: list[Turn]) -> None:
    began = now()
    for turn in turns:
        await wait(turn.at - (now() - began).total_seconds())
        start = now()
        async with turn.misfortune.play(site, Random(turn.seed)) as what:
            site.ledger.misfortunes[what] += 1
            await wait(turn.lasts - (now() - start).total_seconds())
        if turn.misfortune.interrupts:
            site.ledger.interruptions.append(Interruption(turn.misfortune.kind, start, now()))
