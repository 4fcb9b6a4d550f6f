Feature: A latched alarm stays until it is reset
  A status that latches its alarm keeps it when the cause is gone.
  Operators acknowledge first and reset then; Reset alone is rejected.

  Background:
    Given the driver's settings:
      | setting      | value |
      | states.latch | yes   |
    And a running driver with the phone "Gate"

  Scenario: The alarm stays although the next text was accepted
    Given Twilio answers the next 2 messages with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And 5 seconds pass
    When the operator sends "Once more" to phone "Gate"
    Then the assets show:
      | asset  | status | alarm          | true states |
      | Gate   | Fault  | unacknowledged | Normal      |
      | System | Fault  | unacknowledged | *           |

  Scenario Outline: What is shown over a latched alarm when communication is lost: <mode>
    Given the running driver reloads with these settings:
      | setting           | value  |
      | states.latch_mode | <mode> |
    And this has happened to "Gate": a text fails, a text goes out
    When this happens to "System": communication is lost
    Then "Gate" shows <status>

    Examples:
      | mode     | status           |
      | escalate | No Communication |
      | strict   | Fault            |
