"""The steps of a message: its default life cycle, one from the seed or a fault, or none for now."""

from typing import Any

import pytest

from fake_twilio import Fault
from fake_twilio.messages.delivery_plans import LANDLINE, DeliveryPlans
from fake_twilio.model.lifecycle import Life, Step
from fake_twilio.model.message import Status
from support.fake_memory import MemoryFake, message
from support.fake_wire import GATE, GUARD, OURS

USUAL: Life = (Step(Status.SENDING, 1, 2), Step(Status.SENT, 3, 4), Step(Status.DELIVERED, 5, 6))
BEFORE = USUAL[:-1]
LOST = {"type": "delivery", "status": "undelivered", "error_code": 30005}


def ending(status: Status, code: int | None) -> Life:
    return (*BEFORE, Step(status, 5, 6, code))


async def life(world: dict[str, Any] | None = None, to: str = GUARD, *faults: Fault) -> Life:
    fake = MemoryFake(world=world)
    for fault in faults:
        fake.context.faults.add(fault)
    return DeliveryPlans(fake.context).life_of(message(to=to), USUAL)


def fault(effect: dict[str, Any], **match: str) -> Fault:
    return Fault(effect, match, times=None)


async def test_a_message_takes_its_usual_life() -> None:
    assert await life() == USUAL
    assert await life({"fates": {GUARD: 0}, "delivered_percent": 0}) == USUAL, "0 means delivered"


async def test_a_landline_and_a_number_that_cannot_text_get_none() -> None:
    assert await life({"landlines": [GUARD]}) == ending(Status.UNDELIVERED, LANDLINE)
    assert await life({"landlines": [GATE]}) == USUAL


@pytest.mark.parametrize(
    ("code", "end"),
    [
        (30003, ending(Status.UNDELIVERED, 30003)),
        (30001, (Step(Status.FAILED, 5, 6, 30001),)),
        (30036, (Step(Status.FAILED, 5, 6, 30036),)),
    ],
)
async def test_the_seed_says_with_which_error_messages_to_a_number_end(code: int, end: Life) -> None:
    assert await life({"fates": {GUARD: code}}) == end
    assert await life({"fates": {GUARD: code}}, GATE) == USUAL


async def test_a_share_of_the_messages_is_lost_the_same_for_the_same_seed() -> None:
    world = {"delivered_percent": 60, "undelivered_codes": [30003, 30005], "random_seed": 7}

    def ends(plans: DeliveryPlans) -> list[int | None]:
        return [plans.life_of(message(), USUAL)[-1].error_code for _ in range(500)]

    fake = MemoryFake(world=world)
    plans = DeliveryPlans(fake.context)
    drawn = ends(plans)
    assert 250 < drawn.count(None) < 350
    assert set(drawn) == {None, 30003, 30005}
    for reset in fake.context.on_reset:
        reset()
    assert ends(plans) == drawn
    assert ends(DeliveryPlans(MemoryFake(world=world).context)) == drawn
    none = DeliveryPlans(MemoryFake(world=world | {"delivered_percent": 0}).context)
    assert None not in ends(none)


@pytest.mark.parametrize(
    ("effect", "taken"),
    [
        (LOST, ending(Status.UNDELIVERED, 30005)),
        ({"type": "delivery", "status": "failed", "error_code": 30007}, (Step(Status.FAILED, 5, 6, 30007),)),
        ({"type": "hold", "at": "sent"}, USUAL[:2]),
        ({"type": "hold", "at": "queued"}, ()),
        ({"type": "delivery", "status": "sent"}, USUAL[:2]),
        ({"type": "delivery", "status": "queued"}, ()),
        ({"type": "delivery", "status": "sent", "after": 9}, (USUAL[0], Step(Status.SENT, 9, 9))),
        ({"type": "delivery", "status": "queued", "after": 9}, ()),
    ],
)
async def test_a_fault_plans_another_end_or_none_for_now(effect: dict[str, Any], taken: Life) -> None:
    assert await life(None, GUARD, fault(effect)) == taken


async def test_a_fault_goes_by_the_numbers_and_the_text() -> None:
    for match in ({"to": GUARD}, {"from": OURS}, {"body": "Fire"}):
        assert await life(None, GUARD, Fault(LOST, match)) == ending(Status.UNDELIVERED, 30005)
    for match in ({"to": GATE}, {"from": GATE}, {"body": "Water"}):
        assert await life(None, GUARD, Fault(LOST, match)) == USUAL


async def test_a_parked_message_goes_on_from_where_it_is() -> None:
    fake = MemoryFake()
    plans = DeliveryPlans(fake.context)
    fake.context.faults.add(fault({"type": "hold", "at": "sent"}))
    parked, waiting = message(status=Status.SENT), message(status=Status.QUEUED)
    for one, status, code, rest in (
        (parked, "", None, USUAL[2:]),
        (parked, "undelivered", 30005, ending(Status.UNDELIVERED, 30005)[2:]),
        (parked, "failed", 30007, (Step(Status.FAILED, 5, 6, 30007),)),
        (parked, "sent", None, ()),
        (waiting, "", None, USUAL),
    ):
        assert plans.life_of(one, USUAL) == USUAL[:2]
        assert set(fake.context.state.held) == {"SM1"}
        assert plans.release(one, status, code, usual=USUAL) == rest
        assert fake.context.state.held == {}
    with pytest.raises(KeyError):
        plans.release(parked, "", None, usual=USUAL)


async def test_the_last_step_may_take_its_own_time() -> None:
    slow = await life(None, GUARD, fault(LOST | {"after": 9}))
    assert slow == (*BEFORE, Step(Status.UNDELIVERED, 9, 9, 30005))
