"""Whether a message exists at Twilio if the response to its request was lost."""

from dataclasses import replace
from datetime import timedelta

import pytest
import structlog.testing

from driver.config.phones import PhoneConfig
from driver.domain.delivery import Found, LookupFailed, NotFound
from driver.domain.facts import CommReason
from driver.domain.message import Receipt
from driver.domain.send_result import Accepted, Failure, FailureKind
from driver.ports.gateway import GatewayError, RemoteMessage
from driver.services.message_lookup import MARGIN, judged
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

SERVICE, OTHER = "MG" + "a" * 32, "MG" + "b" * 32
AWAY = GatewayError("no route", reason=CommReason.UNREACHABLE)


def row(sid: str, status: str, error_code: int | None = None) -> RemoteMessage:
    return RemoteMessage(
        sid, "outbound", "+12015550100", "+12015550101", "Fire", status, None, None, error_code, segments=1
    )


def test_the_newest_that_left_or_still_may_is_the_message() -> None:
    rows = [row("SM4", "failed", 21610), row("SM3", "sent"), row("SM2", "delivered"), row("SM1", "canceled")]
    assert judged(rows) == Found(Accepted("SM3", "sent", 1))


def test_what_never_left_is_not_the_message_and_says_why() -> None:
    refusal = Failure(FailureKind.REFUSED, "Twilio lists it as failed, error 21608", code=21608)
    assert judged([row("SM2", "failed", 21608), row("SM1", "canceled")]) == NotFound(refusal)
    assert judged([row("SM1", "canceled")]) == NotFound(
        Failure(FailureKind.REFUSED, "Twilio lists it as canceled", code=None)
    )
    assert judged([]) == NotFound()


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig(
        PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number=OURS),
        PhoneConfig(id="gate", external_phone_number=GUARD, twilio_phone_number=SERVICE),
    )
    await made.online()
    made.twilio.asked.clear()
    return made


async def test_the_list_is_asked_for_the_pair_since_the_first_attempt(here: ServicesRig) -> None:
    created = here.clock.now()
    begun = created - timedelta(minutes=3)
    assert await here.lookup.look_up(here.message()) == NotFound()
    assert await here.lookup.look_up(here.message(first_at=begun)) == NotFound()
    assert here.twilio.asked == [{"from": OURS, "to": GUARD, "since": since - MARGIN} for since in (created, begun)]


async def test_only_a_message_with_the_same_text_that_nobody_else_sent_is_the_one(here: ServicesRig) -> None:
    here.lookup.note_sender(OTHER)
    rows = [
        replace(row("SM1", "sent"), body="Water"),
        replace(row("SM2", "sent"), messaging_service_sid=SERVICE),
        replace(row("SM3", "sent"), messaging_service_sid=OTHER),
        row("SM4", "sent"),
        replace(row("SM5", "sent"), messaging_service_sid="MG9"),
    ]
    here.twilio.rows = rows[:3]
    assert await here.lookup.look_up(here.message()) == NotFound()
    for one in (rows[3], rows[4]):
        here.twilio.rows = [one]
        assert await here.lookup.look_up(here.message()) == Found(Accepted(one.sid, "sent", 1))


async def test_what_is_stored_already_is_another_message(here: ServicesRig) -> None:
    here.twilio.rows = [row("SM1", "sent")]
    made, writes = here.tracking.accepted(here.message("E2"), Accepted("SM1", "sent"), "taken")
    await here.store.commit(writes)
    assert made.sid == "SM1"
    assert await here.lookup.look_up(here.message()) == NotFound()


@pytest.mark.parametrize(("sid", "found"), [("", True), (SERVICE, True), (OTHER, False)])
async def test_a_service_sends_under_its_own_name_or_none(here: ServicesRig, sid: str, found: bool) -> None:
    here.twilio.rows = [replace(row("SM1", "sent"), messaging_service_sid=sid)]
    answer = await here.lookup.look_up(here.message(from_number=SERVICE))
    assert isinstance(answer, Found) is found


async def test_a_receipt_names_the_message_and_no_list_is_searched(here: ServicesRig) -> None:
    message = here.message()
    here.memory.executions["E1"] = message
    await here.orphan_receipts.add("E1", Receipt("SM7", "delivered", None, OURS, GUARD))
    assert await here.lookup.look_up(message) == Found(Accepted("SM7", "delivered"))
    here.twilio.messages["SM7"] = AWAY
    assert await here.lookup.look_up(message) == Found(Accepted("SM7", "delivered")), "as little as the receipt says"
    here.twilio.messages["SM7"] = row("SM7", "failed", 21610)
    refusal = await here.lookup.look_up(message)
    assert isinstance(refusal, NotFound)
    assert {tuple(each) for each in here.twilio.asked} == {("message",)}


async def test_an_answer_may_be_news_and_a_failure_says_nothing() -> None:
    with structlog.testing.capture_logs():
        here = ServicesRig()
        assert await here.lookup.look_up(here.message()) == NotFound()
        assert not here.assets.system_down, "Twilio answers, so the line is not lost"
        here.twilio.list_problem = AWAY
        assert await here.lookup.look_up(here.message()) == LookupFailed("no route")
