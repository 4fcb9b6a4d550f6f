"""Opting out of a number, of a service, and of a toll-free number, where the carriers handle it."""

from typing import Any

import pytest

from support.fake_wire import GATE, OURS, Wire, seed, wire

SECOND, FREE_OF_CHARGE = "+12015550199", "+18005550100"
HELP = "Reply STOP to unsubscribe. Msg&Data Rates May Apply."


async def texted(site: Wire, body: str, to: str = OURS) -> list[str]:
    """Text a number and return the bodies of everything it has sent so far, oldest first."""
    await site.text(body, to=to)
    return await site.bodies(From=to)


async def sent(site: Wire, **form: str) -> tuple[Any, ...]:
    """Send a message; return the code of the refusal, or the final status and error code."""
    async with site.create(**form) as answer:
        document = await answer.json()
    if answer.status != 201:
        return (document["code"],)
    await site.fake.wait_idle()
    row = await site.fetch(document["sid"])
    return row["status"], row["error_code"]


def with_numbers(*numbers: str, **account: Any) -> dict[str, Any]:
    return seed(numbers=[{"phone_number": number} for number in numbers], **account)


async def test_the_answer_to_a_keyword_costs_nothing() -> None:
    async with wire(seed=with_numbers(OURS, balance="1.00")) as site:
        await texted(site, "STOP")
        async with site.session.get(f"{site.messages_url}.json") as answer:
            confirmation, keyword = (await answer.json())["messages"]
        assert (confirmation["price"], keyword["price"]) == ("0.00000", "-0.00750")
        account = site.messages_url.removesuffix("/Messages")
        async with site.session.get(f"{account}/Balance.json") as answer:
            assert (await answer.json())["balance"] == "0.9925"
        async with site.session.get(f"{account}/Usage/Records/Today.json?Category=sms-outbound") as answer:
            (record,) = (await answer.json())["usage_records"]
        assert (record["count"], record["price"]) == ("1", "0")


@pytest.mark.parametrize("word", ["STOP", "stopall", " Unsubscribe ", "CANCEL", "end", "QUIT", "Revoke", "OPTOUT"])
@pytest.mark.parametrize("back", ["START", "yes", "UnStop"])
async def test_out_and_in_again(word: str, back: str) -> None:
    async with wire(seed=with_numbers(OURS, SECOND)) as site:
        assert await sent(site) == ("delivered", None)
        await texted(site, word)
        assert await sent(site) == (21610,)
        # Only this pair of numbers is affected.
        assert await sent(site, From=SECOND) == ("delivered", None)
        assert await sent(site, To=GATE) == ("delivered", None)
        await texted(site, back)
        assert await sent(site) == ("delivered", None)


@pytest.mark.parametrize("body", ["STOP please", "don't stop", "STOP.", "S TOP", "endless"])
async def test_only_the_whole_text_counts(body: str) -> None:
    async with wire() as site:
        assert await texted(site, body) == []
        assert await sent(site) == ("delivered", None)


@pytest.mark.parametrize("word", ["HELP", "info"])
async def test_help(word: str) -> None:
    async with wire() as site:
        assert await texted(site, word) == [HELP]
        assert site.received[0].form["Body"] == word


async def test_a_toll_free_number_is_stopped_by_the_carriers() -> None:
    """Messages are accepted and lost, carriers' replies are not messages of the account, and YES does not opt in."""
    async with wire(seed=with_numbers(FREE_OF_CHARGE)) as site:
        assert await texted(site, "HELP", FREE_OF_CHARGE) == [HELP]
        assert await texted(site, "STOP", FREE_OF_CHARGE) == [HELP]
        assert await texted(site, "HELP", FREE_OF_CHARGE) == [HELP]
        assert await sent(site, From=FREE_OF_CHARGE) == ("undelivered", 30004)
        await texted(site, "YES", FREE_OF_CHARGE)
        assert await sent(site, From=FREE_OF_CHARGE) == ("undelivered", 30004)
        assert not [body for body in await texted(site, "UNSTOP", FREE_OF_CHARGE) if "re-subscribed" in body]
        assert await sent(site, From=FREE_OF_CHARGE) == ("delivered", None)


async def test_who_opted_out_is_remembered_over_a_restart() -> None:
    document = with_numbers(OURS)
    async with wire(seed=document) as site:
        await texted(site, "STOP")
        snapshot = await site.control("GET", "/snapshot")
    async with wire(seed=document) as site:
        await site.control("PUT", "/snapshot", snapshot)
        assert await sent(site) == (21610,)
