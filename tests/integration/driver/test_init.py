"""``sms-driver init``: a few questions lead to a driver that can start, or no file is written at all."""

import asyncio
import re
import stat
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from driver.api.passwords import check_password
from driver.config.loading import load
from fake_twilio import FakeTwilio, Fault
from support.commands import Done, sms_driver
from support.terminal import Talked, talk

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

SID, TOKEN = "AC0123456789abcdef0123456789abcdef", "fake0auth0token0for0local0tests0"
GUARD, GATE, OURS, OTHER, FAX = "+12015550101", "+12015550102", "+12015550100", "+12015550110", "+12015550120"
EMPTY = {"sms_url": "https://handler.twilio.com/twiml/EH0123456789abcdef0123456789abcdef"}


def account(*, kind: str = "Full", numbers: Sequence[Mapping[str, Any]] = ({"phone_number": OURS},)) -> FakeTwilio:
    numbers = [{**EMPTY, **number} for number in numbers]
    seed = {"accounts": [{"sid": SID, "auth_token": TOKEN, "type": kind, "verified": [GUARD], "numbers": numbers}]}
    return FakeTwilio(seed)


def to(fake: FakeTwilio) -> dict[str, str]:
    return {"SMS_DRIVER__TWILIO__BASE_URL": fake.base_url}


async def in_terminal(folder: Path, fake: FakeTwilio, answers: Sequence[tuple[str, str]]) -> Talked:
    return await asyncio.to_thread(talk, ["init"], answers, cwd=folder, env=to(fake))


async def piped(folder: Path, lines: bytes, *more: str, env: Mapping[str, str]) -> Done:
    return await sms_driver("init", *more, cwd=folder, env=env, typed=lines)


def lines(*answers: str) -> bytes:
    return "".join(f"{answer}\n" for answer in answers).encode()


def mode(file: Path) -> str:
    return oct(stat.S_IMODE(file.stat().st_mode))


async def test_a_few_answers_make_a_driver_that_is_checked_against_the_account(tmp_path: Path) -> None:
    async with account() as fake:
        answers = [
            ("Account SID", SID),
            ("Authentication Token", TOKEN),
            ("to text", "Guard desk"),
            ("phone number", "+1 (201) 555-0101"),
            ("to text", ""),
            ("other machines", ""),
            ("Public address", ""),
        ]
        status, screen = await in_terminal(tmp_path, fake, answers)
    assert status == 0, screen
    assert TOKEN not in screen
    assert "[debug" not in screen
    assert "ok       account: credentials accepted, Full" in screen
    assert f"ok       {OURS}: owned, SMS-capable" in screen
    assert "sms-driver run" in screen
    config = load(tmp_path / "driver.toml", env={})
    assert config.twilio.auth_token is not None
    assert config.twilio.auth_token.get_secret_value() == TOKEN
    assert config.twilio.base_url == fake.base_url
    (phone,) = config.phones
    assert (phone.id, phone.caption) == ("guard-desk", "Guard desk")
    assert (phone.external_phone_number, phone.twilio_phone_number) == (GUARD, OURS)
    assert (config.dataserver.host, config.receive.mode) == ("127.0.0.1", "poll")
    assert {file.name: mode(file) for file in tmp_path.iterdir()} == {
        "driver.toml": "0o600",
        "driver-twilio-token": "0o600",
    }
    assert TOKEN not in (tmp_path / "driver.toml").read_text()


async def test_a_wrong_token_is_said_at_once_and_asked_again(tmp_path: Path) -> None:
    async with account() as fake:
        answers = [
            ("Account SID", SID),
            ("Authentication Token", "not-the-token"),
            ("Twilio does not accept the credentials", ""),
            ("Authentication Token", TOKEN),
            ("to text", ""),
            ("other machines", ""),
            ("Public address", ""),
        ]
        status, screen = await in_terminal(tmp_path, fake, answers)
    assert status == 0, screen
    assert "not-the-token" not in screen
    assert (tmp_path / "driver-twilio-token").read_text() == f"{TOKEN}\n"


