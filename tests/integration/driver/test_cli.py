"""The command line as a user types it: its output and its exit status."""

import asyncio
import json
import tomllib
from pathlib import Path

import pytest

from driver.api.passwords import check_password, hash_token
from fake_twilio import FakeTwilio, Fault
from support.commands import sms_driver
from support.driver_process import process, write_config
from support.driver_site import PHONES, REFUSED
from support.terminal import talk

pytestmark = pytest.mark.long


async def test_every_mistake_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "driver.toml"
    file.write_text('[twilio]\naccount_sid = "AC1"\nauth_tokn = "secret-words"\n[receive]\nmode = "pull"\n')
    for command in ("check", "run"):
        status, _, err = await sms_driver(command, "--config", str(file))
        assert status == 2
        assert f"{file}: twilio.account_sid = 'AC1': expected an Account SID" in err
        assert "twilio.auth_tokn: unknown key; did you mean 'auth_token'?" in err
        assert "receive.mode = 'pull'" in err
        assert "secret-words" not in err


async def test_check_asks_the_account(tmp_path: Path) -> None:
    async with FakeTwilio(trial=True) as fake:
        status, out, _ = await sms_driver("check", "--live", "--json", "--config", write_config(fake, tmp_path))
        assert status == 0
        answer = [(finding["verdict"], finding["about"]) for finding in json.loads(out)]
        assert ("warning", "account") in answer
        assert ("ok", "+12015550100") in answer
        assert ("warning", "guard") not in answer, "its number is verified"
        faulting = {"SMS_DRIVER__STATES__FAULT_ON": '["trial"]'}
        status, out, _ = await sms_driver("check", "--live", "--config", write_config(fake, tmp_path), env=faulting)
        assert status == 1
        assert "problem  account: this is a trial account" in out
        file = write_config(fake, tmp_path, phones=[PHONES[0] | {"twilio_phone_number": "+12015550166"}])
        status, out, _ = await sms_driver("check", "--live", "--config", file)
        assert status == 1
        assert "+12015550166: the account does not own it (owned: +12015550100)" in out


async def test_check_looks_at_the_webhook(tmp_path: Path) -> None:
    async with FakeTwilio() as fake:
        file = write_config(fake, tmp_path, receive={"mode": "webhook", "public_url": "https://sms.example.com"})
        status, out, _ = await sms_driver("check", "--live", "--config", file)
        assert status == 1
        assert "https://sms.example.com/twilio/sms" in out


async def test_what_cannot_be_reached_is_told_in_one_line(tmp_path: Path) -> None:
    async with FakeTwilio() as fake:
        file = write_config(fake, tmp_path)
        wrong = {"SMS_DRIVER__TWILIO__AUTH_TOKEN": "wrong-token"}
        away = {"SMS_DRIVER__TWILIO__BASE_URL": "http://127.0.0.1:9"}
        nowhere = {"SMS_DRIVER__STORE__URL": "sqlite:////nowhere/driver.db"}
        taken = {"SMS_DRIVER__DATASERVER__PORT": fake.base_url.rpartition(":")[2]}
        for arguments, env, words in (
            (("check", "--live"), wrong, "does not accept the credentials"),
            (("check", "--live"), away, "connection refused"),
            (("run",), nowhere, "the folder /nowhere does not exist"),
            (("run",), taken, "the port is already in use"),
        ):
            status, _, err = await sms_driver(*arguments, "--config", file, env=env)
            assert (status, words in err) == (3, True), err
        status, _, err = await sms_driver("send", "--url", "http://127.0.0.1:9", "--phone", "guard", "x")
        assert (status, "no driver answers" in err) == (3, True)
        status, _, _ = await sms_driver("send", "x")
        assert status == 2


async def test_send_waits_for_the_outcome(tmp_path: Path) -> None:
    async with FakeTwilio() as fake:
        config = write_config(fake, tmp_path)
        async with process(config, tmp_path / "ready.json") as (running, answer):
            assert answer["pid"] == running.pid
            url = answer["dataserver_url"]
            status, out, _ = await sms_driver("send", "--url", url, "--phone", "guard", "Fire in B2")
            assert status == 0
            assert "attempt 1: accepted" in out
            assert "delivered" in out
            fake.faults.add(Fault(REFUSED, {"operation": "messages.create"}, times=2))
            numbers = ("--from", "+12015550100", "--to", "+12015550101")
            status, out, _ = await sms_driver("send", "--url", url, "--json", *numbers, "again")
            assert status == 1
            assert json.loads(out)["state"] == "terminated"
            status, _, err = await sms_driver("send", "--url", url, "--phone", "nobody", "x")
            assert (status, "there is no asset 'nobody'" in err) == (1, True)
        assert running.returncode == 0


@pytest.mark.parametrize("role", ["viewer", "admin"])
async def test_access_makes_what_the_configuration_takes(role: str) -> None:
    _, out, err = await sms_driver("access", "user", 'Ann "the" Guard', "--role", role)
    [user] = tomllib.loads(out)["dataserver"]["users"]
    assert (user["username"], user["role"]) == ('Ann "the" Guard', role)
    assert check_password(err.split(": ")[1].strip(), user["password_hash"])
    _, out, err = await sms_driver("access", "token", "scada", "--role", role)
    [token] = tomllib.loads(out)["dataserver"]["tokens"]
    assert token["token_hash"] == hash_token(err.split(": ")[1].strip())


async def test_a_password_that_somebody_chooses_is_asked_for_and_not_shown(tmp_path: Path) -> None:
    answers = [("Password", "correct horse"), ("again", "correct horse")]
    done = await asyncio.to_thread(talk, ["access", "user", "ann", "--role", "viewer", "--ask"], answers, cwd=tmp_path)
    assert done.returncode == 0
    assert "correct" not in done.screen
    [user] = tomllib.loads(done.screen[done.screen.index("[[") :])["dataserver"]["users"]
    assert check_password("correct horse", user["password_hash"])
    status, _, err = await sms_driver("access", "user", "ann", "--role", "viewer", "--ask")
    assert (status, "the input ended at the question 'Password'" in err) == (2, True)
