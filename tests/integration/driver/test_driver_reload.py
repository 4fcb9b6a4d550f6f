"""A changed configuration is taken over while everything runs: no message, no connection and no state is lost."""

import asyncio
import json
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import trustme

from driver.dataserver.hashes import hash_password, hash_token
from driver.domain.message import MessageStatus
from driver.errors import ConfigurationError, StartError
from driver.ports.records import MessageRow
from driver.ports.store import PutMessage
from driver.services.retention import FIRST
from support.driver_ports import free_port
from support.driver_site import GATE, GUARD, OURS, Site, settings, site
from support.driver_webhooks import post

REFUSED = {"type": "http_error", "status": 400, "code": 21612}


@asynccontextmanager
async def reloadable(folder: Path, **sections: Any) -> AsyncIterator[Site]:
    async with site(folder, start=False) as here, here.running(settings(here.fake, folder, **sections)):
        yield here


async def reload(here: Site, folder: Path, **sections: Any) -> None:
    """Take over a configuration and let everything follow."""
    await here.driver.reload(settings(here.fake, folder, **sections))
    await here.clock.settle()


async def records(here: Site, event: str, token: str = "") -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{here.driver.debugtools_url}/api/logs?pageSize=1000"
    async with here.http.get(url, headers=headers) as answer:
        return [record for record in (await answer.json())["items"] if record["event"] == event]


def asked(here: Site, operation: str) -> int:
    return sum(exchange.operation == operation for exchange in here.fake.requests)