async def test_bad_answers_are_asked_again_with_what_is_wrong(tmp_path: Path) -> None:
    async with account() as fake:
        typed = lines(
            *("ACxyz", SID, "", TOKEN),
            *("Guard", "2015550101", OURS, GUARD, ""),
            *("maybe", "no", "sms.example.com", ""),
        )
        done = await piped(tmp_path, typed, env=to(fake))
    assert done.returncode == 0, done
    for wrong in (
        "expected an Account SID: AC and 32 hexadecimal digits",
        "it is empty",
        "expected a phone number",
        f"{OURS} is a number of the account",
        "answer y or n",
        "expected a web address",
    ):
        assert wrong in done.stderr, done.stderr
    assert load(tmp_path / "driver.toml", env={}).phones[0].external_phone_number == GUARD


async def test_each_person_is_texted_from_one_of_the_numbers_that_can_text(tmp_path: Path) -> None:
    fax = {"phone_number": FAX, "capabilities": ["voice"]}
    async with account(numbers=[{"phone_number": OURS}, {"phone_number": OTHER}, fax]) as fake:
        typed = lines(SID, TOKEN, "Gate", GATE, FAX, OTHER, "Gate", GUARD, "", "警備", GUARD, OTHER, "", "", "")
        done = await piped(tmp_path, typed, env=to(fake))
    assert done.returncode == 0, done
    assert f"expected one of {OURS}, {OTHER}" in done.stderr
    phones = load(tmp_path / "driver.toml", env={}).phones
    assert [(phone.id, phone.caption, phone.external_phone_number, phone.twilio_phone_number) for phone in phones] == [
        ("gate", "Gate", GATE, OTHER),
        ("gate-2", "Gate", GUARD, OURS),
        ("phone", "警備", GUARD, OTHER),
    ]


async def test_numbers_that_nobody_was_given_stand_in_the_file_to_be_filled_in(tmp_path: Path) -> None:
    async with account(numbers=[{"phone_number": OURS}, {"phone_number": OTHER}]) as fake:
        done = await piped(tmp_path, lines(SID, TOKEN, "", "", ""), env=to(fake))
    assert done.returncode == 0, done
    text = (tmp_path / "driver.toml").read_text()
    assert load(tmp_path / "driver.toml", env={}).phones == ()
    opened = tomllib.loads(re.sub(r"^# (?=\[|\w+ = )", "", text, flags=re.MULTILINE))
    assert [phone["twilio_phone_number"] for phone in opened["phones"]] == [OURS, OTHER]


async def test_a_trial_names_the_numbers_that_it_can_text(tmp_path: Path) -> None:
    async with account(kind="Trial") as fake:
        done = await piped(tmp_path, lines(SID, TOKEN, "Gate", GATE, "", "", ""), env=to(fake))
    assert done.returncode == 0, done
    assert f"trial account can text verified numbers only: {GUARD}" in done.stderr
    assert f"warning  gate: {GATE} is not verified" in done.stdout


async def test_workstations_elsewhere_need_a_user_whose_password_is_not_shown(tmp_path: Path) -> None:
    async with account() as fake:
        answers = [
            ("Account SID", SID),
            ("Authentication Token", TOKEN),
            ("to text", ""),
            ("other machines", "y"),
            ("User name", "ada"),
            ("Password", "correct horse"),
            ("again", "correct house"),
            ("Password", "correct horse"),
            ("again", "correct horse"),
            ("Public address", ""),
        ]
        status, screen = await in_terminal(tmp_path, fake, answers)
    assert status == 0, screen
    assert "the passwords differ" in screen
    assert "correct" not in screen
    assert "Until you configure a certificate" in screen
    config = load(tmp_path / "driver.toml", env={})
    (user,) = config.dataserver.users
    assert (config.dataserver.host, user.username, user.role.value) == ("0.0.0.0", "ada", "engineer")
    assert check_password("correct horse", user.password_hash.get_secret_value())


