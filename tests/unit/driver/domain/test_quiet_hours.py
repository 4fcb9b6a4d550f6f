"""Quiet hours: in their zone's local time, across midnight and clock changes, never for the top severity."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.quiet_hours import QuietHours
from driver.domain.rule_state import PendingMessage, RuleState, SpentAllowance, reclocked

TORONTO = ZoneInfo("America/Toronto")
NIGHT = QuietHours(time(22), time(6), TORONTO)
NOON = QuietHours(time(12), time(13), TORONTO, from_severity=3)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TORONTO).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "moment", "earliest"),
    [
        (NIGHT, "2026-01-10T21:59", "2026-01-10T21:59"),
        (NIGHT, "2026-01-10T22:00", "2026-01-11T06:00"),
        (NIGHT, "2026-01-11T05:59", "2026-01-11T06:00"),
        (NIGHT, "2026-01-11T06:00", "2026-01-11T06:00"),
        (NOON, "2026-01-11T11:59", "2026-01-11T11:59"),
        (NOON, "2026-01-11T12:00", "2026-01-11T13:00"),
        (NOON, "2026-01-11T12:30", "2026-01-11T13:00"),
        (NOON, "2026-01-11T13:00", "2026-01-11T13:00"),
        (NIGHT, "2026-03-07T23:00", "2026-03-08T06:00"),
        (NIGHT, "2026-10-31T23:00", "2026-11-01T06:00"),
    ],
)
def test_what_falls_into_them_waits_for_their_end(hours: QuietHours, moment: str, earliest: str) -> None:
    assert hours.earliest(at(moment), 3) == at(earliest)


def test_hours_that_end_when_they_begin_are_none() -> None:
    never = QuietHours(time(6), time(6), TORONTO)
    for moment in ("2026-01-11T05:59", "2026-01-11T06:00", "2026-01-11T23:00"):
        assert never.earliest(at(moment), 3) == at(moment)


def test_urgent_alarms_do_not_wait() -> None:
    assert NIGHT.earliest(at("2026-01-10T23:00"), 1) == at("2026-01-10T23:00")
    assert NOON.earliest(at("2026-01-11T12:30"), 2) == at("2026-01-11T12:30")
    assert NIGHT.earliest(at("2026-01-10T23:00"), 2) == at("2026-01-11T06:00")


def test_the_top_severity_never_waits_whatever_is_set() -> None:
    hours = QuietHours(time(22), time(6), UTC, from_severity=0)
    assert hours.earliest(datetime(2026, 1, 1, 23, tzinfo=UTC), 1) == datetime(2026, 1, 1, 23, tzinfo=UTC)


TIMES = st.times().map(lambda it: it.replace(second=0, microsecond=0, fold=0))


@given(
    TIMES,
    TIMES,
    st.integers(0, 10 * 365 * 86400).map(lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)),
    st.sampled_from(["UTC", "America/Toronto", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_waiting_ends_within_a_day(start: time, end: time, moment: datetime, zone: str) -> None:
    hours = QuietHours(start, end, ZoneInfo(zone))

    earliest = hours.earliest(moment, 2)
    assert moment <= earliest
    assert (earliest - moment).total_seconds() <= 26 * 3600
    assert earliest.tzinfo is UTC


def test_what_waits_for_their_end_does_so_whatever_the_clock_is_set_to() -> None:
    morning, soon, set_back = at("2026-01-11T06:00"), at("2026-01-10T23:10"), timedelta(minutes=-90)
    waiting = tuple(PendingMessage(str(due), "rule", "guard", "text", due) for due in (morning, soon))
    rule_state = RuleState(waiting=waiting, spent=(SpentAllowance("guard", soon),))
    after = reclocked(rule_state, set_back, NIGHT)
    assert [item.due for item in after.waiting] == [morning, soon + set_back]
    assert after.spent == (SpentAllowance("guard", soon + set_back),)
    assert [item.due for item in reclocked(rule_state, set_back, None).waiting] == [morning + set_back, soon + set_back]
