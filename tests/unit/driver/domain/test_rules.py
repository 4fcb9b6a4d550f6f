"""The templates that every site has fit into one SMS, whatever Twilio's reason is."""

import pytest

from driver.config.rules import NotifyConfig, StepConfig, WorkflowConfig, rules_of
from driver.domain.explanations import COMM_WORDS
from driver.domain.rules import DEFAULT_TEMPLATES, rendered
from driver.domain.segments import count
from driver.domain.twilio_errors import MEANINGS

FIELDS = {"Location": "North gate, level 2", "Time": "14:05 UTC", "Severity": "3", "Code": "10"}
OF_ALARMS = ("alarm", "alarm without code", "unanswered alarm")
#: Twilio's only reason that is too long: for a trial account, which nobody uses in an emergency.
LONG = {21608}


def body(name: str, alarm_type: str, reason: str) -> str:
    return rendered(DEFAULT_TEMPLATES[name], FIELDS | {"Alarm Type": alarm_type, "Reason": reason})


@pytest.mark.parametrize("name", OF_ALARMS)
@pytest.mark.parametrize("code", sorted(MEANINGS.keys() - LONG))
def test_a_fault_fits_into_one_sms(name: str, code: int) -> None:
    text = body(name, "Fault", f"{MEANINGS[code].text.capitalize()} (Twilio error {code})")
    assert count(text) == 1, text


@pytest.mark.parametrize("name", OF_ALARMS)
@pytest.mark.parametrize("reason", COMM_WORDS.values())
def test_no_communication_fits_into_one_sms(name: str, reason: str) -> None:
    text = body(name, "No Communication", reason)
    assert count(text) == 1, text


def test_what_is_cut_off_last_is_the_reason() -> None:
    """A phone shows the beginning first: what, where, since when, how severe, how to answer."""
    for name in OF_ALARMS:
        template = DEFAULT_TEMPLATES[name]
        assert template.endswith("{Reason}.")
        for field in ("{Location}", "{Alarm Type}", "{Time}", "{Severity}"):
            assert field in template


@pytest.mark.parametrize(
    ("name", "event"),
    [*((name, "AlarmRaised") for name in OF_ALARMS), ("alarm over", "AlarmCleared"),
     ("message", "Message Received from External Number")],
)  # fmt: skip
def test_each_has_an_event_and_a_site_may_have_its_own_of_that_name(name: str, event: str) -> None:
    rule = WorkflowConfig(on=event, do=(StepConfig(to=("guard",), template=name),))
    notify = NotifyConfig(acknowledgers=("guard",))
    assert rules_of((rule,), notify)[0].steps[0].message == DEFAULT_TEMPLATES[name]
    own = NotifyConfig(templates={name: "{Name}"})
    assert rules_of((rule,), own)[0].steps[0].message == "{Name}"
