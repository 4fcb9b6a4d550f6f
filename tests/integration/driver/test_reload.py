"""Hot reload of a changed configuration: no message, connection or state is lost."""

from datetime import timedelta
from pathlib import Path

from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.services.retention import FIRST
from harness.driver.configuration import receiving
from harness.loopback import free_port
from support.driver_site import GATE, GUARD, OURS, REFUSED, Site, settings, site
from support.driver_webhooks import post


def asked(here: Site, operation: str) -> int:
    return sum(exchange.operation == operation for exchange in here.fake.requests)


async def test_whether_a_failed_text_faults(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for wanted, shown in ((False, "Normal"), (True, "Fault")):
            await here.reload(tmp_path, states={"fault_on_send_failure": wanted})
            here.fault(REFUSED, times=2)
            await here.send("Fire")
            await here.clock.advance(5)
            assert await here.status() == shown


async def test_whether_the_system_is_in_fault_with_its_phones(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=2)
        await here.send("Fire")
        await here.clock.advance(5)
        for wanted, shown in ((False, "Normal"), (True, "Fault")):
            await here.reload(tmp_path, states={"child_fault_rollup": wanted})
            assert (await here.status("twilio"), await here.status()) == (shown, "Fault")


async def test_how_often_twilio_is_looked_at_and_how_fast_it_counts_as_lost(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.reload(tmp_path, states={"probe_interval_s": 10, "comm_loss_threshold": 1})
        before = asked(here, "accounts.fetch")
        await here.clock.advance(100)
        assert asked(here, "accounts.fetch") - before == 10
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(10)
        assert await here.status("twilio") == "No Communication"


async def test_how_texts_are_sent(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.reload(tmp_path, send={"retry_permanent": False, "validity_s": 60, "per_sender_per_s": 0.1})
        here.fault(REFUSED)
        execution = await here.send("refused for good")
        assert len((await here.execution(execution))["attempts"]) == 1
        await here.clock.advance(10)
        await here.send("one")
        await here.send("two", "gate")
        assert (here.received(), here.received(GATE)) == (["one"], [])
        await here.clock.advance(10)
        assert here.received(GATE) == ["two"]
        created = [exchange for exchange in here.fake.requests if exchange.operation == "messages.create"]
        assert "ValidityPeriod=60" in str(created[-2].body)


async def test_whether_sending_without_communication_is_rejected(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.reload(tmp_path, states={"reject_when_down": True})
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(60)
        assert (await here.command("guard", "Send Message", **{"Message Content": "x"}))["state"] == "rejected"


async def test_how_often_texts_are_fetched(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.reload(tmp_path, receive={"poll_interval_s": 60})
        before = asked(here, "messages.list")
        await here.clock.advance(600)
        assert asked(here, "messages.list") - before == 10


async def test_webhooks_are_checked_against_the_new_token_and_address(tmp_path: Path) -> None:
    port = free_port()
    receive = receiving(f"http://127.0.0.1:{port}", port)
    async with site(tmp_path, receive=receive) as here:
        form = {"MessageSid": "SM" + "1" * 32, "AccountSid": here.fake.account_sid, "From": GUARD, "To": OURS}
        assert await post(here, "/twilio/sms", form, token="the-next-token") == 403
        await here.reload(tmp_path, receive=receive, twilio={"auth_token_secondary": "the-next-token"})
        assert await post(here, "/twilio/sms", form, token="the-next-token") == 200
        moved = receive | {"public_url": "https://sms.example.com"}
        await here.reload(tmp_path, receive=moved)
        assert await post(here, "/twilio/sms", form) == 403, "it signed another address"
        await here.send("Fire")
        created = [exchange for exchange in here.fake.requests if exchange.operation == "messages.create"]
        assert "sms.example.com" in str(created[-1].body)


async def test_an_address_for_receipts_that_was_put_right_is_used_again(tmp_path: Path) -> None:
    receive = receiving("http://127.0.0.1:1", 0)
    async with site(tmp_path, receive=receive) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21609})
        await here.send("Fire")
        await here.clock.advance(5)
        assert [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]] == ["webhook_invalid"]
        await here.reload(tmp_path, receive=receive | {"public_url": "http://127.0.0.1:2"})
        await here.send("Fire")
        assert (await here.asset("twilio"))["facts"]["faults"] == []


async def test_how_long_things_are_kept(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        then = here.clock.now() - timedelta(days=20)
        old = Message("SM1", "inbound", GUARD, OURS, "old", MessageStatus.RECEIVED, then, then)
        await here.driver.services.store.commit([old])
        await here.reload(tmp_path, store={"retention_days": 10})
        await here.clock.advance(FIRST.total_seconds())
        assert await here.messages() == []


async def test_what_is_logged(tmp_path: Path) -> None:
    async with site(tmp_path, log={"level": "ERROR"}) as here:
        await here.send("x")
        assert await here.logged("attempt_started") == []
        await here.reload(tmp_path, log={"level": "INFO"})
        await here.send("y")
        assert len(await here.logged("attempt_started")) == 1


async def test_texts_in_flight_are_sent_once_however_often_the_configuration_is_reloaded(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "latency", "seconds": 2}, times=None)
        texts = [f"text {number}" for number in range(12)]
        for number, text in enumerate(texts):
            asset = "guard" if number % 2 else "gate"
            await here.client.command(asset, "Send Message", {"Message Content": text})
            await here.driver.reload(
                settings(here.fake, tmp_path, twilio={"concurrency": 1 + number}, states={"latch": bool(number % 2)})
            )
        await here.clock.wait_idle()
        await here.clock.advance(120)
        assert sorted(here.received() + here.received(GATE)) == sorted(texts)
        assert here.creates() == len(texts)
