"""Rules across restarts, crashes and database failures: nothing is lost and nothing is sent twice."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from driver.domain import escalation
from driver.domain.rule_state import RuleState
from driver.errors import StoreUnavailableError
from driver.ports.store import Committed, Forget, Once, SetMark, Write
from driver.services.rule_engine import RULE_STATE
from driver.services.rule_state_codec import dump
from harness.driver.open_store import open_store
from support.driver_site import GUARD, settings, site
from support.driver_workflows import BOSS, CHAIN, FIRST_TEXT, PHONES, alarm, rules, texted


async def test_the_chain_goes_on_over_a_restart_at_the_times_it_had(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.wait_idle()
            await alarm(here)
            assert here.received(GUARD) == [FIRST_TEXT]
        await here.clock.advance(200)
        async with here.running(config):
            await here.clock.wait_idle()
            await here.clock.advance(60)
            assert here.received(BOSS) == []
            await texted(here, GUARD, "10")
            assert await here.status("gate") == "Acknowledged", "the code is remembered"
            await here.clock.advance(300)
            assert here.received(BOSS) == []


async def test_what_fell_due_while_the_driver_was_away_goes_out_when_it_is_back(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.wait_idle()
            await alarm(here)
        await here.clock.advance(1000)
        async with here.running(config):
            await here.clock.wait_idle()
            assert here.received(BOSS) == ["Gate is still in Fault"]


async def test_a_crash_before_remembering_sends_nothing_twice(tmp_path: Path) -> None:
    """After a crash the stored rule state may be older than what was done; all events since are processed again."""
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.wait_idle()
        async with open_store(config.store.url) as store:
            before = (await store.remember()).marks[RULE_STATE]
        async with here.running(config):
            await here.clock.wait_idle()
            await alarm(here)
            await here.clock.advance(400)
            await texted(here, GUARD, "10")
        texts = (here.received(GUARD), here.received(BOSS))
        assert len(texts[0]) == 3
        async with open_store(config.store.url) as store:
            await store.commit([SetMark(RULE_STATE, before)])
        async with here.running(config):
            await here.clock.wait_idle()
            await here.clock.advance(1000)
        assert (here.received(GUARD), here.received(BOSS)) == texts


async def test_a_database_that_fails_delays_rules_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        store = here.driver.services.store
        commit, since, refused = store.commit, store.events_after, 0

        async def failing(writes: Sequence[Write], *, once: Once | None = None) -> Committed:
            nonlocal refused
            if any(isinstance(write, SetMark) and write.name == RULE_STATE for write in writes) and refused < 3:
                refused += 1
                raise StoreUnavailableError("full disk")
            return await commit(writes, once=once)

        monkeypatch.setattr(store, "commit", failing)
        await alarm(here)
        assert here.received(GUARD) == []
        await here.clock.advance(20)
        assert (refused, here.received(GUARD)) == (3, [FIRST_TEXT])
        assert store.events_after == since


async def test_a_database_that_cannot_be_read_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        workflows, store = here.driver.services.workflows, here.driver.services.store
        assert workflows._subscription is not None
        since, refused = store.events_after, 0

        async def failing(seq: int, limit: int) -> Any:
            nonlocal refused
            refused += 1
            if refused < 3:
                raise StoreUnavailableError("locked")
            return await since(seq, limit)

        monkeypatch.setattr(store, "events_after", failing)
        workflows._subscription.size = 0
        await alarm(here)
        workflows._subscription.size = 1000
        await here.clock.advance(20)
        assert here.received(GUARD) == [FIRST_TEXT], "its queue overflowed, and what it lost was read again"
        assert refused == 3


async def test_rules_that_were_away_too_long_go_on_with_the_newest(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            await here.clock.wait_idle()
            await alarm(here)
            await here.command("gate", "Acknowledge")
            await here.command("gate", "Reset")
        async with open_store(config.store.url) as store:
            later = here.clock.now().replace(year=2100)
            await store.commit([Forget(later, 1000), SetMark(RULE_STATE, dump(RuleState(seq=0)))])
        async with here.running(config):
            await here.clock.wait_idle()
            assert here.received(GUARD) == []
            await alarm(here)
            assert here.received(GUARD) == [FIRST_TEXT]


async def test_too_many_waiting_texts_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "MAX_WAITING", 1)
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        assert here.received(GUARD) == [FIRST_TEXT]
        assert [record["asset_id"] for record in await here.client.logs(text="too many messages")] == ["guard", "boss"]
        assert len(await here.dead_letters()) == 3, "the message to the gate and two of the rule's"


async def test_an_alarm_of_an_asset_that_is_gone_is_over(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.wait_idle()
            await alarm(here)
        fewer = settings(here.fake, tmp_path, **(rules(CHAIN) | {"phones": [PHONES[0], PHONES[2]]}))
        async with here.running(fewer):
            await here.clock.wait_idle()
            await texted(here, GUARD, "10")
            assert here.received(GUARD)[-1] == "That alarm is over: Gate, Fault."
            await here.clock.advance(600)
            assert here.received(BOSS) == []


async def test_events_told_twice_are_looked_at_once(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        workflows = here.driver.services.workflows
        assert workflows._subscription is not None
        workflows._subscription.put(await here.driver.services.store.events_since(0, 100) or ())
        await here.clock.wait_idle()
        assert here.received(GUARD) == [FIRST_TEXT]