async def test_whether_a_failed_text_faults(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        for wanted, shown in ((False, "Normal"), (True, "Fault")):
            await reload(here, tmp_path, states={"fault_on_send_failure": wanted})
            here.fault(REFUSED, times=2)
            await here.send("Fire")
            await here.clock.advance(5)
            assert await here.status() == shown


async def test_whether_the_system_is_in_fault_with_its_phones(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        here.fault(REFUSED, times=2)
        await here.send("Fire")
        await here.clock.advance(5)
        for wanted, shown in ((False, "Normal"), (True, "Fault")):
            await reload(here, tmp_path, states={"child_fault_rollup": wanted})
            assert (await here.status("twilio"), await here.status()) == (shown, "Fault")


async def test_how_often_twilio_is_looked_at_and_how_fast_it_counts_as_lost(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        await reload(here, tmp_path, states={"probe_interval_s": 10, "comm_loss_threshold": 1})
        before = asked(here, "accounts.fetch")
        await here.clock.advance(100)
        assert asked(here, "accounts.fetch") - before == 10
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(10)
        assert await here.status("twilio") == "No Communication"


async def test_how_texts_are_sent(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        await reload(here, tmp_path, send={"retry_permanent": False, "validity_s": 60, "per_sender_per_s": 0.1})
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
    async with reloadable(tmp_path) as here:
        await reload(here, tmp_path, states={"reject_when_down": True})
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(60)
        assert (await here.command("guard", "Send Message", **{"Message Content": "x"}))["state"] == "rejected"


async def test_how_often_texts_are_fetched(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        await reload(here, tmp_path, receive={"poll_interval_s": 60})
        before = asked(here, "messages.list")
        await here.clock.advance(600)
        assert asked(here, "messages.list") - before == 10


async def rotated(here: Site, step: str) -> str:
    """Make a secondary token, or promote it, as a person does in Twilio's console; return what Twilio shows."""
    auth = {"Authorization": aiohttp.encode_basic_auth(here.fake.account_sid, here.fake.auth_token)}
    async with here.http.post(f"{here.fake.base_url}/v1/AuthTokens/{step}", headers=auth) as answer:
        assert answer.status in {200, 201}
        return str((await answer.json()).get("secondary_auth_token", ""))


async def test_a_token_is_rotated_without_a_gap(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        old, fresh = here.fake.auth_token, await rotated(here, "Secondary")
        await reload(here, tmp_path, twilio={"auth_token": fresh, "auth_token_secondary": old})
        await here.send("before the promotion")
        await rotated(here, "Promote")
        await here.send("after it")
        await reload(here, tmp_path, twilio={"auth_token": fresh})
        await here.clock.advance(120)
        assert here.received() == ["before the promotion", "after it"]
        assert "AlarmRaised" not in {event["name"] for event in await here.events()}


async def test_a_rotated_token_is_swapped_while_texts_wait(tmp_path: Path) -> None:
    """What Twilio's rotation does: a secondary token is made, and promoted; the old one is refused from then on."""
    async with reloadable(tmp_path) as here:
        async with here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as stream:
            fresh = await rotated(here, "Secondary")
            await rotated(here, "Promote")
            first = await here.send("while the old one is refused")
            assert (await here.asset("twilio"))["facts"]["comm"]["reason"] == "AUTH_FAILED"
            await reload(here, tmp_path, twilio={"auth_token": fresh})
            assert await here.status("twilio") == "Normal"
            await here.clock.advance(5)
            second = await here.send("with the new one")
            assert [(await here.execution(each))["state"] for each in (first, second)] == ["succeeded"] * 2
            assert here.received() == ["while the old one is refused", "with the new one"]
            assert not stream.closed
        async with here.http.get(f"{here.driver.debugtools_url}/api/logs?pageSize=1000") as answer:
            log = await answer.text()
        assert fresh not in log
        assert here.fake.auth_token not in log


async def test_webhooks_are_checked_against_the_new_token_and_address(tmp_path: Path) -> None:
    receive = {"mode": "both", "webhook_host": "127.0.0.1", "webhook_port": free_port()}
    receive["public_url"] = f"http://127.0.0.1:{receive['webhook_port']}"
    async with reloadable(tmp_path, receive=receive) as here:
        form = {"MessageSid": "SM" + "1" * 32, "AccountSid": here.fake.account_sid, "From": GUARD, "To": OURS}
        assert await post(here, "/twilio/sms", form, token="the-next-token") == 403
        await reload(here, tmp_path, receive=receive, twilio={"auth_token_secondary": "the-next-token"})
        assert await post(here, "/twilio/sms", form, token="the-next-token") == 200
        moved = receive | {"public_url": "https://sms.example.com"}
        await reload(here, tmp_path, receive=moved)
        assert await post(here, "/twilio/sms", form) == 403, "it signed another address"
        await here.send("Fire")
        created = [exchange for exchange in here.fake.requests if exchange.operation == "messages.create"]
        assert "sms.example.com" in str(created[-1].body)


async def test_an_address_for_receipts_that_was_put_right_is_used_again(tmp_path: Path) -> None:
    receive = {"mode": "both", "webhook_host": "127.0.0.1", "webhook_port": 0, "public_url": "http://127.0.0.1:1"}
    async with reloadable(tmp_path, receive=receive) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21609})
        await here.send("Fire")
        await here.clock.advance(5)
        assert [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]] == ["webhook_invalid"]
        await reload(here, tmp_path, receive=receive | {"public_url": "http://127.0.0.1:2"})
        await here.send("Fire")
        assert (await here.asset("twilio"))["facts"]["faults"] == []


RULE = {
    "name": "echo",
    "on": "Message Received from External Number",
    "do": [{"to": "gate", "message": "Guard: {Message Content}"}],
}
LATER = {**RULE, "do": [{"to": "gate", "message": "late", "after_s": 300}]}


async def test_rules_come_change_and_go(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:

        async def guard_says(words: str) -> list[str]:
            await here.fake.handset(GUARD).send(OURS, words)
            await here.clock.advance(15)
            return here.received(GATE)

        assert await guard_says("before there is a rule") == []
        await reload(here, tmp_path, workflows=[RULE])
        assert await guard_says("one") == ["Guard: one"]
        await reload(here, tmp_path, workflows=[{**RULE, "do": [{"to": "gate", "message": "changed"}]}])
        assert await guard_says("two") == ["Guard: one", "changed"]
        await reload(here, tmp_path, workflows=[LATER])
        await guard_says("three")
        await reload(here, tmp_path)
        await here.clock.advance(600)
        assert await guard_says("four") == ["Guard: one", "changed"], (
            "what a rule that is gone still had to say stays unsaid"
        )
        await reload(here, tmp_path, workflows=[RULE])
        assert await guard_says("five") == ["Guard: one", "changed", "Guard: five"]


async def test_rules_that_were_away_over_a_restart_see_nothing_of_what_happened_meanwhile(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        with_rule = settings(here.fake, tmp_path, workflows=[RULE])
        async with here.running(with_rule):
            await here.fake.handset(GUARD).send(OURS, "one")
            await here.clock.advance(15)
        async with here.running(settings(here.fake, tmp_path)):
            await here.fake.handset(GUARD).send(OURS, "two")
            await here.clock.advance(15)
        async with here.running(with_rule):
            await here.clock.advance(15)
            assert here.received(GATE) == ["Guard: one"]


ANN = {"username": "ann", "password_hash": hash_password("right horse"), "role": "operator"}
OLD, NEW = ({"name": name, "token_hash": hash_token(name), "role": "engineer"} for name in ("old", "new"))


async def status(here: Site, token: str) -> int:
    headers = {"Authorization": f"Bearer {token}"}
    async with here.http.get(f"{here.driver.dataserver_url}/api/info", headers=headers) as answer:
        return answer.status


async def test_users_and_tokens(tmp_path: Path) -> None:
    async with reloadable(tmp_path, dataserver={"users": [ANN], "tokens": [OLD]}) as here:
        login = {"username": "ann", "password": "right horse"}
        session = (await here.post("/api/Auth/Login", login, 200))["token"]
        url = f"{here.driver.dataserver_url}/api/events?access_token="
        logs = f"{here.driver.debugtools_url}/api/logs/stream?access_token=old"
        async with (
            here.http.ws_connect(url + "old") as revoked,
            here.http.ws_connect(url + session) as kept,
            here.http.ws_connect(logs) as watched,
        ):
            for stream in (revoked, kept):
                assert [json.loads((await stream.receive(5)).data)["type"] for _ in "12"] == ["hello", "snapshot"]
            await reload(here, tmp_path, dataserver={"users": [ANN], "tokens": [NEW]})
            assert [await status(here, token) for token in ("old", "new", session)] == [401, 200, 200]
            while (frame := await watched.receive(5)).type is aiohttp.WSMsgType.TEXT:
                pass
            assert (frame.type, frame.data) == (aiohttp.WSMsgType.CLOSE, 1008)
            await here.clock.advance(15)
            assert json.loads((await revoked.receive(5)).data) == {"type": "goodbye", "reason": "access"}
            assert json.loads((await kept.receive(5)).data)["type"] == "heartbeat"
        viewer = ANN | {"role": "viewer"}
        await reload(here, tmp_path, dataserver={"users": [viewer], "tokens": [NEW]})
        assert await status(here, session) == 401, "a user whose role changed logs in again"


async def test_how_long_things_are_kept(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        then = here.clock.now() - timedelta(days=20)
        old = MessageRow("SM1", "inbound", GUARD, OURS, "old", MessageStatus.RECEIVED, then, then)
        await here.driver.parts.store.commit([PutMessage(old)])
        await reload(here, tmp_path, store={"retention_days": 10})
        await here.clock.advance(FIRST.total_seconds())
        assert (await here.get("/api/messages"))["items"] == []


async def test_what_is_logged(tmp_path: Path) -> None:
    async with reloadable(tmp_path, log={"level": "ERROR"}) as here:
        await here.send("x")
        assert await records(here, "sending") == []
        await reload(here, tmp_path, log={"level": "INFO"})
        await here.send("y")
        assert len(await records(here, "sending")) == 1


async def test_the_reload_is_told_and_on_record(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        await reload(here, tmp_path, states={"latch": True}, send={"lookups": 5})
        assert [record["changed"] for record in await records(here, "configuration reloaded")] == [["send", "states"]]
        line = (await here.get("/api/audit"))["items"][0]
        assert (line["Command/Status"], line["Action"], line["User Name"]) == (
            "Configuration",
            "Reloaded: send, states",
            "driver",
        )
        await reload(here, tmp_path, states={"latch": True}, send={"lookups": 5})
        assert (await here.get("/api/audit"))["items"][0]["Action"] == "Reloaded: nothing changed"


async def test_what_only_a_restart_takes_over_is_named_and_stays_as_it_was(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        elsewhere = {"url": f"sqlite:///{tmp_path}/other.db", "retention_days": 30}
        await reload(
            here,
            tmp_path,
            dataserver={"port": 9622},
            internal={"debug_port": 9623},
            store=elsewhere,
            twilio={"account_sid": "AC" + "f" * 32, "base_url": "https://api.twilio.com"},
            receive={"mode": "both", "public_url": "https://sms.example.com"},
            system={"id": "other", "caption": "Texts"},
        )
        (told,) = await records(here, "changes that only a restart takes over")
        assert told["keys"] == [
            "system.id",
            "twilio.account_sid",
            "twilio.base_url",
            "receive.mode",
            "dataserver.port",
            "store.url",
            "internal.debug_port",
        ]
        assert (await here.asset("twilio"))["caption"] == "Texts"
        assert await here.status("twilio") == "Normal"
        await here.send("Fire")
        assert here.received() == ["Fire"]
        config = here.driver.config
        assert (config.store.retention_days, config.store.url) == (30, f"sqlite:///{tmp_path}/driver.db")


async def test_a_change_that_is_unsafe_before_the_restart_is_refused_as_a_whole(tmp_path: Path) -> None:
    async with reloadable(tmp_path, dataserver={"host": "0.0.0.0", "tokens": [OLD]}) as here:
        with pytest.raises(ConfigurationError, match=r"restart, which dataserver\.host waits for"):
            await reload(here, tmp_path, dataserver={"host": "127.0.0.1"}, states={"latch": True})
        assert [await status(here, token) for token in ("old", "")] == [200, 401]
        assert here.driver.config.states.latch is False


async def test_texts_in_flight_are_sent_once_however_often_the_configuration_is_reloaded(tmp_path: Path) -> None:
    async with reloadable(tmp_path) as here:
        here.fault({"type": "latency", "seconds": 2}, times=None)
        texts = [f"text {number}" for number in range(12)]
        for number, text in enumerate(texts):
            asset = "guard" if number % 2 else "gate"
            command = {"command": "Send Message", "parameters": {"Message Content": text}}
            await here.post(f"/api/assets/{asset}/commands", command)
            await here.driver.reload(
                settings(here.fake, tmp_path, twilio={"concurrency": 1 + number}, states={"latch": bool(number % 2)})
            )
        await here.clock.settle()
        await here.clock.advance(120)
        assert sorted(here.received() + here.received(GATE)) == sorted(texts)
        assert here.creates() == len(texts)


async def test_a_renewed_certificate_is_shown_on_new_connections(tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"

    def issue() -> ssl.SSLContext:
        authority = trustme.CA()
        issued = authority.issue_cert("127.0.0.1")
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        trusting = ssl.create_default_context()
        authority.configure_trust(trusting)
        return trusting

    first = issue()
    files = {"tls_certificate": str(certificate), "tls_key": str(key)}
    async with reloadable(tmp_path, dataserver=files) as here:
        second = issue()
        url = f"{here.driver.dataserver_url}/healthz"
        for trusting, other in ((first, second), (second, first)):
            async with aiohttp.ClientSession() as fresh:
                async with fresh.get(url, ssl=trusting) as answer:
                    assert answer.status == 200
                with pytest.raises(aiohttp.ClientConnectorCertificateError):
                    await fresh.get(url, ssl=other)
            await reload(here, tmp_path, dataserver=files)
        certificate.write_text("nonsense")
        with pytest.raises(StartError, match=r"cert\.pem .* cannot be used"):
            await reload(here, tmp_path, dataserver=files, states={"latch": True})
        assert here.driver.config.states.latch is False


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
async def test_a_running_program_takes_it_over_on_sighup(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        file, ready = tmp_path / "driver.toml", tmp_path / "ready.json"
        text = (
            f'[twilio]\naccount_sid = "{here.fake.account_sid}"\nauth_token = "{here.fake.auth_token}"\n'
            f'base_url = "{here.fake.base_url}"\n[dataserver]\nport = 0\n[internal]\ndebug_port = 0\n'
            f'[store]\nurl = "sqlite:///{tmp_path}/driver.db"\n'
        )
        file.write_text(text)
        command = [sys.executable, "-P", "-m", "driver", "run", "--config", str(file), "--ready-file", str(ready)]
        process = await asyncio.create_subprocess_exec(*command, stdout=-1, stderr=-1)
        assert process.stderr is not None

        async def until(words: str) -> str:
            assert process.stderr is not None
            while words not in (line := (await process.stderr.readline()).decode()):
                assert line, words
            return line

        try:
            await until("started")
            while not ready.exists():
                await asyncio.wait({asyncio.ensure_future(process.stderr.readline())}, timeout=0.1)
            url = json.loads(ready.read_text())["dataserver_url"]
            file.write_text(text + '[states]\nfault_on = ["nonsense"]\n')
            os.kill(process.pid, signal.SIGHUP)
            assert "states.fault_on" in await until("the configuration was not reloaded")
            file.write_text(text + '[[phones]]\nid = "new"\n')
            os.kill(process.pid, signal.SIGHUP)
            await until("configuration reloaded")
            async with here.http.get(f"{url}/api/assets/new") as answer:
                assert (await answer.json())["status"] == "No Communication"
        finally:
            process.terminate()
            await process.communicate()
