"""Workflow rules are added, changed and removed with the configuration while the driver runs."""

from pathlib import Path

from support.driver_site import GATE, GUARD, OURS, settings, site

RULE = {
    "name": "echo",
    "on": "Message Received from External Number",
    "do": [{"to": "gate", "message": "Guard: {Message Content}"}],
}
LATER = {**RULE, "do": [{"to": "gate", "message": "late", "after_s": 300}]}


async def test_rules_come_change_and_go(tmp_path: Path) -> None:
    async with site(tmp_path) as here:

        async def guard_says(words: str) -> list[str]:
            await here.fake.handset(GUARD).send(OURS, words)
            await here.clock.advance(15)
            return here.received(GATE)

        assert await guard_says("before there is a rule") == []
        await here.reload(tmp_path, workflows=[RULE])
        assert await guard_says("one") == ["Guard: one"]
        await here.reload(tmp_path, workflows=[{**RULE, "do": [{"to": "gate", "message": "changed"}]}])
        assert await guard_says("two") == ["Guard: one", "changed"]
        await here.reload(tmp_path, workflows=[LATER])
        await guard_says("three")
        await here.reload(tmp_path)
        await here.clock.advance(600)
        assert await guard_says("four") == ["Guard: one", "changed"], (
            "what a rule that is gone still had to say stays unsaid"
        )
        await here.reload(tmp_path, workflows=[RULE])
        assert await guard_says("five") == ["Guard: one", "changed", "Guard: five"]


async def test_rules_that_were_away_over_a_restart_see_nothing_of_what_happened_meanwhile(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        with_rule = settings(here.fake, tmp_path, workflows=[RULE])
        async with here.running(with_rule):
            await here.fake.handset(GUARD).send(OURS, "one")
            await here.clock.advance(15)
        async with here.running(settings(here.fake, tmp_path)):
            await here.fake.handset(GUARD).send(OURS, "two")
            await here.clock.advance(15)
        async with here.running(with_rule):
            await here.clock.advance(15)
            assert here.received(GATE) == ["Guard: one"]
