"""Bulk inbound messages from a CSV file: all mistakes are reported at once, and nothing is scheduled then."""

import logging
from pathlib import Path

import pytest

from fake_twilio.messages.incoming_texts import (
    MAX_SECONDS,
    IncomingText,
    IncomingTextsError,
    plan,
    plan_file,
    read_incoming_texts,
)
from support.fake_memory import memory_fake
from support.fake_wire import ACCOUNT, GUARD, OURS

HEAD = "seconds,from,to,body\n"
BEGIN = "begin the file with the line seconds,from,to,body"


def problems(content: str) -> list[str]:
    with pytest.raises(IncomingTextsError) as caught:
        read_incoming_texts(content, lambda _to: None)
    assert str(caught.value) == "; ".join(caught.value.problems)
    return caught.value.problems


def test_rows_are_read_whatever_the_order_of_their_columns() -> None:
    lines = [
        "body,seconds,to,from",
        f'"Fire, now",1.5,{OURS},+1 201 555 0101',
        "",
        f"b,0,{OURS},{GUARD}",
        f"c,{MAX_SECONDS},{OURS},{GUARD}",
    ]
    content = "\n".join(lines)
    assert read_incoming_texts(content, lambda _to: None) == [
        IncomingText(1.5, GUARD, OURS, "Fire, now"),
        IncomingText(0, GUARD, OURS, "b"),
        IncomingText(MAX_SECONDS, GUARD, OURS, "c"),
    ]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (
            "",
            f"line 1: expected the columns seconds, from, to, body, found none; {BEGIN}",
        ),
        (
            "a,b\n",
            f"line 1: expected the columns seconds, from, to, body, found a, b; {BEGIN}",
        ),
        (
            f"{HEAD}1,{GUARD},{OURS},a,b\n",
            "line 2: 5 cells for the columns seconds, from, to, body; quote a body that contains commas",
        ),
        (
            f"{HEAD}-1,{GUARD},{OURS},a\n",
            f"line 2: seconds: '-1' is not a number from 0 to {MAX_SECONDS}; give the delay in seconds",
        ),
        (
            f"{HEAD}soon,{GUARD},{OURS},a\n",
            f"line 2: seconds: 'soon' is not a number from 0 to {MAX_SECONDS}; give the delay in seconds",
        ),
        (
            f"{HEAD}1,12,{OURS},a\n",
            "line 2: from: '12' is not a phone number; use E.164 form, such as +12015550101",
        ),
    ],
)
def test_a_mistake_is_named_with_its_line_and_what_to_do(content: str, found: str) -> None:
    assert problems(content) == [found]


def test_all_mistakes_are_named_at_once_by_the_line_they_begin_in() -> None:
    found = problems(f'{HEAD}1,{GUARD},{OURS},"two\nlines"\nx,y,{OURS},a\n1,{GUARD},{OURS},"open" more\n')
    assert [each.partition(": ")[0] for each in found] == ["line 4", "line 4", "line 5"]
    assert found[-1].endswith("; quote the body, and double each quote in it")
    assert problems('seconds,"from" x,to,body\n')[0].startswith("line 1: ")


async def test_a_file_is_planned_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "texts.csv"
    async with memory_fake() as fake:
        handsets = fake.backend.handsets
        file.write_text(f"{HEAD}5,{GUARD},{OURS},a\n9,{GUARD},{OURS},b\n", "utf-8")
        assert plan_file(handsets, file) == 2
        await fake.clock.advance(5)
        assert [row.body for row in fake.context.state.logs[ACCOUNT].rows.values()] == ["a"]
        file.write_text(f"{HEAD}1,{GUARD},+12015550177,a\n1,12,{OURS},b\n", "utf-8")
        with pytest.raises(IncomingTextsError) as caught:
            plan_file(handsets, file)
        assert str(caught.value) == "\n".join(f"{file}: {each}" for each in caught.value.problems)
        assert [each[:11] for each in caught.value.problems] == ["line 2: to:", "line 3: fro"]
        with pytest.raises(IncomingTextsError, match="cannot be read: No such file or directory") as gone:
            plan_file(handsets, tmp_path / "gone.csv")
        assert str(gone.value).startswith(f"{tmp_path / 'gone.csv'}: ")
        with pytest.raises(IncomingTextsError):
            plan(handsets, b"\xff\xfe\x00")
        await fake.clock.advance(4)
        assert len(fake.context.state.logs[ACCOUNT].rows) == 2


async def test_a_number_that_was_released_meanwhile_is_said(caplog: pytest.LogCaptureFixture) -> None:
    async with memory_fake() as fake:
        plan(fake.backend.handsets, f"{HEAD}5,{GUARD},{OURS},a\n".encode())
        state = fake.context.state
        for known in (state.senders,):
            known.pop(OURS, None)
        with caplog.at_level(logging.WARNING):
            await fake.clock.advance(5)
        said = [record.getMessage() for record in caplog.records]
        assert len(said) == 1
        assert said[0].startswith('planned_text_not_sent reason="')
        assert OURS in said[0]
