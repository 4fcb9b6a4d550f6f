"""Messages that Twilio accepted are followed until they are delivered, lost or too old to be polled."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog.testing

from driver.domain.asset import Asset
from driver.domain.asset_changes import FaultRaised
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_DELIVERED, MESSAGE_FAILED
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import Message, Receipt, received_message
from driver.domain.message_status import MessageStatus
from driver.domain.send_result import Accepted
from driver.domain.twilio_errors import meaning
from driver.ports.gateway import GatewayError, RemoteMessage
from driver.services.delivery_tracking import GIVE_UP_S, MAX_EARLY, SCHEDULE_S
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

AWAY = GatewayError("no route", reason=None)
USUAL = {"asset": "guard", "Destination Number": GUARD, "Source Phone Number": OURS, "Execution ID": "E1"}


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        await made.online()
        made.twilio.asked.clear()
        async with made.running(made.tracking.run):
            yield made


async def accepted(here: ServicesRig, sid: str = "SM1", status: str = "queued", *, follow: bool = True) -> Message:
    """Have Twilio accept a message, which is followed from now on."""
    made, writes = here.tracking.accepted(here.message(), Accepted(sid, status, 2), "taken", Attempts=1)
    await here.store.commit(writes)
    if follow:
        here.tracking.follow(made)
    return made


def remote(here: ServicesRig, status: str, sid: str = "SM1", error_code: int | None = None) -> None:
    """Have Twilio show a message."""
    here.twilio.messages[sid] = RemoteMessage(
        sid, "outbound", OURS, GUARD, "Fire", status, None, None, error_code=error_code
    )


def asked(here: ServicesRig) -> list[str]:
    sids = [each["message"] for each in here.twilio.asked if "message" in each]
    here.twilio.asked.clear()
    return sids


async def test_what_twilio_made_of_a_message_is_stored_and_made_known(here: ServicesRig) -> None:
    made = await accepted(here)
    assert here.memory.rows == {"SM1": made}
    assert (made.direction, made.status, made.segments) == ("outbound", MessageStatus.QUEUED, 2)
    assert (made.execution_id, made.asset_id, made.body) == ("E1", "guard", "Fire")
    assert (made.created_at, made.updated_at) == (here.clock.now(), here.clock.now())
    (event,) = here.memory.named(MESSAGE_ACCEPTED)
    assert event == USUAL | {"Message SID": "SM1", "Attempts": 1, "Explanation": "taken"}
    assert here.memory.events[-1].event_id == f"SM1:{MESSAGE_ACCEPTED}"


@pytest.mark.parametrize(
    ("text", "status"), [("sent", MessageStatus.SENT), ("teleported", MessageStatus.QUEUED)], ids=["known", "unknown"]
)
async def test_a_status_that_nobody_knows_is_one_that_goes_on(
    here: ServicesRig, text: str, status: MessageStatus
) -> None:
    assert (await accepted(here, status=text)).status is status


async def test_it_is_asked_for_on_a_schedule_until_it_is_given_up(here: ServicesRig) -> None:
    remote(here, "queued")
    await accepted(here)
    for before, moment in zip((0.0, *SCHEDULE_S), SCHEDULE_S, strict=False):
        await here.clock.advance(moment - before - 0.1)
        assert asked(here) == []
        await here.clock.advance(0.1)
        assert asked(here) == ["SM1"]
    await here.clock.advance(SCHEDULE_S[-1] - 1)
    assert asked(here) == []
    await here.clock.advance(1)
    assert asked(here) == ["SM1"]
    await here.clock.advance(GIVE_UP_S - 2 * SCHEDULE_S[-1] - 1)
    asked(here)
    await here.clock.advance(1)
    assert asked(here) == ["SM1"], "once more at the very end"
    await here.clock.advance(10 * SCHEDULE_S[-1])
    assert asked(here) == []


async def test_after_a_restart_it_is_asked_for_by_its_age(here: ServicesRig) -> None:
    remote(here, "queued")
    made = await accepted(here, follow=False)
    ended = replace(made, sid="SM2", status=MessageStatus.DELIVERED)
    here.tracking.restore([replace(made, created_at=here.clock.now() - timedelta(seconds=4)), ended])
    await here.clock.advance(1.9)
    assert asked(here) == []
    await here.clock.advance(0.1)
    assert asked(here) == ["SM1"]
    future = replace(made, sid="SM3", created_at=here.clock.now() + timedelta(days=9))
    here.tracking.follow(future)
    await here.clock.advance(1)
    assert asked(here) == ["SM3"], "whoever set the clock back did not mean to wait"


async def test_a_delivered_message_ends_the_phones_fault_and_is_asked_for_no_more(here: ServicesRig) -> None:
    for cause in (FaultCause.DELIVERY_FAILED, FaultCause.SEND_FAILED):
        await here.assets.apply("guard", FaultRaised(cause, CauseKind.EVENT, "earlier"))
    await accepted(here)
    remote(here, "delivered")
    await here.clock.advance(1)
    assert here.memory.rows["SM1"].status is MessageStatus.DELIVERED
    assert here.memory.rows["SM1"].updated_at == here.clock.now()
    assert set(here.faults()) == {FaultCause.SEND_FAILED}
    assert {type(write) for write in here.memory.commits[-1]} >= {Message, Asset}
    assert here.memory.named(MESSAGE_DELIVERED) == [USUAL | {"Message SID": "SM1", "Status": "delivered"}]
    assert here.counted("receipts", status="delivered", way="poll") == 1
    asked(here)
    await here.clock.advance(60)
    assert asked(here) == []


@pytest.mark.parametrize("code", [30003, None])
async def test_a_lost_message_is_its_phones_fault(here: ServicesRig, code: int | None) -> None:
    await accepted(here)
    remote(here, "undelivered", error_code=code)
    await here.clock.advance(1)
    known = meaning(code, FaultCause.DELIVERY_FAILED, "the message was not delivered")
    detail = f"a message was not delivered: {known.text}" if code else "the message was not delivered"
    assert here.faults() == {FaultCause.DELIVERY_FAILED: (detail, code, known.hint)}
    assert here.memory.rows["SM1"].error_code == code
    (failed,) = here.memory.named(MESSAGE_FAILED)
    assert failed == USUAL | {
        "Message SID": "SM1",
        "Status": "undelivered",
        "Reason": "undelivered",
        "Error Code": code,
        "Explanation": known.text,
    }


async def test_only_a_suspended_account_has_twilio_asked_for_it(here: ServicesRig) -> None:
    async with here.running(here.monitor.run):
        here.twilio.asked.clear()
        for sid, code, probes in (("SM1", 30003, 0), ("SM2", 30002, 1)):
            await accepted(here, sid)
            await here.tracking.report(Receipt(sid, "failed", code), way="webhook")
            await here.clock.wait_idle()
            assert sum("services" in each for each in here.twilio.asked) == probes


async def test_statuses_move_forward_only(here: ServicesRig) -> None:
    await accepted(here)
    for status, stored in (
        ("sent", "sent"),
        ("sending", "sent"),
        ("sent", "sent"),
        ("odd", "sent"),
        ("delivered", "delivered"),
    ):
        assert await here.tracking.report(Receipt("SM1", status), way="webhook")
        assert here.memory.rows["SM1"].status == stored
    assert here.counted("receipts", status="sent", way="webhook") == 1
    assert here.memory.named(MESSAGE_DELIVERED) != []
    commits = len(here.memory.commits)
    await here.tracking.report(Receipt("SM1", "failed"), way="webhook")
    assert len(here.memory.commits) == commits


async def test_a_receipt_of_a_message_that_is_followed_no_more_counts_as_well(here: ServicesRig) -> None:
    await accepted(here, follow=False)
    assert await here.tracking.report(Receipt("SM1", "delivered"), way="webhook")
    assert here.memory.rows["SM1"].status is MessageStatus.DELIVERED


async def test_a_receipt_that_comes_before_its_message_is_taken_in_with_it(here: ServicesRig) -> None:
    assert not await here.tracking.report(Receipt("SM1", "delivered"), way="webhook")
    await accepted(here)
    await here.clock.wait_idle()
    assert here.memory.rows["SM1"].status is MessageStatus.DELIVERED
    assert (here.counted("receipts", status="delivered", way="webhook"), asked(here)) == (1, [])


async def test_early_receipts_are_kept_for_so_many_messages_only(here: ServicesRig) -> None:
    for number in range(MAX_EARLY + 1):
        here.tracking.keep_early(Receipt(f"SM{number}", "delivered"))
    for sid in ("SM0", "SM1", f"SM{MAX_EARLY}"):
        remote(here, "sent", sid)
        await accepted(here, sid)
        await here.clock.wait_idle()
    statuses = [here.memory.rows[sid].status.value for sid in ("SM0", "SM1", f"SM{MAX_EARLY}")]
    assert statuses == ["queued", "delivered", "delivered"]


async def test_a_receipt_for_a_received_message_is_none(here: ServicesRig) -> None:
    await here.inbox.accept(received_message("SM5", GUARD, OURS, body="Fire", at=here.clock.now()), way="poll")
    assert not await here.tracking.report(Receipt("SM5", "delivered"), way="webhook")
    assert here.memory.rows["SM5"].status is MessageStatus.RECEIVED


async def test_a_message_that_twilio_has_forgotten_is_followed_no_more(here: ServicesRig) -> None:
    await accepted(here)
    await here.clock.advance(60)
    assert asked(here) == ["SM1"]


async def test_a_receipt_that_comes_while_twilio_has_forgotten_the_message_counts(here: ServicesRig) -> None:
    asks = here.twilio.message

    async def message(sid: str) -> RemoteMessage | None:
        await here.tracking.report(Receipt(sid, "delivered"), way="webhook")
        return await asks(sid)

    setattr(here.twilio, "message", message)  # noqa: B010
    await accepted(here)
    await here.clock.advance(60)
    assert here.memory.rows["SM1"].status is MessageStatus.DELIVERED
    assert asked(here) == ["SM1"]
    remote(here, "queued", "SM2")
    await accepted(here, "SM2")
    await here.clock.advance(1)
    assert asked(here) == ["SM2"], "others are followed on"


async def test_while_twilio_does_not_answer_it_is_asked_again_as_scheduled(here: ServicesRig) -> None:
    here.twilio.messages["SM1"] = AWAY
    await accepted(here)
    await here.clock.advance(3)
    assert asked(here) == ["SM1", "SM1"]
    remote(here, "delivered")
    here.memory.fail()
    await here.clock.advance(3)
    assert str(here.memory.rows["SM1"].status) == "queued"
    here.memory.work()
    await here.clock.advance(6)
    assert str(here.memory.rows["SM1"].status) == "delivered"


async def test_several_messages_are_asked_for_each_in_its_time(here: ServicesRig) -> None:
    for sid in ("SM1", "SM2"):
        remote(here, "queued", sid)
    await accepted(here, "SM1")
    await here.clock.advance(0.5)
    await accepted(here, "SM2")
    await here.clock.advance(0.5)
    assert asked(here) == ["SM1"]
    await here.clock.advance(0.5)
    assert asked(here) == ["SM2"]
    await here.clock.advance(1.5)
    assert asked(here) == ["SM1"]


async def test_an_event_of_a_message_without_a_phone_is_the_systems(here: ServicesRig) -> None:
    message = here.message(scope="system", asset_id="twilio")
    _, writes = here.tracking.accepted(message, Accepted("SM1", "queued"), "taken")
    await here.store.commit(writes)
    assert here.memory.named(MESSAGE_ACCEPTED)[0]["asset"] == "twilio"
    assert here.memory.rows["SM1"].asset_id == ""


async def test_what_has_ended_meanwhile_is_not_asked_for(here: ServicesRig) -> None:
    await accepted(here)
    assert await here.tracking.report(Receipt("SM1", "delivered", None), way="webhook")
    await here.clock.advance(GIVE_UP_S)
    assert asked(here) == []
