"""A Twilio that misbehaves in one of its known ways."""

from collections.abc import AsyncIterator
from random import Random

from chaos.misfortunes.register import misfortune
from chaos.pace import wait
from chaos.site import Site
from chaos.twilio_backend import OURS, PEOPLE

#: Texts that people and gateways send, and that a store or page may mishandle.
ODD_TEXTS = ("half an emoji \ud83d", "NUL \x00 inside", "\u202eright to left", "\ufeffBOM", "\U0001f6a8" * 40, " " * 30)


@misfortune("Twilio", "Twilio", (1.0, 5.0), interrupts=False)
async def misbehaves(site: Site, chance: Random) -> AsyncIterator[str]:
    """Make Twilio misbehave."""
    ways = site.twilio.ways()
    way = ways[chance.randrange(len(ways))]
    with site.twilio.misbehave(way, chance):
        yield way


@misfortune("odd text", "people", (0.5, 2.0), interrupts=False)
async def odd_text(site: Site, chance: Random) -> AsyncIterator[str]:
    """Send an odd message from somebody."""
    person = chance.choice(sorted(PEOPLE.values()))
    await site.twilio.text(person, f"odd-{chance.randrange(10**6)} {chance.choice(ODD_TEXTS)}")
    yield "odd text"


@misfortune("burst", "people", (0.5, 2.0), interrupts=False)
async def burst(site: Site, chance: Random) -> AsyncIterator[str]:
    """Send messages from many people at once."""
    assert OURS not in PEOPLE.values()
    for number in range(10):
        await site.twilio.text(chance.choice(sorted(PEOPLE.values())), f"burst-{chance.randrange(10**6)} {number}")
        await wait(0.01)
    yield "burst"
