"""Scenarios that would pass without proving anything: each is run and must fail with a helpful message."""

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

  Scenario: An unknown status
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

  Scenario: A refused command of a driver that is stopped
    Given the operator sends "Door forced" to phone "Gate"
    And the operator sends "  " to phone "Gate"
    When the driver is stopped
    Then the handset of "Gate" shows:
      | body        |
      | Door forced |

  Scenario: A refusal of a command before the last one
    Given the operator sends " " to phone "Gate"
    When the operator sends "Door forced" to phone "Gate"
    Then the command is refused because "Message Content"

  Scenario: A file that is taken after a refused command
    Given the operator sends " " to phone "Gate"
    When the asset table is imported:
      | AssetId | Caption |
      | gate    | Gate    |
    Then the import is refused because "Message Content"

  Scenario: A command that ended before one was refused
    Given the operator sends "Door forced" to phone "Gate"
    When the operator sends " " to phone "Gate"
    Then the command has succeeded
    And the command is refused because "Message Content"

  Scenario: An error before a restart
    Given the database is full
    And the operator sends "Door forced" to phone "Gate"
    And the command is refused because "full"
    And the database has room again
    When the driver is restarted
    Then "Gate" shows Normal

  Scenario: Nothing before anything happened
    When 10 seconds pass
    Then the handset of "Gate" shows nothing

  Scenario: Nothing counted before anything happened
    When 10 seconds pass
    Then the event "Message Received" was published 0 times

  Scenario: Nothing sent before anything happened
    When 10 seconds pass
    Then Twilio was asked to send 0 times

  Scenario: Nothing more where no time passes
    When the operator sends "Door forced" to phone "Gate"
    Then within 0 seconds nothing more is sent

  Scenario: Nothing more where nobody could send
    Given the operator sends "Door forced" to phone "Gate"
    When the driver is stopped
    Then within 10 minutes nothing more is sent

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

  Scenario: A setting that comes too late
    Given the driver's settings:
      | setting      | value |
      | states.latch | yes   |
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A column that no record of the log has
    Given "Gate" texts "All clear"
    When 10 seconds pass
    Then the debug log shows in this order:
      | event            | atempt |
      | message_received | -      |

  Scenario: A second list of rules that takes the place of the first
    Given the driver's configuration also contains:
      ```
      [[workflows]]
      name = "one"
      on = "AlarmRaised"
      do = [{ to = "gate", message = "{Name}" }]
      ```
    And the driver's configuration also contains:
      ```
      [[workflows]]
      name = "another"
      on = "AlarmCleared"
      do = [{ to = "gate", message = "{Name}" }]
      ```
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A rule that texts nobody
    Given the running driver reloads with these settings:
      | setting   | value                                                                            |
      | workflows | [{ name = "a", on = "AlarmRaised", do = [{ to = "chef", message = "{Name}" }] }] |
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A client that nobody knows
    When that client sends "Door forced" to phone "Gate"
    Then the command has succeeded

  Scenario: Doubled calls that are never made
    Given webhooks for incoming texts arrive twice
    When "Gate" texts "All clear"
    Then "Gate" shows Normal

  Scenario: A key for calls that are never made
    Given Twilio signs its webhooks with the shared key "Old"
    When "Gate" texts "All clear"
    Then "Gate" shows Normal

  Scenario: A start of what runs
    When the driver starts again
    Then "Gate" shows Normal

  Scenario: A phone that may or may not be verified
    Given the running driver reloads with these phones:
      | phone | verified |
      | Gate  | Yes      |
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A fault that nothing meets
    Given Twilio answers the next message with HTTP 503
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A fault that is met less often than it says
    Given Twilio answers the next 2 messages with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    When 4 seconds pass
    Then "Gate" shows Normal

  Scenario: Never published where no driver runs
    Given "Gate" texts "All clear"
    When the driver is stopped
    Then the handset of "Gate" shows:
      | body      |
      | All clear |
    And the event "Message Received" was never published

  Scenario: Never, but only for now
    Given this has happened to "Gate": a text fails
    When "Gate" texts "All clear"
    Then "Gate" shows Fault
    And the event "Message Received" was never published

  Scenario: A reload of what needs a restart
    Given the running driver reloads with these settings:
      | setting          | value |
      | failover.enabled | yes   |
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A command that changed nothing
    When the operator gives the command Acknowledge to "Gate"
    Then the command has succeeded

  Scenario: An unknown command that is known
    When a client gives "Gate" the unknown command "Mask"
    Then "Gate" shows Masked

  Scenario: An end of what never began
    When Twilio is reachable again
    Then "Gate" shows Normal

  Scenario: A database that is not full
    Given the database has room again
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: A second driver that may not take turns
    Given a second driver waits on standby
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: An event of before
    Given "Gate" texts "All clear"
    When 10 seconds pass
    Then within 1 second the event "Message Received" is published
"""


def test_each_of_them_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "nothing.feature").write_text(FEATURE, encoding="utf-8")
    status, said = typed(str(tmp_path / "nothing.feature"), *ANYWHERE)
    assert status == 1
    assert "20 failed, 8 passed, 18 errors in" in said, said[-400:]
    for sentence in (
        "unknown phone 'Gaet'; introduced by earlier steps: Gate. Did you mean \"Gate\"?",
        "'Normall' is not a status. One of: Normal, Masked, Fault, No Communication, Acknowledged.",
        "the driver refused a command, and no step says so: Message Content is empty",
        "the driver refused a command, and no step says so: Send Message: ",
        "the refusal: missing:",
        "the last command was refused: Message Content is empty",
        "the driver logged an error that the scenario did not announce: ",
        '"the handset of "Gate" shows nothing" proves nothing by itself',
        '"the event "Message Received" was published 0 times" proves nothing by itself',
        '"Twilio was asked to send 0 times" proves nothing by itself',
        'no step matches "Then within 0 seconds nothing more is sent"',
        "(met 1 of 2 times)",
        '"the event "Message Received" was never published", but 60 seconds after the last step: ',
        "these settings need a restart and cannot be reloaded: failover.enabled",
        "the command changed nothing: use `Then the command ended as:` with the result noop",
        "Mask is a real command of the driver; use one that does not exist",
        "Twilio has no fault to end: add an earlier step that makes it fail",
        "the database is not full: add `Given the database is full` before this step",
        "a second driver needs the setting `failover.enabled`: set it before the first start",
        "no driver runs, so nothing can be sent",
        "no alarm was raised in this scenario",
        "so this step proves nothing",
        "'Nihgtjar' occurs nowhere in this scenario",
        "set while the driver was running, so it never takes effect: states.latch (move the step before its start",
        "this overwrites what an earlier step has set: workflows (combine both steps)",
        "rules or notify name the unknown phone 'chef'",
        "there is no such client: begin with",
        "the driver has no webhook: put `Given Twilio can reach the driver's webhook` before this step",
        "a driver is already running: use `Given the driver is stopped` first",
        "column \"verified\": 'Yes' is not an answer. One of: yes, no.",
        "unknown column atempt; known columns: event",
        'the event "Message Received": missing:',
        "no driver runs, so nothing could be published",
        "Twilio was to fail, but no request met the fault: ",
    ):
        assert sentence in said, sentence
