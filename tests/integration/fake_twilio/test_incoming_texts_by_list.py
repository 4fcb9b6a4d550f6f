"""Incoming messages scheduled on the fake's clock by a CSV file."""

import subprocess
import sys
from pathlib import Path

import pytest

from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Wire, seed, wire

OTHER = "+12015550103"
WRONG_COLUMNS = "line 1: the columns are seconds, from, to, body"
BEGIN = "begin the file with the line seconds,from,to,body"


def two_numbers(sms_url: str) -> dict[str, object]:
    return seed(numbers=[{"phone_number": OURS, "sms_url": sms_url}, {"phone_number": OTHER}])


async def _plan(one: Wire, content: str | bytes) -> tuple[int, dict[str, object]]:
    data = content.encode() if isinstance(content, str) else content
    async with one.session.post(f"{one.fake.base_url}/_fake/v1/incoming-texts", data=data) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_texts_come_in_when_their_time_has_come() -> None:
    async with wire() as one:
        rows = f'seconds,from,to,body\n60,{GATE},{OURS},later\n0.5,{GUARD},{OURS},"soon, in\ntwo lines"\n'
        assert await _plan(one, rows) == (201, {"planned": 2})
        await one.fake.clock.advance(1)
        assert [call.form["Body"] for call in one.received] == ["soon, in\ntwo lines"]
        await one.fake.clock.advance(60)
        assert [(call.form["From"], call.form["Body"]) for call in one.received[1:]] == [(GATE, "later")]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("", [f"{WRONG_COLUMNS}, not none; {BEGIN}"]),
        ("when;from;to;body\n", [f"{WRONG_COLUMNS}, not when;from;to;body; {BEGIN}"]),
        (
            f'seconds,from,to,body\n-1,nobody,,x\n\nnan,{GUARD},+12015550999,"two\nlines"\n1,{GUARD}\ninf,{GUARD},{OURS},x\n',
            [
                "line 2: seconds: '-1' is not a number from 0 to 31622400; write the seconds from now",
                "line 2: from: 'nobody' is not a number; write the phone's, such as +12015550101",
                f"line 2: to: '' is not a number of this fake; known are {OURS}",
                "line 4: seconds: 'nan' is not a number from 0 to 31622400; write the seconds from now",
                f"line 4: to: '+12015550999' is not a number of this fake; known are {OURS}",
                "line 6: 2 cells where the columns are seconds, from, to, body; put a body with commas in quotes",
                "line 7: seconds: 'inf' is not a number from 0 to 31622400; write the seconds from now",
            ],
        ),
        (
            f'seconds,from,to,body\n-1,{GUARD},{OURS},x\n1,{GUARD},{OURS},"Say "no" now"\n',
            [
                "line 2: seconds: '-1' is not a number from 0 to 31622400; write the seconds from now",
                "line 3: ',' expected after '\"'; put the body in quotes, and double each quote in it",
            ],
        ),
        (b"seconds,from,to,body\n1,\xff", ["line 2: byte 0xFF: not valid UTF-8; save it as UTF-8"]),
    ],
)
async def test_every_mistake_is_named_and_nothing_is_planned(content: str | bytes, problems: list[str]) -> None:
    async with wire() as one:
        status, problem = await _plan(one, content)
        assert (status, problem["errors"]) == (400, problems)
        assert one.fake.context.scheduler.next_due is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
async def test_files_of_spreadsheets_are_read(encoding: str) -> None:
    async with wire() as one:
        content = f"body,to,from,seconds\r\nGrüße,{OURS},{GUARD},1\r\n"
        assert await _plan(one, content.encode(encoding)) == (201, {"planned": 1})
        await one.fake.clock.advance(1)
        assert [call.form["Body"] for call in one.received] == ["Grüße"]


async def test_a_number_that_was_released_meanwhile_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    async with wire(seed=two_numbers) as one:
        rows = f"seconds,from,to,body\n1,{GUARD},{OTHER},lost\n1,{GUARD},{OURS},found\n"
        assert (await _plan(one, rows))[0] == 201
        number = one.fake.context.state.senders[OTHER]
        numbers = f"{one.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/IncomingPhoneNumbers"
        async with one.session.delete(f"{numbers}/{number.sid}.json") as answer:
            assert answer.status == 204
        await one.fake.clock.advance(2)
        assert [call.form["Body"] for call in one.received] == ["found"]
        assert "planned_text_not_sent" in caplog.text


async def test_a_fake_begins_with_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    file.write_text(f"seconds,from,to,body\n5,{GUARD},{OURS},soon\n")
    async with wire(incoming_texts=file) as one:
        await one.fake.clock.advance(4)
        assert one.received == []
        await one.fake.clock.advance(1)
        assert [call.form["Body"] for call in one.received] == ["soon"]


def test_the_commands_take_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    file.write_text(f"seconds,from,to,body\n0,{GUARD},{OURS},at once\n")
    done = _fake_twilio("exec", "--data-dir", tmp_path, "--incoming-texts", file, "--", sys.executable, "-c", "")
    assert (done.returncode, done.stdout) == (0, "")
    assert '"at once"' in done.stderr


def test_the_commands_name_every_mistake_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    file.write_text(f"seconds,from,to,body\n-1,{GUARD},{OURS},x\n0,{GUARD},911,x\n")
    done = _fake_twilio("serve", "--port", "0", "--incoming-texts", file)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"{file}: line 2: seconds: '-1' is not a number from 0 to 31622400; write the seconds from now",
        f"{file}: line 3: to: '911' is not a number of this fake; known are {OURS}",
    ]
    done = _fake_twilio("exec", "--data-dir", tmp_path, "--incoming-texts", tmp_path / "none.csv", "--", "true")
    assert (done.returncode, done.stderr) == (
        2,
        f"{tmp_path / 'none.csv'}: cannot be read: No such file or directory\n",
    )


def _fake_twilio(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "fake_twilio", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=50, check=False)
