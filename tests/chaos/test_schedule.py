"""The schedule: the same for the same seed, within its time, and of every kind that fits."""

from itertools import pairwise
from random import Random

import pytest

from chaos.misfortunes.register import REGISTER, schedule
from chaos.play import FAMILIES
from chaos.site import Plan

PLANS = [Plan("killed", "fake"), Plan("lives on", "stub", killed=False), Plan("three", "fake", drivers=3)]


def written(plan: Plan, seed: int, seconds: float = 300.0) -> list[tuple[str, float, float, str, int]]:
    by_victim = schedule(plan, seconds, Random(seed))
    return [
        (victim, turn.at, turn.lasts, turn.misfortune.kind, turn.seed)
        for victim, turns in by_victim.items()
        for turn in turns
    ]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_a_seed_plays_the_same_again(plan: Plan) -> None:
    assert written(plan, 7) == written(plan, 7)
    assert written(plan, 7) != written(plan, 8)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_misfortunes_of_one_victim_follow_each_other_and_end_in_time(plan: Plan) -> None:
    for turns in schedule(plan, 300, Random(7)).values():
        assert turns
        assert all(turn.at + turn.lasts < later.at for turn, later in pairwise(turns))
        assert turns[-1].at + turns[-1].lasts <= 300


def test_every_kind_comes_up_somewhere() -> None:
    assert FAMILIES
    played = {kind for plan in PLANS for _, _, _, kind, _ in written(plan, 7, 3000)}
    assert played == {misfortune.kind for misfortune in REGISTER}


def test_a_driver_that_lives_on_is_never_killed() -> None:
    kinds = {kind for _, _, _, kind, _ in written(PLANS[1], 7, 3000)}
    assert not kinds & {"kill", "kill storm", "stop"}
    assert kinds >= {"suspend", "clock step", "Twilio"}
