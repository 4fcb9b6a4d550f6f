Feature: A recipient texts STOP
  Whoever texts STOP gets no more texts from that number; Twilio refuses them.
  The phone says so, and START makes it right again.

  Background:
    Given a running driver with the phone "Gate"

  Scenario Outline: After <word> a text terminates and the phone says why
    Given "Gate" texts "<word>"
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the command has terminated after 2 attempts
    And the assets show:
      | asset  | status | reason     |
      | Gate   | Fault  | ~opted out |
      | System | Fault  | *          |

    Examples:
      | word        |
      | STOP        |
      | stop        |
      | UNSUBSCRIBE |
      | CANCEL      |
      | END         |
      | QUIT        |
      | STOPALL     |

  Scenario: A sentence with the word in it opts nobody out
    Given "Gate" texts "Please stop the truck"
    When the operator sends "Door forced" to phone "Gate"
    Then the command has succeeded after 1 attempt

  Scenario: After START texts go out again and the fault ends
    Given "Gate" texts "STOP"
    And the operator sends "Door forced" to phone "Gate"
    And 5 seconds pass
    And "Gate" texts "START"
    When the operator sends "Welcome back" to phone "Gate"
    Then the command has succeeded after 1 attempt
    And "Gate" shows Normal

  Scenario: The word is received like any other text
    Given "Gate" texts "STOP"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published with:
      | parameter          | value  |
      | Message Content    | STOP   |
      | Received Timestamp | ~2026- |

  Scenario: Others are not concerned
    Given there is a person called "A colleague"
    And "A colleague" texts "STOP"
    When the operator sends "Door forced" to phone "Gate"
    Then the command has succeeded after 1 attempt

  Scenario: The command Cancel has nothing to do with the word CANCEL
    Given "Gate" texts "CANCEL"
    And 10 seconds pass
    When the operator gives the command Cancel to "Gate"
    Then the command ended as:
      | state     | result |
      | succeeded | ok     |
