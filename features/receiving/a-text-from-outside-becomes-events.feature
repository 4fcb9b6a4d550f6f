Feature: A text from outside becomes events
  Somebody texts one of the account's Twilio numbers.
  The system publishes Message Received; a phone asset with that pair of numbers publishes its own event.
  Workflows start from either.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: The system says what was received, from whom and where
    Given "Gate" texts "All clear"
    When 10 seconds pass
    Then the event "Message Received" was published with:
      | parameter                | value     |
      | Source Phone Number      | Gate      |
      | Destination Phone Number | Twilio    |
      | Message Content          | All clear |
      | Received Timestamp       | ~2026-    |

  Scenario: The phone whose numbers match says so too
    Given "Gate" texts "All clear"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published with:
      | parameter          | value     |
      | Message Content    | All clear |
      | Received Timestamp | ~2026-    |

  Scenario: A stranger's text reaches the system only
    Given there is a person called "A stranger"
    And "A stranger" texts "Wrong number?"
    When 10 seconds pass
    Then the event "Message Received" was published once
    And the event "Message Received from External Number" was never published

  Scenario: A text is received once however often the driver looks
    Given "Gate" texts "All clear"
    When 60 seconds pass
    Then the event "Message Received" was published once

  Scenario: What the driver sends itself is no event
    Given the operator sends "Door forced" to phone "Gate"
    When 30 seconds pass
    Then the event "MessageDelivered" was published once
    And the event "Message Received" was never published
