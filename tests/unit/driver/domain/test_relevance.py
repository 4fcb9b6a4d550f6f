"""What a rule's message is about, and when that is over."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driver.domain.alarms import AlarmRecord, RecordState
from driver.domain.asset import Asset
from driver.domain.commands import AssetType
from driver.domain.facts import Condition, Facts, FaultCause, Mask
from driver.domain.relevance import OVER, Subject, SubjectKind, read, reworded, subject_of, why_over, written
from driver.domain.status_table import State

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RECORD = AlarmRecord("A1", State.FAULT, "Fault", RecordState.ACTIVE_UNACKED, NOW, NOW, NOW)
GATE = Asset("gate", AssetType.PHONE, Facts(), "Fault", NOW, (RECORD,))
ALARM = Subject(SubjectKind.ALARM, "gate", "A1")
STATUS = Subject(SubjectKind.STATUS, "gate", "Fault")
CONDITION = Subject(SubjectKind.CONDITION, "gate", "trial")
TRIAL = Condition(FaultCause.TRIAL, "a trial account", "", NOW)
LATCHED = replace(GATE, records=(replace(RECORD, state=RecordState.LATCHED_UNACKED),))


@pytest.mark.parametrize(
    ("asset", "subjects", "why"),
    [
        (GATE, (), ""),
        (GATE, (ALARM,), ""),
        (GATE, (replace(ALARM, name="A2"),), "the alarm is over"),
        (GATE, (replace(ALARM, name="A2"), ALARM), ""),
        (
            GATE,
            (replace(ALARM, name="A2"), replace(ALARM, name="A3")),
            "everything it is about is over, acknowledged, masked or shelved",
        ),
        (LATCHED, (ALARM,), ""),
        (
            replace(GATE, records=(replace(RECORD, state=RecordState.ACTIVE_ACKED, acked_by="ann"),)),
            (ALARM,),
            "the alarm is acknowledged by ann",
        ),
        (
            replace(GATE, records=(replace(RECORD, state=RecordState.LATCHED_ACKED),)),
            (ALARM,),
            "the alarm is acknowledged by somebody",
        ),
        (replace(GATE, facts=Facts(mask=Mask("ann", NOW))), (ALARM,), "the asset is masked"),
        (GATE, (STATUS,), ""),
        (replace(GATE, status="Normal"), (STATUS,), "the status is now Normal"),
        (replace(GATE, facts=Facts(conditions=(TRIAL,))), (CONDITION,), ""),
        (GATE, (CONDITION,), "the condition is over"),
        (None, (ALARM,), "its asset is gone"),
    ],
)
def test_a_text_is_over_when_all_that_it_is_about_is(
    asset: Asset | None, subjects: tuple[Subject, ...], why: str
) -> None:
    assert why_over(subjects, lambda _: asset) == why


@pytest.mark.parametrize(
    ("asset", "subjects", "text"),
    [
        (GATE, (ALARM,), "Fire"),
        (LATCHED, (ALARM,), "Fire" + OVER),
        (LATCHED, (STATUS,), "Fire"),
        (LATCHED, (), "Fire"),
        (LATCHED, (ALARM, ALARM), "Fire"),
        (None, (ALARM,), "Fire"),
    ],
)
def test_a_latched_alarm_that_is_over_is_told_as_over(
    asset: Asset | None, subjects: tuple[Subject, ...], text: str
) -> None:
    assert reworded("Fire", subjects, lambda _: asset) == text
    assert len(reworded("x" * 1600, subjects, lambda _: asset)) == 1600


def test_subjects_are_written_as_text_and_read_again() -> None:
    subjects = (ALARM, replace(STATUS, name="No Communication; yet"), replace(STATUS, name=" two  spaces"))
    assert read(written(subjects)) == subjects
    assert read(written(())) == ()


def test_what_has_happened_once_and_for_all_is_about_nothing_that_can_end() -> None:
    assert subject_of("Message Received", "twilio", {}) == ()
    assert subject_of("AlarmCleared", "gate", {"Alarm ID": "A1"}) == ()
    assert subject_of("AlarmRepeated", "gate", {"Alarm ID": "A1"}) == (ALARM,)
    assert subject_of("StateChanged", "gate", {"Status": "Fault"}) == (STATUS,)
    assert subject_of("ConditionFound", "gate", {"Condition": "trial"}) == (CONDITION,)
