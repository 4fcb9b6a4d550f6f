"""Every kind of misfortune, and the schedule that a seed produces."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from random import Random

from chaos.site import Plan, Site

Play = Callable[[Site, Random], AsyncIterator[str]]
Fits = Callable[[Plan], bool]
#: Seconds between two misfortunes of one victim.
PAUSE_S = (0.3, 3.0)


@dataclass(frozen=True)
class Misfortune:
    """One kind. Those of one ``victim`` never overlap; ``lasts`` is the minimum and maximum time in seconds."""

    kind: str
    victim: str
    lasts: tuple[float, float]
    fits: Fits
    play: Callable[[Site, Random], AbstractAsyncContextManager[str]]
    interrupts: bool


@dataclass(frozen=True)
class Turn:
    """One misfortune at its time. ``seed`` decides its random choices."""

    at: float
    lasts: float
    misfortune: Misfortune
    seed: int


REGISTER: list[Misfortune] = []


def misfortune(
    kind: str, victim: str, lasts: tuple[float, float], fits: Fits = lambda _: True, *, interrupts: bool = True
) -> Callable[[Play], Play]:
    """Register an asynchronous generator: what it yields (a word for the figures) is in force until it resumes."""

    def register(play: Play) -> Play:
        REGISTER.append(Misfortune(kind, victim, lasts, fits, asynccontextmanager(play), interrupts))
        return play

    return register


def schedule(plan: Plan, seconds: float, chance: Random) -> dict[str, list[Turn]]:
    """Return the misfortunes of a site by victim; the same for the same seed on any machine."""
    by_victim: dict[str, list[Turn]] = {}
    for victim in sorted({each.victim for each in REGISTER if each.fits(plan)}):
        kinds = sorted(
            (each for each in REGISTER if each.victim == victim and each.fits(plan)), key=lambda each: each.kind
        )
        turns = by_victim[victim] = []
        end = chance.uniform(*PAUSE_S)
        while True:
            chosen = kinds[chance.randrange(len(kinds))]
            lasts = chance.uniform(*chosen.lasts)
            if end + lasts > seconds:
                break
            turns.append(Turn(end, lasts, chosen, chance.randrange(2**32)))
            end += lasts + chance.uniform(*PAUSE_S)
    return by_victim
