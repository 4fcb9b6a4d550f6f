"""Final statuses that the seed sets, per phone number and as a share of all messages."""

from collections import Counter

import pytest

from fake_twilio.seed.loading import load_seed
from fake_twilio.seed.models import SeedError
from support.fake_wire import GATE, GUARD, seed, wire


async def test_messages_to_a_telephone_end_as_the_seed_says() -> None:
    async with wire(seed=seed() | {"fates": {GUARD: 30003, GATE: 30001}, "delivered_percent": 100}) as site:
        ended = []
        for to in (GUARD, GATE, "+12015550170"):
            sid = (await site.created(To=to))["sid"]
            await site.fake.clock.advance(60)
            message = await site.fetch(sid)
            ended.append((message["status"], message["error_code"]))
        assert ended == [("undelivered", 30003), ("failed", 30001), ("delivered", None)]


async def test_a_share_of_the_messages_is_delivered_and_a_named_telephone_always() -> None:
    document = seed() | {"delivered_percent": 70, "random_seed": 7, "fates": {GATE: 0}}
    counts = []
    for _ in range(2):
        async with wire(seed=document) as site:
            sids = [(await site.created())["sid"] for _ in range(60)]
            always = [(await site.created(To=GATE))["sid"] for _ in range(20)]
            await site.fake.clock.advance(600)
            counts.append(Counter([(await site.fetch(sid))["status"] for sid in sids]))
            assert {(await site.fetch(sid))["status"] for sid in always} == {"delivered"}
    assert counts[0] == counts[1]
    assert 30 <= counts[0]["delivered"] <= 54
    assert counts[0].total() == counts[0]["delivered"] + counts[0]["undelivered"]


async def test_those_that_are_not_delivered_end_with_the_codes_of_the_seed() -> None:
    document = seed() | {"delivered_percent": 50, "undelivered_codes": [30003, 30001], "random_seed": 7}
    ended = []
    for _ in range(2):
        async with wire(seed=document) as site:
            sids = [(await site.created())["sid"] for _ in range(60)]
            await site.fake.clock.advance(600)
            messages = [await site.fetch(sid) for sid in sids]
            ended.append([(message["status"], message["error_code"]) for message in messages])
    assert ended[0] == ended[1]
    counts = Counter(ended[0])
    assert set(counts) == {("delivered", None), ("undelivered", 30003), ("failed", 30001)}
    assert min(counts["undelivered", 30003], counts["failed", 30001]) >= 5


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("fates", 30003, "fates: 30003 is not a table"),
        ("fates", {"nobody": 30003}, "fates.nobody: 'nobody'"),
        ("fates", {GUARD: 1}, "1 is neither an error code that a message can end with nor 0"),
        ("fates", {GUARD: 21211}, "21211 is neither an error code that a message can end with nor 0"),
        ("fates", {GUARD: True}, "True is neither an error"),
        ("fates", {GUARD: False}, "False is neither an error"),
        ("delivered_percent", 101, "101 is not a number from 0 to 100"),
        ("delivered_percent", "most", "'most' is not a number"),
        ("undelivered_codes", [], r"undelivered_codes: \[\] contains no error code, such as 30003"),
        (
            "undelivered_codes",
            [30003, 0],
            r"undelivered_codes\[1\]: 0 is not an error code that a message can end with",
        ),
        (
            "undelivered_codes",
            [21211],
            r"undelivered_codes\[0\]: 21211 is not an error code that a message can end with",
        ),
        (
            "undelivered_codes",
            [11200],
            r"undelivered_codes\[0\]: 11200 is not an error code that a message can end with",
        ),
    ],
)
def test_mistakes_are_named(key: str, value: object, said: str) -> None:
    with pytest.raises(SeedError, match=said):
        load_seed(seed() | {key: value})
