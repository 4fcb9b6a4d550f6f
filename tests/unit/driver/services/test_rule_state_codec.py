"""The rule state is read as it was written, and anything else is refused with the reason."""

import json
from datetime import UTC, datetime

import pytest

from driver.domain.answer_pins import WrongPin
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import AckCode, PendingMessage, Repetition, RuleState
from driver.services.rule_state_codec import dump, load

NOW = datetime(2026, 1, 1, 12, 30, tzinfo=UTC)
ALARM = Subject(SubjectKind.ALARM, "gate", "A1")
STATE = RuleState(
    seq=7,
    waiting=(PendingMessage("k", "rule", "desk", "Tür", NOW, (ALARM,), repetition=Repetition("k", 60, 2)),),
    codes=(AckCode("desk", "10", (ALARM,), "Gate, Fault", NOW),),
    wrong_pins=(WrongPin("desk", NOW),),
)


def test_it_is_read_as_it_was_written_and_a_person_can_read_it_too() -> None:
    text = dump(STATE)
    assert load(text) == STATE
    assert "Tür" in text
    stored = json.loads(text)
    assert (set(stored), stored["format"]) == ({"format", "agenda"}, 2)


def test_what_another_version_wrote_is_refused() -> None:
    stored = json.loads(dump(STATE)) | {"format": 3}
    with pytest.raises(ValueError, match=r"written by another version of the driver \(format 3\)"):
        load(json.dumps(stored))


@pytest.mark.parametrize("text", ["{}", "[]", '{"format": 2}'])
def test_what_is_not_a_rule_state_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a rule state: (KeyError|TypeError)"):
        load(text)


def test_the_form_that_databases_hold_is_still_read() -> None:
    text = '{"format": 2, "agenda": {"seq": 7, "codes": [], "waiting": [], "spent": []}}'
    assert load(text) == RuleState(seq=7)


def test_what_waits_for_the_end_of_quiet_hours_is_read_under_its_older_name() -> None:
    waiting = '{"key": "k", "rule": "r", "to": "boss", "text": "t", "due": "2026-01-01T07:00:00Z", "held": true}'
    [message] = load(f'{{"format": 2, "agenda": {{"seq": 7, "waiting": [{waiting}]}}}}').waiting
    assert message.in_quiet_hours
