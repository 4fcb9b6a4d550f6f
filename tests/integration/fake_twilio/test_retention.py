"""A fake with a limit on stored messages: what it deletes, what it never deletes, and that lists stay correct."""

import pytest
from click.testing import CliRunner

from fake_twilio.cli import main
from support.fake_wire import GUARD, OURS, Wire, wire

KEPT = 20


async def bodies(site: Wire, **query: str) -> list[str]:
    """Return the bodies on all pages, newest first."""
    found, path = [], f"/2010-04-01/Accounts/{site.fake.account_sid}/Messages.json"
    address: str | None = f"{path}?PageSize=7" + "".join(f"&{key}={value}" for key, value in query.items())
    while address:
        async with site.session.get(f"{site.fake.base_url}{address}") as answer:
            page = await answer.json()
        found += [row["body"] for row in page["messages"]]
        address = page["next_page_uri"]
    return found


async def test_the_newest_messages_stay_and_older_ones_go() -> None:
    async with wire(keep_messages=KEPT) as site:
        sids = [(await site.created(f"text {number}"))["sid"] for number in range(100)]
        await site.fake.wait_idle()
        listed = await bodies(site)
        assert listed == [f"text {number}" for number in range(99, 99 - len(listed), -1)]
        assert KEPT <= len(listed) <= KEPT + KEPT // 10 + 1
        assert await bodies(site, To=GUARD.replace("+", "%2B")) == listed
        assert await bodies(site, From=OURS.replace("+", "%2B")) == listed
        async with site.session.get(f"{site.messages_url}/{sids[0]}.json") as answer:
            assert answer.status == 404
        assert (await site.fetch(sids[-1]))["body"] == "text 99"
        shown = await site.control("GET", "/messages")
        assert (shown["total"], shown["forgotten"]) == (len(listed), 100 - len(listed))


async def test_a_message_that_is_under_way_is_never_let_go_of() -> None:
    async with wire(keep_messages=KEPT) as site:
        await site.plant({"type": "hold", "at": "queued"}, match={"body": "^held$"})
        held = await site.created("held")
        for number in range(60):
            await site.created(f"text {number}")
        await site.fake.wait_idle()
        assert (await site.fetch(held["sid"]))["status"] == "queued"
        await site.control("POST", f"/held/{held['sid']}/release", {"status": "delivered"})
        await site.fake.wait_idle()
        assert (await site.fetch(held["sid"]))["status"] == "delivered"


async def test_it_is_not_looked_for_room_at_each_message_while_all_are_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with wire(keep_messages=KEPT) as site:
        state, tries = site.fake.context.state, list[int]()
        forget = state.forget_messages

        def counted(account_sid: str, kept: int) -> int:
            tries.append(kept)
            return forget(account_sid, kept)

        monkeypatch.setattr(state, "forget_messages", counted)
        await site.plant({"type": "hold", "at": "queued"}, times=80)
        for number in range(80):
            await site.created(f"held {number}")
        assert 0 < len(tries) < 30
        assert len(await bodies(site)) == 80
        for sid in list(state.held):
            site.fake.release(sid, "delivered")
        for number in range(4):
            await site.created(f"text {number}")
        await site.fake.wait_idle()
        assert len(await bodies(site)) <= KEPT + KEPT // 10 + 3


async def test_a_page_after_one_that_is_gone_is_empty() -> None:
    async with wire(keep_messages=KEPT) as site:
        for number in range(10):
            await site.created(f"text {number}")
        await site.fake.wait_idle()
        async with site.session.get(f"{site.messages_url}.json?PageSize=5") as answer:
            following = (await answer.json())["next_page_uri"]
        for number in range(50):
            await site.created(f"later {number}")
        await site.fake.wait_idle()
        async with site.session.get(f"{site.fake.base_url}{following}") as answer:
            page = await answer.json()
            assert (answer.status, page["messages"], page["next_page_uri"]) == (200, [], None)


async def test_a_reset_begins_to_count_anew() -> None:
    async with wire(keep_messages=1) as site:
        for number in range(5):
            await site.created(f"text {number}")
        await site.fake.wait_idle()
        assert (await site.control("GET", "/messages"))["forgotten"] > 0
        await site.control("POST", "/reset")
        assert (await site.control("GET", "/messages"))["forgotten"] == 0


@pytest.mark.parametrize("wrong", ["0", "-1", "many"])
def test_a_number_that_makes_no_sense_is_refused(wrong: str) -> None:
    shown = CliRunner().invoke(main, ["serve", "--keep-messages", wrong])
    assert shown.exit_code == 2
    assert "--keep-messages" in shown.output
