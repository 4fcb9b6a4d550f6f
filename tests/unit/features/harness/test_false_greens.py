"""Scenarios that would pass although they show nothing: each is played and has to fail, with a sentence that helps."""

from pathlib import Path

import pytest

from support.own_pytest import ANYWHERE, typed

pytestmark = pytest.mark.long

FEATURE = """\
Feature: What shows nothing
  Every scenario here has to fail.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A name that nobody introduced
    When the operator sends "Door forced" to phone "Gaet"
    Then "Gate" shows Normal

  Scenario: A status that there is not
    When 10 seconds pass
    Then "Gate" shows Normall

  Scenario: A refused command
    When the operator sends " " to phone "Gate"
    Then "Gate" shows Normal

  Scenario: A rejected command
    Given the running driver reloads with these phones:
      | phone | external number |
      | Gate  | -               |
    When the operator sends "Door forced" to phone "Gate"
    Then "Gate" shows No Communication

  Scenario: Nothing before anything happened
    When 10 seconds pass
    Then the handset of "Gate" shows nothing

  Scenario: No alarm left where none was raised
    When 10 seconds pass
    Then no alarm is left

  Scenario: Nothing more where there was nothing before
    When 10 seconds pass
    Then within 10 minutes nothing more is sent

  Scenario: A secret that occurs nowhere
    Given "Gate" texts "Nightjar"
    When 10 seconds pass
    Then the debug log shows "message_received"
    And the debug log never shows "Nihgtjar"

  Scenario: An event of before
    Given "Gate" texts "All clear"
    When 10 seconds pass
    Then within 1 second the event "Message Received" is published
"""


def test_each_of_them_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "nothing.feature").write_text(FEATURE, encoding="utf-8")
    status, said = typed(str(tmp_path / "nothing.feature"), *ANYWHERE)
    assert status == 1
    assert "4 failed, 2 passed, 5 errors in" in said, said[-400:]
    for sentence in (
        "no phone of this scenario is called 'Gaet'; introduced before this step: Gate. Did you mean \"Gate\"?",
        "'Normall' is not a status. One of: Normal, Masked, Fault, No Communication, Acknowledged.",
        "the driver refused a command, and no step says so: Message Content is empty",
        "the driver refused a command, and no step says so: Send Message: ",
        '"the handset of "Gate" shows nothing" proves nothing by itself',
        "no alarm was raised in this scenario",
        "so nothing more proves nothing",
        "'Nihgtjar' occurs nowhere in this scenario",
        'the event "Message Received": no fact fits',
    ):
        assert sentence in said, sentence
