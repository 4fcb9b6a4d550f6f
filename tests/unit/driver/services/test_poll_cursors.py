"""How far a number has been polled: the cursor only moves over what is stored, whatever was cut short."""

from datetime import UTC, datetime, timedelta

from driver.services.poll_cursors import FLOOR, MAX_GAPS, PollCursor, PollCursors

START = datetime(2026, 1, 1, tzinfo=UTC)
LATER = START + timedelta(minutes=1)


def test_a_finished_question_moves_the_cursor() -> None:
    reach = PollCursor(START, START)
    reach.asked(LATER, "")
    assert (reach.cursor, reach.top, reach.gaps) == (LATER, LATER, [])


def test_a_question_cut_short_leaves_a_gap_until_it_was_followed_to_its_end() -> None:
    reach = PollCursor(START, START)
    reach.asked(LATER, "page 2")
    assert (reach.cursor, reach.top) == (START, LATER)
    reach.went_on("page 2", "page 3", lost=False)
    assert (reach.cursor, reach.gaps) == (START, ["page 3"])
    reach.went_on("page 3", "", lost=False)
    assert (reach.cursor, reach.gaps) == (LATER, [])


def test_a_gap_that_leads_nowhere_is_asked_for_anew_from_the_cursor_on() -> None:
    reach = PollCursor(START, START)
    reach.asked(LATER, "page 2")
    reach.went_on("page 2", "", lost=True)
    assert (reach.cursor, reach.top, reach.gaps) == (START, START, [])
    reach.went_on("page 2", "page 3", lost=False)
    assert reach.gaps == []


def test_too_many_gaps_are_asked_for_anew_from_the_cursor_on() -> None:
    reach = PollCursor(START, START)
    for number in range(MAX_GAPS + 1):
        reach.asked(LATER, f"page {number}")
    assert (reach.cursor, reach.top, reach.gaps) == (START, START, [])


def test_cursors_come_back_as_they_were_marked() -> None:
    cursors = PollCursors({FLOOR: START.isoformat()})
    before = cursors.begun
    cursors.begin(LATER)
    assert (before, cursors.begun) == (False, True)
    assert cursors.of("+1201").cursor == LATER
    mark = cursors.mark("own", ["+1201"])
    again = PollCursors({FLOOR: START.isoformat(), mark.name: mark.value})
    assert again.begun
    assert (again.of("+1201").cursor, again.of("+1202").cursor) == (LATER, START)


def test_a_number_that_was_named_before_the_first_answer_begins_with_the_others() -> None:
    cursors = PollCursors({FLOOR: START.isoformat()})
    reach = cursors.of("+1201")
    cursors.begin(LATER)
    assert (reach.cursor, reach.top) == (LATER, LATER)


def test_what_failed_while_nothing_reached_twilio_is_asked_again_at_once() -> None:
    cursors = PollCursors({FLOOR: START.isoformat()})
    reach = cursors.of("+1201")
    reach.failures, reach.due, reach.late = 3, timedelta(hours=1), "no answer"
    cursors.forget_failures()
    assert (reach.failures, reach.due, reach.late) == (0, timedelta.min, "")
