"""Sending, from the command at the data server to the handset, with the platform's rule for failures."""

from pathlib import Path

import pytest

from support.driver_site import GUARD, OURS, REFUSED, refused, settings, site

BROKEN = {"type": "http_error", "status": 503}


async def test_a_text_reaches_the_handset_and_its_delivery_is_told(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True) as here:
        execution = await here.send("Door 3 forced")
        assert here.received() == ["Sent from your Twilio trial account - Door 3 forced"]
        await here.clock.advance(1)
        answer = await here.execution(execution)
        assert answer["state"] == "succeeded"
        assert answer["delivery"] == "delivered"
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["accepted"]
        assert [event["name"] for event in await here.events() if event["assetId"] == "guard"] == [
            "StateChanged",
            "MessageAccepted",
            "MessageDelivered",
        ]


async def test_a_failed_text_is_sent_again_after_five_seconds_and_not_before(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        execution = await here.send("Fire in B2")
        await here.clock.advance(4.999)
        assert here.creates() == 1
        await here.clock.advance(0.001)
        assert here.creates() == 2
        assert here.received() == ["Fire in B2"]
        answer = await here.execution(execution)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["refused", "accepted"]
        assert answer["attempts"][0]["code"] == 21612
        assert await here.status() == "Normal"


async def test_the_second_failure_terminates_and_puts_the_phone_into_fault(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=None)
        execution = await here.send("Fire in B2")
        await here.clock.advance(60)
        assert here.creates() == 2
        answer = await here.execution(execution)
        assert answer["state"] == "terminated"
        assert "attempt 2 of 2" in answer["reason"]
        phone = await here.asset("guard")
        assert (phone["status"], phone["facts"]["faults"][0]["cause"]) == ("Fault", "number_problem")
        assert "no route between the two numbers" in phone["reason"]
        assert await here.status("twilio") == "Fault"
        assert await here.status("gate") == "Normal"
        [failed] = await here.events("MessageFailed")
        assert failed["parameters"]["Error Code"] == 21612
        [dead] = await here.dead_letters()
        assert dead["executionId"] == execution


async def test_a_success_ends_the_fault(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=2)
        await here.send("first")
        await here.clock.advance(5)
        assert await here.status() == "Fault"
        await here.send("second")
        assert await here.status() == "Normal"
        assert await here.status("twilio") == "Normal"


async def test_a_dead_letter_is_requeued_once_however_often_it_is_asked(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=2)
        execution = await here.send("important")
        await here.clock.advance(5)
        first = await here.requeue(execution)
        second = await here.requeue(execution)
        assert first["executionId"] == second["executionId"]
        await here.clock.wait_idle()
        assert here.received() == ["important"]
        assert await here.dead_letters() == []
        again = await refused(here.client.requeue(first["executionId"]), 400)
        assert again["code"] == "command_refused"


@pytest.mark.parametrize("effect", [{"type": "reset_after"}, {"type": "hang_after"}])
async def test_a_text_whose_answer_was_lost_is_found_and_not_sent_twice(tmp_path: Path, effect: dict[str, str]) -> None:
    async with site(tmp_path, trial=True) as here:
        here.fault(effect)
        execution = await here.send("Only once, please")
        await here.clock.advance(30)
        assert len(here.received()) == 1
        answer = await here.execution(execution)
        assert (answer["state"], [attempt["outcome"] for attempt in answer["attempts"]]) == ("succeeded", ["adopted"])
        assert answer["delivery"] == "delivered"


async def test_two_equal_texts_whose_answers_were_lost_are_both_sent_once(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "reset_after"}, times=2)
        one, two = await here.send("Alarm"), await here.send("Alarm")
        await here.clock.advance(30)
        assert here.received() == ["Alarm", "Alarm"]
        sids = {(await here.execution(execution))["messageSid"] for execution in (one, two)}
        assert len(sids) == 2


