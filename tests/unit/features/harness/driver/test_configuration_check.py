"""A scenario's driver settings are checked before anything starts, by their values and by the driver's own rules."""

from pathlib import Path

import pytest

from gherkin_tools.collector import definitions
from gherkin_tools.gherkin_model import read
from gherkin_tools.scenario_lint import step_problems

RULE = """
[notify]
acknowledgers = ["chief"]
severities = { Fault = 1 }

[[workflows]]
name = "alarms"
on = "AlarmRaised"
where = { "Name" = "Gate", "Alarm Type" = "F*" }
do = [{ to = "chief", message = "{Name}. Reply {Code}" }]
"""
PHONES = "a running driver with phones:\n  | phone |\n  | Gate  |\n  | Chief |"
PLACED = "a running driver with phones:\n  | phone | location |\n  | Gate  | North    |\n  | Chief | South    |"
RELOAD = "Given the running driver reloads with these settings:\n"


def contains(text: str) -> str:
    lines = "\n".join(f"  {line}".rstrip() for line in text.strip().splitlines())
    return f'Given the driver\'s configuration also contains:\n  """\n{lines}\n  """\n'


def settings(setting: str, value: str) -> str:
    return f"Given the driver's settings:\n  | setting | value |\n  | {setting} | {value} |\n"


def problems(tmp_path: Path, steps: str) -> list[str]:
    path = tmp_path / "chosen.feature"
    lines = "\n".join(f"    {line}" for line in steps.strip().splitlines())
    path.write_text(f"Feature: Chosen\n  Scenario: One\n{lines}\n", encoding="utf-8")
    (scenario,) = read(path).scenarios
    return [problem for _, problem in step_problems(scenario.steps, definitions())]


@pytest.mark.parametrize(
    "steps",
    [
        contains(RULE) + f"And {PHONES}",
        contains(RULE.replace('"Name" = "Gate"', '"Location" = "North"')) + f"And {PLACED}",
        contains(RULE.replace('"Name"', '"Asset"').replace("Gate", "gate")) + f"And {PHONES}",
        contains(RULE.replace('"Name" = "Gate"', '"Status" = ["Ready", "fault"]'))
        + f"And {PHONES}\nAnd the status table is imported:\n"
        + "  | TableId | Status.State.Value | Status.Description |\n  | default | 1 | Ready |",
        contains(
            '[[workflows]]\non = "StateChanged"\nwhere = { "True States" = "*Fault*" }\ndo = [{ to = "chief", '
            'message = "{Name}" }]'
        )
        + f"And {PHONES}",
        settings("states.latch", "«yes»") + 'And a running driver with the phone "Gate"',
        "Given the driver logs in with an OAuth app\n" + f"And {PHONES}",
        "Given Twilio can reach the driver's webhook\n" + settings("receive.mode", "webhook") + f"And {PHONES}",
        f"Given the data server knows a client with the role viewer\nAnd {PHONES}",
        f"{settings('states.latch', 'no')}And {PHONES}\n{settings('states.latch', 'yes')}And the driver is restarted\n"
        + settings("states.latch", "no")
        + "And the driver is stopped\nWhen the driver starts again",
        "Given phones with these histories:\n  | phone | history |\n  | Gate | - |",
    ],
)
def test_what_the_driver_takes_draws_no_finding(tmp_path: Path, steps: str) -> None:
    assert problems(tmp_path, steps) == []


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            contains(RULE.replace("Gate", "Gaet")) + f"And {PHONES}",
            "the rule 'alarms' never applies: no Name is 'Gaet'. One of: Twilio SMS, Gate, Chief",
        ),
        (contains(RULE.replace('"Name" = "Gate"', '"Asset" = "Gate 2"')) + f"And {PHONES}", "no Asset is 'Gate 2'"),
        (
            contains(RULE.replace("F*", "Fualt")) + f"And {PHONES}",
            "no Alarm Type is 'Fualt'. One of: No Communication, Fault",
        ),
        (
            contains(RULE.replace("Fault = 1", "Fualt = 1")) + f"And {PHONES}",
            """notify.severities: 'Fualt' is not an alarm type""",
        ),
        (
            contains(RULE.replace(" Reply {Code}", "")) + f"And {PHONES}",
            "nobody can acknowledge by reply: no rule sends a {Code}",
        ),
        (
            contains(RULE.replace('to = "chief"', 'to = "cheif"')) + f"And {PHONES}",
            "the driver refuses its configuration",
        ),
        (
            contains("[send]\nper_sender_per_s = -1") + f"And {PHONES}",
            "the driver refuses its configuration: send.per_sender_per_s: ",
        ),
        (
            settings("states.latch", "maybe") + 'And a running driver with the phone "Gate"',
            "states.latch: expected true or false",
        ),
        (
            f"Given {PHONES}\n{RELOAD}  | setting | value |\n  | states.fault_hold_s | soon |",
            "states.fault_hold_s: expected a number",
        ),
        (
            f"Given {PHONES}\n{settings('states.fault_hold_s', 'soon')}When the driver is restarted",
            '"the driver is restarted": the driver refuses its configuration: states.fault_hold_s: expected a number',
        ),
        (
            settings("notify.severities", "{ Fault = 1, Fualt = 2 }") + 'And a running driver with the phone "Gate"',
            "'Fualt' is not an alarm type",
        ),
        (
            f"{settings('states.latch', 'yes')}{contains('[states]' + chr(10) + 'latch = false')}And {PHONES}",
            "this overwrites what an earlier step has set: states.latch",
        ),
    ],
)
def test_what_it_refuses_or_never_does_is_found(tmp_path: Path, steps: str, problem: str) -> None:
    assert any(problem in found for found in problems(tmp_path, steps)), problems(tmp_path, steps)
