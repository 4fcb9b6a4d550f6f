"""What an account may still send: its funds, a trial's messages per day, a free trial's units."""

import logging
from typing import Any

import pytest

from fake_twilio.errors import GENERATIONS, TwilioError
from fake_twilio.messages.quotas import DAILY_LIMIT, DAY, Quotas
from fake_twilio.model import free_trial
from support.fake_memory import MemoryFake
from support.fake_wire import ACCOUNT, GUARD

WHATSAPP = f"whatsapp:{GUARD}"


def trial(world: dict[str, Any] | None = None, **account: Any) -> tuple[MemoryFake, Quotas]:
    fake = MemoryFake(world=world, **{"type": "Trial", **account})
    return fake, fake.backend.quotas


def refused(check: Any) -> int:
    try:
        check()
    except TwilioError as exc:
        return exc.code
    return 0


async def test_a_trials_day_ends_with_the_message_that_is_a_day_old(caplog: pytest.LogCaptureFixture) -> None:
    fake, quotas = trial()
    for _ in range(DAILY_LIMIT):
        await fake.clock.advance(60)
        quotas.count_request(fake.account, later=False)
    with caplog.at_level(logging.WARNING):
        for _ in range(2):
            assert refused(lambda: quotas.count_request(fake.account, later=False)) == 63038
    (said,) = (record.getMessage() for record in caplog.records)
    assert said == (
        f"trial_daily_limit_reached account_sid={ACCOUNT} limit={DAILY_LIMIT} "
        'hint="set daily_trial_limit = 0 in the seed or upgrade the account to lift the limit"'
    )
    quotas.count_request(fake.account, later=True)
    await fake.clock.advance(DAY.total_seconds() - 60 * (DAILY_LIMIT - 1) - 1)
    assert refused(lambda: quotas.count_request(fake.account, later=False)) == 63038
    await fake.clock.advance(1)
    quotas.count_request(fake.account, later=False)
    assert refused(lambda: quotas.count_request(fake.account, later=False)) == 63038, "one message is now a day old"


async def test_the_refusal_names_the_account_and_its_limit() -> None:
    fake, quotas = trial({"daily_trial_limit": 1})
    quotas.count_request(fake.account, later=False)
    with pytest.raises(TwilioError) as caught:
        quotas.count_request(fake.account, later=False)
    assert caught.value._facts == {"account": ACCOUNT, "value": "1"}


@pytest.mark.parametrize(
    ("world", "limited"),
    [
        ({}, True),
        ({"wire_generation": GENERATIONS[-1]}, False),
        ({"daily_trial_limit": 0}, False),
        ({"daily_trial_limit": DAILY_LIMIT, "wire_generation": GENERATIONS[-1]}, True),
    ],
)
async def test_which_trials_have_a_limit(world: dict[str, Any], limited: bool) -> None:
    fake, quotas = trial(world)
    codes = {refused(lambda: quotas.count_request(fake.account, later=False)) for _ in range(DAILY_LIMIT + 1)}
    assert codes == ({0, 63038} if limited else {0})


async def test_an_account_that_does_not_work_sends_nothing() -> None:
    fake = MemoryFake(status="suspended")
    assert refused(lambda: fake.backend.quotas.check(fake.account, GUARD)) == 20005
    fake = MemoryFake()
    assert refused(lambda: fake.backend.quotas.check(fake.account, GUARD)) == 0


async def test_an_account_that_pays_is_never_counted() -> None:
    fake = MemoryFake(world={"daily_trial_limit": 1})
    assert all(fake.backend.quotas.take(fake.account, GUARD, counted=False) for _ in range(5))
    assert fake.context.state.units_used == {}


async def test_a_trials_message_counts_for_the_day_unless_its_request_did() -> None:
    fake, quotas = trial({"daily_trial_limit": 1})
    assert quotas.take(fake.account, GUARD, counted=True)
    assert quotas.take(fake.account, GUARD, counted=False)
    assert not quotas.take(fake.account, GUARD, counted=False)
    assert quotas.take(fake.account, GUARD, counted=True)


async def test_the_units_of_a_free_trial_end_for_each_channel_by_itself() -> None:
    fake, quotas = trial({"daily_trial_limit": 0}, profile="free-units")
    for _ in range(free_trial.UNITS):
        quotas.check(fake.account, GUARD)
        assert quotas.take(fake.account, GUARD, counted=True)
    assert not quotas.take(fake.account, GUARD, counted=True)
    assert fake.context.state.units_used == {f"{ACCOUNT} sms": free_trial.UNITS}
    with pytest.raises(TwilioError) as caught:
        quotas.check(fake.account, GUARD)
    assert (caught.value.code, caught.value._facts) == (63038, {"account": ACCOUNT, "value": str(free_trial.UNITS)})
    quotas.check(fake.account, GUARD, later=True)
    quotas.check(fake.account, WHATSAPP)
    assert quotas.take(fake.account, WHATSAPP, counted=True)
    assert fake.context.state.units_used[f"{ACCOUNT} whatsapp"] == 1


async def test_a_unit_is_not_spent_on_a_day_that_is_used_up() -> None:
    fake, quotas = trial({"daily_trial_limit": 1}, profile="free-units")
    assert quotas.take(fake.account, GUARD, counted=False)
    assert not quotas.take(fake.account, GUARD, counted=False)
    assert fake.context.state.units_used == {f"{ACCOUNT} sms": 1}


async def test_a_free_trial_ends_by_itself() -> None:
    fake, quotas = trial({"daily_trial_limit": 0}, profile="free-units")
    await fake.clock.advance(free_trial.LASTS.total_seconds() - 1)
    assert refused(lambda: quotas.check(fake.account, GUARD)) == 0
    await fake.clock.advance(1)
    assert refused(lambda: quotas.check(fake.account, GUARD, later=True)) == 20005
    paying, others = trial({"daily_trial_limit": 0})
    await paying.clock.advance(free_trial.LASTS.total_seconds())
    assert refused(lambda: others.check(paying.account, GUARD)) == 0