async def test_a_public_address_is_checked_as_check_does_and_decides_the_exit_status(tmp_path: Path) -> None:
    async with account() as fake:
        typed = lines(SID, TOKEN, "Guard", GUARD, "", "n", "https://sms.example.com/")
        done = await piped(tmp_path, typed, env=to(fake))
        receive = load(tmp_path / "driver.toml", env={}).receive
        assert (receive.mode, receive.public_url) == ("both", "https://sms.example.com")
    assert "https://sms.example.com/twilio/sms" in done.stdout
    assert done.returncode == 0, "polling still brings the texts, so it is a warning"

    async with account(numbers=[]) as fake:
        folder = tmp_path / "other"
        folder.mkdir()
        done = await piped(folder, lines(SID, TOKEN, "", "n", ""), env=to(fake))
    assert done.returncode == 0, done
    assert "no number that can text" in done.stderr


async def test_what_exists_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    async with account() as fake:
        for name in ("driver.toml", "driver-twilio-token"):
            file = tmp_path / name
            file.write_text("mine")
            done = await piped(tmp_path, lines(SID), env=to(fake))
            assert (done.returncode, file.read_text()) == (2, "mine")
            assert f"{name} already exists" in done.stderr
            assert "--overwrite" in done.stderr
            assert "Account SID" not in done.stderr, "it refuses before it asks"
            done = await piped(tmp_path, lines(SID, TOKEN, "", "", ""), "--overwrite", env=to(fake))
            assert done.returncode == 0, done
            for each in tmp_path.iterdir():
                each.unlink()


async def test_a_folder_that_cannot_be_written_is_said_before_anything_is_asked(tmp_path: Path) -> None:
    async with account() as fake:
        done = await piped(tmp_path, lines(SID), "--config", "nowhere/driver.toml", env=to(fake))
    assert done.returncode == 2
    assert "nowhere" in done.stderr
    assert "Account SID" not in done.stderr


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (b"", "the input ended at the question 'Account SID"),
        (lines(SID), "the input ended at the question 'Authentication Token"),
        (b"\xff\xfe\n", "the answer to 'Account SID"),
    ],
)
async def test_input_that_ends_early_ends_in_one_sentence_and_writes_nothing(
    tmp_path: Path, typed: bytes, said: str
) -> None:
    async with account() as fake:
        done = await piped(tmp_path, typed, env={**to(fake), "PYTHONIOENCODING": "utf-8:strict"})
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith(f"Error: {said}")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("closed", ["<&-", "0>/dev/null"])
async def test_no_standard_input_at_all_is_an_end_too(tmp_path: Path, closed: str) -> None:
    command = f"exec '{sys.executable}' -P -m driver init {closed}"
    process = await asyncio.create_subprocess_exec(
        "sh", "-c", command, cwd=tmp_path, stderr=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    _, err = await process.communicate()
    assert process.returncode == 2
    assert err.decode().startswith("Error: the input ended at the question 'Account SID")


async def test_ctrl_d_and_an_account_that_cannot_be_asked_write_nothing(tmp_path: Path) -> None:
    async with account() as fake:
        status, screen = await in_terminal(tmp_path, fake, [("Account SID", "\x04")])
        assert status == 2, screen
        assert "the input ended" in screen
        fake.faults.add(Fault({"type": "http_error", "status": 503}, {}, times=None))
        done = await piped(tmp_path, lines(SID, TOKEN), env=to(fake))
    assert done.returncode == 3, done
    assert "cannot be reached" in done.stderr
    done = await piped(tmp_path, lines(SID, TOKEN), "--base-url", "ftp://x", env={})
    assert done.returncode == 2
    assert "expected a web address" in done.stderr
    assert list(tmp_path.iterdir()) == []
