"""What rules remember is read as it was written, and what is something else is refused with the reason."""

import json
from datetime import UTC, datetime

import pytest

from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import AckCode, PendingMessage, Repetition, RuleState, WrongPin
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
def test_what_is_no_agenda_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not an agenda: (KeyError|TypeError)"):
        load(text)


def test_the_form_that_databases_hold_is_still_read() -> None:
    text = '{"format": 2, "agenda": {"seq": 7, "codes": [], "waiting": [], "spent": []}}'
    assert load(text) == RuleState(seq=7)
