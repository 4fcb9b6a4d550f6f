Feature: What becomes of an accepted text
  A command has succeeded as soon as Twilio has accepted the text; whether it arrives is known later.
  The phone shows Fault when it did not arrive, and says why.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A text that arrived
    Given the operator sends "Door forced" to phone "Gate"
    When 10 seconds pass
    Then the command ended as:
      | state     | delivery  | error code |
      | succeeded | delivered | -          |
    And the event "MessageDelivered" was published once

  Scenario Outline: A text that did not arrive: <case>
    Given the carrier ends the next message as <status> with code <code>
    And the operator sends "Door forced" to phone "Gate"
    When 10 seconds pass
    Then the command ended as:
      | state     | attempts | delivery | error code |
      | succeeded | 1        | <status> | <code>     |
    And the assets show:
      | asset  | status | alarm          | reason    |
      | Gate   | Fault  | unacknowledged | ~<reason> |
      | System | Fault  | unacknowledged | *         |

    Examples:
      | case           | status      | code  | reason           |
      | handset off    | undelivered | 30003 | switched off     |
      | blocked        | undelivered | 30004 | blocked          |
      | unknown number | undelivered | 30005 | no longer in use |
      | landline       | undelivered | 30006 | landline         |
      | filtered       | undelivered | 30007 | filtered         |
      | no reason      | undelivered | 30008 | gave no reason   |
      | too old        | failed      | 30036 | too old          |
      | never left     | failed      | 30001 | overflowed       |

  Scenario: A text that was accepted is never sent again, whatever becomes of it
    Given the carrier ends the next message as undelivered with code 30008
    And the operator sends "Door forced" to phone "Gate"
    When 10 seconds pass
    Then within 10 minutes nothing more is sent

  Scenario: Workflows learn that a text did not arrive
    Given the carrier ends the next message as undelivered with code 30003
    And the operator sends "Door forced" to phone "Gate"
    When 10 seconds pass
    Then the event "MessageFailed" was published once

  Scenario: The next text that arrives ends the fault
    Given the carrier ends the next message as undelivered with code 30003
    And the operator sends "Door forced" to phone "Gate"
    And 10 seconds pass
    And the operator sends "Once more" to phone "Gate"
    When 10 seconds pass
    Then "Gate" shows Normal

  Scenario: The next text that is only accepted does not end the fault yet
    Given the carrier ends the next message as undelivered with code 30003
    And the operator sends "Door forced" to phone "Gate"
    And 10 seconds pass
    And the carrier ends the next message as sent
    When the operator sends "Once more" to phone "Gate"
    Then "Gate" shows Fault

  Scenario: A carrier that never reports leaves the phone Normal
    Given the carrier ends the next message as sent
    And the operator sends "Door forced" to phone "Gate"
    When 15 minutes pass
    Then the command ended as:
      | state     | delivery |
      | succeeded | sent     |
    And "Gate" shows Normal

  Scenario: A receipt that comes late is still taken in
    Given the carrier ends the next message as undelivered with code 30003 after 10 minutes
    And the operator sends "Door forced" to phone "Gate"
    When 15 minutes pass
    Then "Gate" shows Fault

  Scenario: Receipts are followed up over a restart
    Given the carrier ends the next message as undelivered with code 30003 after 10 minutes
    And the operator sends "Door forced" to phone "Gate"
    And the driver is restarted
    When 15 minutes pass
    Then "Gate" shows Fault

  Scenario: A text that fails within a minute is noticed within two
    Given the carrier ends the next message as undelivered with code 30003 after 40 seconds
    And the operator sends "Door forced" to phone "Gate"
    When 2 minutes pass
    Then "Gate" shows Fault
