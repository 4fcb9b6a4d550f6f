Feature: A phone shows its true state
  An operator trusts the color of an icon.
  A phone shows Normal, Masked, Fault, Acknowledged or No Communication, and says why.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: Normal while all is well
    When 60 seconds pass
    Then the assets show:
      | asset | status | alarm | true states |
      | Gate  | Normal | -     | Normal      |
      | *     | Normal | -     | Normal      |

  Scenario: Fault when a text could not be sent
    Given Twilio answers the next 2 messages with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the assets show:
      | asset  | status | alarm          |
      | Gate   | Fault  | unacknowledged |
      | System | Fault  | unacknowledged |

  Scenario: Normal again when the next text is accepted
    Given Twilio answers the next 2 messages with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And 5 seconds pass
    When the operator sends "Once more" to phone "Gate"
    Then "Gate" shows Normal

  Scenario: No Communication when Twilio cannot be reached
    Given Twilio is unreachable
    When 300 seconds pass
    Then the assets show:
      | asset  | status           | alarm          | true states      |
      | Gate   | No Communication | -              | No Communication |
      | System | No Communication | unacknowledged | No Communication |

  Scenario: Normal as soon as Twilio is reached again
    Given Twilio is unreachable
    And 300 seconds pass
    And Twilio is reachable again
    When 300 seconds pass
    Then "Gate" shows Normal
    And "System" shows Normal

  Scenario: No Communication at once when the credentials are rejected
    Given Twilio answers every request with the wrong credentials
    When 60 seconds pass
    Then the assets show:
      | asset  | status           | reason       |
      | Gate   | No Communication | *            |
      | System | No Communication | ~credentials |

  Scenario: A fault that is repeated keeps its start
    Given this has happened to "Gate": a text fails
    And 60 seconds pass
    And this has happened to "Gate": a text fails
    When 30 seconds pass
    Then the assets show:
      | asset  | status | fault since |
      | Gate   | Fault  | 5 s         |
      | System | Fault  | 5 s         |

  Scenario: A text that fails because the credentials are wrong is no fault of the phone
    Given Twilio answers every request with the wrong credentials
    And 10 seconds pass
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the command has terminated after 2 attempts
    And the assets show:
      | asset  | status           | true states      | fault since |
      | Gate   | No Communication | No Communication | -           |
      | System | No Communication | No Communication | -           |

  Scenario: A fault can end by itself after a hold time
    Given the running driver reloads with these settings:
      | setting             | value |
      | states.fault_hold_s | 60    |
    And this has happened to "Gate": a text fails
    When 60 seconds pass
    Then the event "AlarmRaised" was published twice
    And no alarm is left
    And "Gate" shows Normal

  Scenario: A fault lasts as long as its hold time
    Given the running driver reloads with these settings:
      | setting             | value |
      | states.fault_hold_s | 60    |
    And this has happened to "Gate": a text fails
    When 59 seconds pass
    Then "Gate" shows Fault
