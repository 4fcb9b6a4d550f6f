Feature: Debug tools show what the driver does
  Whoever looks for a cause opens Debug Tools on port 9623.
  Every step of a text is there; telephone numbers are shortened, texts and secrets are left out.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A text that is accepted and arrives
    Given the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the debug log shows in this order:
      | level | event           | asset_id |
      | INFO  | attempt_started | gate     |
      | INFO  | message_sent    | gate     |
      | INFO  | message_status  | gate     |

  Scenario: A text that is refused twice
    Given Twilio answers the next 2 messages with code 21614
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the debug log shows in this order:
      | level   | event              | attempt |
      | INFO    | attempt_started    | 1       |
      | WARNING | attempt_failed     | 1       |
      | INFO    | attempt_started    | 2       |
      | WARNING | attempt_failed     | 2       |
      | WARNING | message_terminated | -       |

  Scenario: A text that is received
    Given "Gate" texts "All clear"
    When 10 seconds pass
    Then the debug log shows "message_received"

  Scenario: Lost communication is logged once, and its return once
    Given Twilio is unreachable
    And 10 minutes pass
    And Twilio is reachable again
    When 2 minutes pass
    Then the debug log shows in this order:
      | level   | event              |
      | INFO    | twilio_reachable   |
      | WARNING | twilio_unreachable |
      | INFO    | twilio_reachable   |

  Scenario: What Twilio says about a number is shortened too
    Given Twilio answers the next 2 messages with code 21660
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the debug log shows "attempt_failed"
    And the debug log never shows "2015550100"

  Scenario Outline: What was texted is not in the log: <case>
    Given Debug Tools trace the topic http
    And the operator sends "The code is Kingfisher" to phone "Gate"
    And "Gate" texts "Understood Nightjar"
    When 10 seconds pass
    Then the debug log shows "message_received"
    And the debug log never shows "<private>"

    Examples:
      | case            | private    |
      | a text sent     | Kingfisher |
      | a text received | Nightjar   |

  Scenario Outline: What opens and identifies is not in the log: <case>
    Given a Full Twilio account
    And Debug Tools trace the topic http
    And the operator sends "The code is Kingfisher" to phone "Gate"
    When 10 seconds pass
    Then the debug log shows "message_sent"
    And the debug log never shows "<private>"

    Examples:
      | case      | private            |
      | a number  | 2015550101         |
      | the token | full-account-token |
