"""After a restart, rules process every event they missed, whatever the number and page, while other work goes on."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from driver.domain.events import MESSAGE_RECEIVED, Event
from driver.ports.store import Forget
from driver.services import rule_engine
from driver.store.store import SqlStore
from harness.driver.open_store import open_store
from support.driver_site import Site, settings, site
from support.driver_workflows import BOSS, rules

FORWARD = {
    "name": "hand on",
    "on": MESSAGE_RECEIVED,
    "where": {"Message Content": "*hurt*"},
    "do": [{"to": "boss", "message": "{Message Content}"}],
}


def arrived(number: int, text: str, at: datetime) -> Event:
    parameters = {"Message Content": text, "Source Phone Number": "+12015550177"}
    return Event(
        f"{text} {number}", "twilio", "IntegratedSystems/twilio", "System", MESSAGE_RECEIVED, parameters, {}, at, at
    )


async def missed(here: Site, folder: Path, texts: Sequence[str]) -> None:
    """Store events while no driver is running."""
    url = settings(here.fake, folder).store.url
    async with open_store(url) as store:
        for start in range(0, len(texts), 1000):
            block = enumerate(texts[start : start + 1000], start)
            await store.commit([arrived(number, text, here.clock.now()) for number, text in block])


async def test_more_events_than_fit_in_any_queue_lose_nothing(tmp_path: Path) -> None:
    texts = ["all quiet"] * 12_000
    for place in (0, 6_000, 11_999):
        texts[place] = f"hurt {place}"
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(FORWARD))
        async with here.running(config):
            await here.clock.wait_idle()
        await missed(here, tmp_path, texts)
        async with here.running(config):
            await here.clock.advance(10)
            assert here.received(BOSS) == ["hurt 0", "hurt 6000", "hurt 11999"]
        async with here.running(config):
            await here.clock.advance(10)
            assert len(here.received(BOSS)) == 3, "what was seen is remembered"


@pytest.mark.parametrize("page", [1, 3, 10])
async def test_small_pages_lose_nothing_and_texts_go_out_between_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: int
) -> None:
    monkeypatch.setattr(rule_engine, "CATCH_UP_PAGE", page)
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(FORWARD))
        async with here.running(config):
            await here.clock.wait_idle()
        await missed(here, tmp_path, [f"hurt {number}" for number in range(10)])
        after, handed_on = SqlStore.events_after, []

        async def noted(store: SqlStore, seq: int, limit: int) -> tuple[Event, ...]:
            assert limit == page
            handed_on.append(len((await store.executions(100, "")).items))
            return await after(store, seq, limit)

        monkeypatch.setattr(SqlStore, "events_after", noted)
        async with here.running(config):
            await here.clock.advance(10)
            assert here.received(BOSS) == [f"hurt {number}" for number in range(10)]
            steps = [after - before for before, after in itertools.pairwise(handed_on)]
            assert max(steps) <= page, "each page's texts are on their way before the next is read"


async def test_events_that_are_not_kept_any_more_are_named_in_the_log(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(FORWARD))
        async with here.running(config):
            await here.clock.wait_idle()
        await missed(here, tmp_path, ["hurt long ago", "the newest event is kept"])
        async with open_store(config.store.url) as store:
            await store.commit([Forget(here.clock.now().replace(year=2100), 1000)])
        await missed(here, tmp_path, ["x", "hurt now"])
        async with here.running(config):
            await here.clock.advance(10)
            assert here.received(BOSS) == ["hurt now"]
            assert [record["level"] for record in await here.client.logs(text="no longer stored")] == ["warning"]


async def test_what_quiet_hours_held_is_all_told_although_it_is_found_in_two_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rule_engine, "CATCH_UP_PAGE", 2)
    over = {"name": "over", "on": "AlarmCleared", "do": [{"to": "boss", "message": "{Asset} is over"}]}
    quiet = {"start": "23:00", "end": "00:10", "zone": "UTC"}
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(over, quiet_hours=quiet))
        async with here.running(config):
            await here.clock.wait_idle()
        async with open_store(config.store.url) as store:
            now = here.clock.now()
            for asset in ("guard", "gate", "boss", "twilio"):
                about = {"Alarm Type": "Fault", "Alarm ID": f"of {asset}"}
                event = Event(f"of {asset}", asset, f"Phones/{asset}", "Phone", "AlarmCleared", about, {}, now, now)
                await store.commit([event])
        await here.clock.advance(3600)
        async with here.running(config):
            await here.clock.advance(10)
            answer = " ".join(here.received(BOSS))
            assert [asset for asset in ("guard", "gate", "boss", "twilio") if f"{asset} is over" not in answer] == []
