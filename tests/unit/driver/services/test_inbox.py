"""An incoming message is stored once, with one event for the system and one for each phone it belongs to."""

from datetime import UTC, datetime, timedelta

import pytest

from driver.config.phones import PhoneConfig
from driver.domain.events import MESSAGE_RECEIVED, MESSAGE_RECEIVED_FROM_EXTERNAL
from driver.domain.message import Message, received_message
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError
from driver.services.inbox import MEDIA_MARK
from driver.services.pin_redaction import AGAIN, REDACT_MARK, PinRedaction
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import PHONES, ServicesRig

AT = datetime(2025, 12, 31, 23, 59, 30, tzinfo=UTC)


@pytest.fixture
def here() -> ServicesRig:
    return ServicesRig()


def text(sid: str = "SM1", body: str = "Fire", sender: str = GUARD, at: datetime = AT) -> Message:
    return received_message(sid, sender, OURS, body=body, at=at)


async def test_a_message_is_one_commit_with_the_systems_event_before_the_phones(here: ServicesRig) -> None:
    assert await here.inbox.accept(text(), way="poll")
    assert len(here.memory.commits) == 1
    row = here.memory.rows["SM1"]
    assert (row.asset_id, row.created_at, row.body) == ("guard", AT, "Fire")
    system, guard = here.memory.events
    assert (system.name, system.asset_id, system.event_id) == (MESSAGE_RECEIVED, "twilio", "SM1:twilio")
    assert (guard.name, guard.asset_id, guard.event_id) == (MESSAGE_RECEIVED_FROM_EXTERNAL, "guard", "SM1:guard")
    assert {event.occurred_at for event in (system, guard)} == {AT}
    assert system.parameters["Source Phone Number"] == GUARD
    assert "Source Phone Number" not in guard.parameters
    assert here.memory.marks == {}
    assert here.counted("received", way="poll") == 1


async def test_the_same_message_again_is_counted_and_nothing_else(here: ServicesRig) -> None:
    await here.inbox.accept(text(), way="webhook")
    assert not await here.inbox.accept(text(body="other"), way="poll")
    assert here.memory.rows["SM1"].body == "Fire"
    assert len(here.memory.events) == 2
    assert (here.counted("received", way="webhook"), here.counted("received_again", way="poll")) == (1, 1)


async def test_a_strangers_message_is_the_systems_alone(here: ServicesRig) -> None:
    await here.inbox.accept(text(sender="+12015550199"), way="poll")
    assert [event.asset_id for event in here.memory.events] == ["twilio"]
    assert here.memory.rows["SM1"].asset_id == ""


async def test_a_message_of_two_phones_is_listed_with_the_first(here: ServicesRig) -> None:
    both = (PHONES[0], PhoneConfig(id="again", external_phone_number=GUARD, twilio_phone_number=OURS))
    here = ServicesRig(*both)
    await here.inbox.accept(text(), way="poll")
    assert [event.asset_id for event in here.memory.events] == ["twilio", "guard", "again"]
    assert here.memory.rows["SM1"].asset_id == "guard"


async def test_what_cannot_be_stored_is_to_be_brought_again(here: ServicesRig) -> None:
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await here.inbox.accept(text(), way="poll")
    here.memory.work()
    assert await here.inbox.accept(text(), way="poll")


async def test_media_that_come_later_are_marked_with_the_messages_time(here: ServicesRig) -> None:
    await here.inbox.accept(text(), way="poll", media_late=True)
    assert here.memory.marks == {MEDIA_MARK + "SM1": AT.isoformat()}


async def test_a_pin_is_stored_nowhere_and_twilio_forgets_it(here: ServicesRig) -> None:
    here.inbox.configure({"guard": "4711"})
    async with here.running(here.redaction.run):
        await here.inbox.accept(text("SM1", "4711 ack 12"), way="poll")
        await here.inbox.accept(text("SM2", "ack 12"), way="poll")
        await here.inbox.accept(text("SM3", "4711 of another", sender=GATE), way="poll")
        await here.clock.wait_idle()
    assert "4711" not in str(here.memory.commits[0])
    assert "4711" in here.memory.rows["SM3"].body, "only the phone's own PIN is one"
    assert here.twilio.redactions == ["SM1"]
    assert here.memory.marks == {}


async def test_twilio_is_asked_after_a_restart_as_well(here: ServicesRig) -> None:
    marks = {REDACT_MARK + "SM1": AT.isoformat(), MEDIA_MARK + "SM2": AT.isoformat()}
    redaction = PinRedaction(here.store, here.twilio, here.clock, activity=here.activity, marks=marks)
    async with here.running(redaction.run):
        assert here.twilio.redactions == ["SM1"]
        assert here.clock.next_due() is None, "it rests until there is something to do"


async def test_where_a_pin_was_looked_for_before_the_text_is_left_as_it_is(here: ServicesRig) -> None:
    here.inbox.configure({"guard": "4711"})
    await here.inbox.accept(text("SM1", "ack 12"), way="webhook", had_pin=True)
    assert here.memory.marks == {REDACT_MARK + "SM1": AT.isoformat()}
    await here.inbox.accept(text("SM2", "4711 ack 12"), way="webhook", had_pin=False)
    assert here.memory.rows["SM2"].body == "4711 ack 12"
    assert set(here.memory.marks) == {REDACT_MARK + "SM1"}


async def test_twilio_is_asked_to_forget_until_it_has(here: ServicesRig) -> None:
    here.twilio.redaction_problem = GatewayError("no route", reason=None)
    async with here.running(here.redaction.run):
        await here.inbox.accept(text(), way="webhook", had_pin=True)
        await here.clock.advance(2 * AGAIN.total_seconds())
        assert here.twilio.redactions == ["SM1"] * 3
        assert set(here.memory.marks) == {REDACT_MARK + "SM1"}
        here.twilio.redaction_problem = GatewayError("gone", reason=None, http_status=404)
        await here.clock.advance(AGAIN.total_seconds())
        assert here.memory.marks == {}
        await here.clock.advance(10 * AGAIN.total_seconds())
        assert len(here.twilio.redactions) == 4


async def test_messages_of_one_second_keep_their_order(here: ServicesRig) -> None:
    for number, at in enumerate([AT, AT, AT, AT + timedelta(seconds=1), AT]):
        await here.inbox.accept(text(f"SM{number}", at=at), way="poll")
    listed = [here.memory.rows[f"SM{number}"].created_at - AT for number in range(5)]
    tick = timedelta.resolution
    assert listed == [0 * tick, tick, 2 * tick, timedelta(seconds=1), 0 * tick]
