"""Injects misfortunes from a seed and judges the driver's behavior: ``tox -e chaos -- --seed N``."""

import argparse
import asyncio
import math
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

import click

from chaos.play import play
from chaos.report import Total, command, line
from chaos.site import Plan
from harness.driver.postgres_server import server_programs

#: A long run consists of rounds, each with its own databases and a seed that can be run alone.
ROUND_S = 150.0
DEFAULT_S = 40.0


def plans(number: int) -> list[Plan]:
    """Return the sites of a round. The Twilios alternate from round to round."""
    first, second = ("fake", "stub") if number % 2 else ("stub", "fake")
    sites = [Plan("killed", first, validity_s=40), Plan("lives on", second, killed=False)]
    return [*sites, Plan("three", first, drivers=3)] if server_programs() else sites


async def run(seed: int, seconds: float, only: int | None, folder: Path) -> bool:
    """Run all rounds or a single one; return True if every promise was kept."""
    rounds = max(1, math.ceil(seconds / ROUND_S))
    total = Total()
    for number in range(1, rounds + 1):
        if only is not None and number != only:
            continue
        places = [(plan, folder / f"round-{number}-{plan.name.replace(' ', '-')}") for plan in plans(number)]
        parts = [play(plan, place, seconds / rounds, f"{seed}/{number}") for plan, place in places]
        for (_, place), played in zip(places, await asyncio.gather(*parts), strict=True):
            click.echo(line(number, played))
            total.add(played)
            if not played.verdict.findings:
                shutil.rmtree(place)
                continue
            for finding in played.verdict.findings:
                click.echo(f"  BROKEN {finding}")
            click.echo(f"  logs: {place}\n  run again: {command(seed, seconds, number)}")
    click.echo(total.line(seed))
    click.echo(f"{total.kept} passed, {total.broken} failed")
    return total.broken == 0


def main() -> None:
    """Parse the arguments and run."""
    parser = argparse.ArgumentParser(prog="tox -e chaos --", description=__doc__)
    parser.add_argument("--seed", type=int, help="repeat the misfortunes of an earlier run; default: a new seed")
    parser.add_argument(
        "--seconds", type=float, default=DEFAULT_S, help="duration of the misfortunes; default: %(default)s"
    )
    parser.add_argument("--round", type=int, help="run only this round of a long run")
    given = parser.parse_args()
    seed = secrets.randbelow(1_000_000) if given.seed is None else given.seed
    click.echo(f"seed {seed}: {command(seed, given.seconds, given.round)}")
    folder = Path(tempfile.mkdtemp(prefix="chaos-"))
    kept = asyncio.run(run(seed, given.seconds, given.round, folder))
    if kept:
        shutil.rmtree(folder)
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
