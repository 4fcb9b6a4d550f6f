"""What becomes of an accepted message, and the codes with which others are refused."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from fake_twilio.errors import TwilioError
from fake_twilio.messages.media import Failure
from fake_twilio.model.channel_sender import SANDBOX
from fake_twilio.model.free_trial import SENDERS, TEMPLATES
from fake_twilio.model.message import Direction, Options, Status
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.webhooks import debugger
from support.fake_memory import MemoryFake, memory_fake
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS

SERVICE, TEMPLATE = "MG" + "a" * 32, "HX" + "a" * 32
ABROAD = "+4915112345678"
SERVICES = [{"sid": SERVICE, "numbers": [OURS]}]


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake(messaging_services=SERVICES) as made:
        yield made


def refused(fake: MemoryFake, **draft: Any) -> tuple[int, dict[str, Any]]:
    """Return the code of a refusal and the facts in its text."""
    before = len(fake.context.state.logs[ACCOUNT].rows)
    with pytest.raises(TwilioError) as caught:
        fake.submit(**draft)
    assert len(fake.context.state.logs[ACCOUNT].rows) == before, "nothing was created"
    return caught.value.code, caught.value._facts


async def test_a_message_is_first_seen_queued_with_its_segments(fake: MemoryFake) -> None:
    message = fake.shown(fake.submit("x" * 161))
    assert (message.sid[:2], message.status, message.segments, message.media) == ("SM", Status.QUEUED, 2, 0)
    assert (message.direction, message.sender, message.to) == (Direction.API, OURS, GUARD)


async def test_a_service_accepts_and_a_schedule_waits(fake: MemoryFake) -> None:
    accepted = fake.shown(fake.submit(sender="", service_sid=SERVICE))
    assert (accepted.status, accepted.segments, accepted.service_sid) == (Status.ACCEPTED, 0, SERVICE)
    at = fake.clock.now() + timedelta(hours=1)
    later = fake.shown(fake.submit(sender="", service_sid=SERVICE, options=Options(send_at=at)))
    assert later.status is Status.SCHEDULED


async def test_one_that_is_sent_as_mms_is_one_segment(fake: MemoryFake) -> None:
    message = fake.shown(fake.submit("x" * 161, options=Options(send_as_mms=True)))
    assert (message.sid[:2], message.segments) == ("MM", 1)


async def test_on_other_channels_every_message_is_one_segment() -> None:
    async with memory_fake(channel_senders=[{"sender": f"whatsapp:{OURS}"}]) as fake:
        sid = fake.submit("x" * 161, to=f"whatsapp:{GUARD}", sender=f"whatsapp:{OURS}")
        assert fake.shown(sid).segments == 1


async def test_smart_encoding_makes_fewer_segments_of_the_same_text(fake: MemoryFake) -> None:
    body = "\u201cFire\u201d"
    assert fake.shown(fake.submit(body)).body == body
    assert fake.shown(fake.submit(body, options=Options(smart_encoded=True))).body == '"Fire"'
    assert fake.shown(fake.submit(body, sender="", service_sid=SERVICE)).body == '"Fire"'


async def test_a_template_is_filled_in_and_has_to_be_one() -> None:
    template = {"sid": TEMPLATE, "body": "{{1}} at {{2}}"}
    async with memory_fake(content_templates=[template]) as fake:
        filled = Options(content_sid=TEMPLATE, content_variables='{"1": "Fire", "2": "gate"}')
        assert fake.shown(fake.submit("", options=filled)).body == "Fire at gate"
        assert fake.shown(fake.submit("", options=Options(content_sid=TEMPLATE))).body == "{{1}} at {{2}}"
        wrong = Options(content_sid=TEMPLATE, content_variables='{"1": "Fire"}')
        assert refused(fake, body="", options=wrong)[0] == 21656
        assert refused(fake, body="", options=Options(content_sid="HX" + "b" * 32))[0] == 21655


async def test_who_opted_out_is_not_texted_unless_a_service_takes_it_and_fails(fake: MemoryFake) -> None:
    fake.context.state.opted_out |= {f"{SERVICE} {GUARD}", f"{OURS} {GATE}"}
    assert refused(fake)[0] == 21610
    message = await fake.sent(service_sid=SERVICE)
    assert (message.status, message.error_code) == (Status.FAILED, 21610)


async def test_a_full_queue_takes_no_more() -> None:
    async with memory_fake(messages_per_second=0.00001) as fake:
        fake.submit()
        assert refused(fake) == (21611, {"sender": OURS})


@pytest.mark.parametrize(
    ("world", "to", "code", "facts"),
    [
        ({"unreachable": [GUARD]}, GUARD, 21612, {"to": GUARD, "sender": OURS}),
        ({"landlines": [GUARD]}, GUARD, 21635, {"to": GUARD}),
        ({"landlines": [ABROAD]}, ABROAD, 21614, {"to": ABROAD}),
    ],
)
async def test_where_no_text_can_go_none_is_taken(
    world: dict[str, Any], to: str, code: int, facts: dict[str, Any]
) -> None:
    async with memory_fake(world=world, geo_permissions=["US", "DE"]) as fake:
        assert refused(fake, to=to) == (code, facts)
        assert fake.submit(to=GATE)
        if code != 21612:
            assert fake.submit(to=to, options=Options(force_delivery=True))


async def test_a_number_without_mms_sends_none() -> None:
    numbers = [{"phone_number": OURS, "capabilities": ["sms"]}]
    async with memory_fake(numbers=numbers) as fake:
        for options in (Options(send_as_mms=True), Options(media_urls=("https://example.com/a.png",))):
            assert refused(fake, options=options) == (21621, {"sender": OURS})
        assert fake.submit()


async def test_no_more_are_scheduled_than_may_be() -> None:
    async with memory_fake(world={"scheduled_limit": 1}, messaging_services=SERVICES) as fake:
        at = fake.clock.now() + timedelta(hours=1)
        scheduled: dict[str, Any] = {"sender": "", "service_sid": SERVICE, "options": Options(send_at=at)}
        fake.submit(**scheduled)
        assert refused(fake, **scheduled)[0] == 35125
        assert fake.submit()
        await fake.clock.advance(3600)
        assert fake.submit(**scheduled | {"options": Options(send_at=at + timedelta(hours=2))})


async def test_a_text_of_twilios_own_costs_nothing_and_ignores_opt_outs(fake: MemoryFake) -> None:
    fake.context.state.opted_out.add(f"{SERVICE} {GUARD}")
    fake.backend.outbound.confirm(fake.account, OURS, GUARD, text="You are unsubscribed")
    await fake.clock.wait_idle()
    (message,) = fake.context.state.logs[ACCOUNT].rows.values()
    assert (message.status, message.direction, message.price) == (Status.DELIVERED, Direction.REPLY, "0.00000")


async def test_a_free_trial_texts_verified_people_from_lent_numbers_in_its_country() -> None:
    lent: dict[str, Any] = {"type": "Trial", "profile": "free-units", "verified": [GUARD, ABROAD]}
    async with memory_fake(world={"daily_trial_limit": 0}, **lent) as fake:
        alert = "sms_internal_alerts"
        assert refused(fake)[0] == 572006, "the body must be the name of a template"
        assert refused(fake, body=alert, to=GATE)[0] == 572002
        assert refused(fake, body=alert, sender="+12015550177")[0] == 572002
        assert refused(fake, body=alert, to=ABROAD) == (21408, {"to": ABROAD})
        assert refused(fake, to=f"whatsapp:{GUARD}", sender=SANDBOX)[0] == 21654
        for sender in (OURS, SENDERS[0]):
            assert fake.shown(fake.submit(alert, sender=sender)).body.endswith(TEMPLATES[alert])
        fake.context.state.validations.put(
            VerificationCall("CA1", ACCOUNT, GATE, "", "123456", fake.clock.now(), fake.clock.now())
        )
        assert refused(fake, body=alert, to=GATE)[0] == 572005, "the verification call is in progress"
        assert refused(fake, body=alert, to="+12015550103")[0] == 572002


async def test_there_has_to_be_something_to_send(fake: MemoryFake) -> None:
    assert refused(fake, body="")[0] == 21602
    assert refused(fake, body="", service_sid=SERVICE)[0] == 21619


async def test_a_service_that_makes_no_links_sends_media_only_where_they_arrive() -> None:
    services = [{"sid": SERVICE, "numbers": [OURS], "mms_converter": False}]
    async with memory_fake(messaging_services=services, geo_permissions=["US", "DE"]) as fake:
        media = Options(media_urls=("https://example.com/a.png",))
        assert refused(fake, to=ABROAD, service_sid=SERVICE, options=media) == (21612, {"to": ABROAD, "sender": OURS})
        assert fake.submit(to=ABROAD, service_sid=SERVICE)


async def test_media_that_cannot_be_had_are_told_to_the_debugger(
    fake: MemoryFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    alerts: list[tuple[int, dict[str, Any]]] = []
    monkeypatch.setattr(debugger, "alert", lambda _, code, _message, **more: alerts.append((code, more)))

    async def fetch_all(*_: object) -> Failure:
        return Failure(11200, "https://example.com/a.png", "no route")

    monkeypatch.setattr(fake.backend.media, "fetch_all", fetch_all)
    message = await fake.sent(options=Options(media_urls=("https://example.com/a.png",)))
    assert (message.status, message.error_code) == (Status.FAILED, 11200)
    assert alerts == [(11200, {"method": "GET", "url": "https://example.com/a.png", "reason": "no route"})]