async def test_a_refusing_server_gets_two_attempts_and_one_alarm(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(BROKEN, times=2)
        execution = await here.send("Fire")
        await here.clock.advance(5)
        answer = await here.execution(execution)
        assert (answer["state"], here.creates()) == ("terminated", 2)
        assert [attempt["httpStatus"] for attempt in answer["attempts"]] == [503, 503]
        assert await here.status() == "Fault"


async def test_the_same_command_id_sends_once(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        once, other = ({"Message Content": text} for text in ("Once", "Other"))
        first = await here.client.command("guard", "Send Message", once, commandId="k1")
        second = await here.client.command("guard", "Send Message", once, commandId="k1")
        assert first.execution_id == second.execution_id
        await here.clock.wait_idle()
        assert here.received() == ["Once"]
        problem = await refused(here.client.command("guard", "Send Message", other, commandId="k1"), 409)
        assert problem["code"] == "command_id_reused"


async def test_the_system_command_texts_any_number(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        parameters = {"Message Content": "Hello", "Destination Number": "+12015550155", "Source Phone Number": OURS}
        accepted = await here.client.system_command("twilio", "Send Message", parameters)
        await here.clock.wait_idle()
        assert here.received("+12015550155") == ["Hello"]
        assert (await here.client.execution(accepted.execution_id)).state == "succeeded"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"command": "Send Message"}, "parameters.Message Content"),
        ({"command": "Send Message", "parameters": {"Message Content": " "}}, "parameters.Message Content"),
        ({"command": "Send Message", "parameters": {"Message Content": "x" * 1601}}, "parameters.Message Content"),
        ({"command": "Send Message", "parameters": {"Message Content": "x", "To": "y"}}, "parameters.To"),
        ({"command": "Explode"}, "command"),
        ({"command": "Reset", "extra": 1}, "extra"),
        ({"command": "Mask", "parameters": {"Until": "tomorrow"}}, "parameters.Until"),
        ({"command": "Mask", "parameters": {"Until": "2027-01-01T00:00:00"}}, "parameters.Until"),
        ({"command": "Mask", "parameters": {"Until": "9999-12-31T23:59:59-14:00"}}, "parameters.Until"),
        ({}, "command"),
        ([], "(body)"),
    ],
)
async def test_a_wrong_command_is_refused_with_the_place_of_the_mistake(
    tmp_path: Path, body: object, path: str
) -> None:
    async with site(tmp_path) as here:
        problem = await here.post("/api/assets/guard/commands", body, status=400)  # type: ignore[arg-type]
        assert [error["path"] for error in problem["errors"]] == [path]
        assert here.creates() == 0


async def test_texts_between_the_same_numbers_keep_their_order_over_a_resend(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        await here.send("one")
        await here.send("two")
        await here.send("elsewhere", "gate")
        assert here.received("+12015550102") == ["elsewhere"]
        await here.clock.advance(10)
        assert here.received() == ["one", "two"]


async def test_a_text_that_becomes_too_old_while_its_sender_is_busy_ends_at_once(tmp_path: Path) -> None:
    async with site(tmp_path, send={"validity_s": 3, "per_sender_per_s": 0.1}) as here:
        await here.send("one")
        execution = await here.send("two", "gate")
        await here.clock.advance(2.9)
        assert (await here.execution(execution))["state"] == "accepted"
        await here.clock.advance(0.1)
        answer = await here.execution(execution)
        assert (answer["state"], answer["attempts"]) == ("terminated", [])
        assert answer["reason"].startswith("it was too old to be sent")
        assert here.creates() == 1


async def test_a_restart_between_the_attempts_leaves_exactly_one_more(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        here.fault(REFUSED, times=None)
        async with here.running(config):
            execution = await here.send("Fire")
        await here.clock.advance(3)
        async with here.running(config):
            assert here.creates() == 1
            await here.clock.advance(2)
            assert here.creates() == 2
            await here.clock.advance(60)
            assert here.creates() == 2
            assert (await here.execution(execution))["state"] == "terminated"


async def test_a_phone_without_a_number_says_so_and_refuses_to_send(tmp_path: Path) -> None:
    phones = [{"id": "half", "external_phone_number": GUARD}]
    async with site(tmp_path, phones=phones) as here:
        phone = await here.asset("half")
        assert (phone["status"], phone["facts"]["comm"]["reason"]) == ("No Communication", "CONFIG_INVALID")
        before = len(here.fake.requests)
        answer = await here.command("half", "Send Message", **{"Message Content": "x"})
        assert (answer["state"], answer["reason"]) == ("rejected", "Twilio Phone Number not configured")
        await here.clock.wait_idle()
        assert len(here.fake.requests) == before, "no answer of Twilio's could help"


async def test_a_phone_without_a_number_refuses_for_that_reason_while_twilio_is_away_too(tmp_path: Path) -> None:
    phones = [{"id": "half", "external_phone_number": GUARD}]
    async with site(tmp_path, start=False) as here:
        here.fault({"type": "reset_before"}, operation="*", times=None)
        async with here.running(settings(here.fake, tmp_path, phones=phones)):
            await here.clock.advance(60)
            assert (await here.asset("twilio"))["status"] == "No Communication"
            answer = await here.command("half", "Send Message", **{"Message Content": "x"})
            assert (answer["state"], answer["reason"]) == ("rejected", "Twilio Phone Number not configured")


async def test_the_answer_says_how_many_parts_the_text_makes(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for text, segments in (("short", 1), ("x" * 161, 2), ("👍" * 36, 2)):
            answer = await here.command("guard", "Send Message", **{"Message Content": text})
            assert answer["segments"] == segments
        assert "segments" not in await here.command("guard", "Mask")
