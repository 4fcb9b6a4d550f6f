"""Incoming texts that a CSV file plans on the fake's clock."""

import pytest

from support.fake_wire import GATE, GUARD, OURS, Wire, wire


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
    ("content", "said"),
    [
        ("", "line 1: the columns are seconds, from, to, body, not none"),
        ("when,from,to,body\n", "not when, from, to, body"),
        (f"seconds,from,to,body\n-1,{GUARD},{OURS},x\n", "line 2: seconds: '-1' is not a number"),
        (f"seconds,from,to,body\nnan,{GUARD},{OURS},x\n", "line 2: seconds: 'nan' is not a number"),
        (f"seconds,from,to,body\n1,nobody,{OURS},x\n", "line 2: from: 'nobody' is not a number"),
        ("seconds,from,to,body\n1\n", "line 2: from: None is not a number"),
        (b"\xff\xfe", "the file is not UTF-8"),
    ],
)
async def test_mistakes_are_named_and_nothing_is_planned(content: str | bytes, said: str) -> None:
    async with wire() as one:
        status, problem = await _plan(one, content)
        assert status == 400
        assert said in str(problem["detail"])
        assert one.fake.context.scheduler.next_due is None


async def test_a_number_that_is_not_there_stops_nobody_else(caplog: pytest.LogCaptureFixture) -> None:
    async with wire() as one:
        rows = f"seconds,from,to,body\n1,{GUARD},+12015550999,lost\n1,{GUARD},{OURS},found\n"
        assert (await _plan(one, rows))[0] == 201
        await one.fake.clock.advance(2)
        assert [call.form["Body"] for call in one.received] == ["found"]
        assert "a planned text was not sent" in caplog.text
