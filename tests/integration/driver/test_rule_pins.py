"""PINs: a person who has one needs it to acknowledge, and it is stored and logged nowhere."""

import json
from pathlib import Path
from typing import Any

import pytest

from driver.config.loading import load
from driver.domain.message import received_message
from driver.errors import ConfigurationError
from support.driver_site import GUARD, OURS, Site, settings, site
from support.driver_webhooks import webhook_site
from support.driver_workflows import CHAIN, FIRST_TEXT, PHONES, alarm, rules, texted

PIN = "47112"
WITH_PIN = rules(CHAIN, pins=[{"phone": "guard", "pin": PIN}])


async def everything_told(here: Site) -> str:
    answer = [await here.messages(), await here.audit(), await here.dead_letters(), await here.assets()]
    logs = await here.client.logs(pageSize="1000")
    return json.dumps([*answer, await here.events(), logs])


def kept_at_twilio(here: Site) -> list[str]:
    return [message.body for message in here.fake.handset(GUARD).messages if message.to == OURS]


@pytest.mark.parametrize("body", [f"10 {PIN}", f"ok 10, PIN {PIN}", "10 ４７１１２"])
async def test_a_code_and_the_pin_acknowledge_and_the_pin_is_nowhere(tmp_path: Path, body: str) -> None:
    async with site(tmp_path, **WITH_PIN, log={"bodies": True}) as here:
        await alarm(here)
        await texted(here, GUARD, body)
        assert await here.status("gate") == "Acknowledged"
        assert here.received(GUARD) == [FIRST_TEXT, "Acknowledged: Gate, Fault."]
        assert "[PIN]" in await everything_told(here)
        assert kept_at_twilio(here) == [""], "Twilio was asked to forget it"
        answer = await everything_told(here)
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir()).decode("utf-8", "replace")
    for place in (answer, stored):
        assert PIN not in place
        assert "４７１１２" not in place


async def test_a_text_that_another_driver_has_freed_of_its_pin_is_taken_as_it_is(tmp_path: Path) -> None:
    async with site(tmp_path, **WITH_PIN) as here:
        await alarm(here)
        message = received_message("SM" + "7" * 32, GUARD, OURS, body="10 [PIN]", at=here.clock.now())
        assert await here.driver.services.inbox.accept(message, way="webhook", had_pin=True)
        await here.clock.wait_idle()
        assert await here.status("gate") == "Acknowledged"
        assert (await here.get("/api/messages?q=PIN"))["items"][0]["body"] == "10 [PIN]"


async def test_a_webhook_logs_no_pin_either(tmp_path: Path) -> None:
    async with webhook_site(tmp_path, **WITH_PIN, log={"bodies": True}) as here:
        await here.client.trace(["http"])
        await alarm(here)
        for body in (f"10 {PIN}", "10 ４７１１２", "10 47-11-2"):
            await texted(here, GUARD, body)
        logs = json.dumps(await here.client.logs(pageSize="1000"), ensure_ascii=False)
        assert "webhook_received" in logs
        for written in (PIN, "４７１１２", "47-11-2"):
            assert written not in logs


async def test_without_the_pin_nothing_is_acknowledged_and_guessing_ends(tmp_path: Path) -> None:
    async with site(tmp_path, **WITH_PIN | {"notify": WITH_PIN["notify"] | {"replies_per_hour": 20}}) as here:
        await alarm(here)
        await texted(here, GUARD, "ack")
        await texted(here, GUARD, "10")
        await texted(here, GUARD, "10 [PIN]")
        for wrong in range(47113, 47118):
            await texted(here, GUARD, f"10 {wrong}")
        await texted(here, GUARD, f"10 {PIN}")
        assert await here.status("gate") == "Fault"
        assert here.received(GUARD)[1:] == [
            "Your PIN is missing. Text the code and your PIN.",
            "Your PIN is missing. Text 10 and your PIN.",
            "Not understood as an answer. Text a code and your PIN, such as 10, or STATUS for the open alarms.",
            *["That PIN is wrong."] * 5,
            "Too many wrong PINs. Call the control room.",
        ]
        await here.clock.advance(3600)
        await texted(here, GUARD, f"10 {PIN}")
        assert await here.status("gate") == "Acknowledged"


async def test_twilio_is_asked_again_until_it_has_forgotten_over_a_restart_too(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **WITH_PIN)
        async with here.running(config):
            await alarm(here)
            here.fake.faults.clear()
            here.fault({"type": "http_error", "status": 503}, "messages.update", times=None)
            await texted(here, GUARD, f"10 {PIN}")
            await here.clock.advance(120)
            assert kept_at_twilio(here) == [f"10 {PIN}"]
            warned = [each for each in await here.client.logs() if each["event"] == "pin_not_redacted"]
            assert len(warned) == 1, "said once, not every minute"
        async with here.running(config):
            here.fake.faults.clear()
            await here.clock.advance(60)
            assert kept_at_twilio(here) == [""]


async def test_a_message_that_twilio_has_no_more_needs_no_redaction(tmp_path: Path) -> None:
    async with site(tmp_path, **WITH_PIN) as here:
        await alarm(here)
        here.fault({"type": "http_error", "status": 404, "code": 20404}, "messages.update")
        await texted(here, GUARD, f"10 {PIN}")
        await here.clock.advance(120)
        asked = [each for each in here.fake.requests if each.operation == "messages.update"]
        assert len(asked) == 1


async def test_another_phone_of_the_same_person_needs_the_pin_too(tmp_path: Path) -> None:
    twin = {"id": "twin", "external_phone_number": GUARD, "twilio_phone_number": OURS}
    notify = WITH_PIN["notify"] | {"acknowledgers": ["twin", "guard"]}
    async with site(tmp_path, **WITH_PIN | {"phones": [*PHONES, twin], "notify": notify}) as here:
        await alarm(here)
        await texted(here, GUARD, "10")
        assert await here.status("gate") == "Fault"


@pytest.mark.parametrize(
    ("notify", "complaint"),
    [
        ({"pins": [{"phone": "guard", "pin": "4711"}]}, "expected 5 to 8 digits in quotes"),
        ({"pins": [{"phone": "guard", "pin": 47112}]}, "expected 5 to 8 digits in quotes"),
        ({"pins": [{"phone": "guard", "pin": PIN}] * 2}, "'guard' has two PINs"),
    ],
)
def test_a_pin_that_cannot_work_is_refused(tmp_path: Path, notify: dict[str, Any], complaint: str) -> None:
    lines = ["[twilio]", 'account_sid = "AC0123456789abcdef0123456789abcdef"', 'auth_token = "t"', "[notify]"]
    lines += ['acknowledgers = ["guard"]']
    for pin in notify["pins"]:
        lines += ["[[notify.pins]]", *(f"{key} = {json.dumps(value)}" for key, value in pin.items())]
    (tmp_path / "driver.toml").write_text("\n".join(lines))
    with pytest.raises(ConfigurationError) as refused:
        load(tmp_path / "driver.toml", {})
    assert complaint in str(refused.value)
    assert "4711" not in str(refused.value)
