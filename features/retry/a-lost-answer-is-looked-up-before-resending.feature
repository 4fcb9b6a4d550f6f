Feature: A lost answer is looked up before resending
  Twilio has no key that makes sending twice harmless.
  When its answer is lost, nobody knows whether the text exists.
  The driver looks for it first, so that nobody gets a text twice.

  Background:
    Given a running driver with the phone "Gate"

  Scenario Outline: The text exists and <failure>
    Given Twilio accepts the next message but <failure>
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
    And Twilio was asked to send once
    And the command has succeeded

    Examples:
      | failure                 |
      | the connection is reset |
      | no response arrives     |

  Scenario Outline: The text does not exist and <failure>
    Given Twilio never receives the next message and <failure>
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
    And Twilio was asked to send twice
    And the command has succeeded after 2 attempts

    Examples:
      | failure                 |
      | the connection is reset |
      | no response arrives     |

  Scenario: Two lost attempts that left nothing at Twilio terminate
    Given Twilio never receives the next 2 messages and the connection is reset
    And the operator sends "Door forced" to phone "Gate"
    When 2 minutes pass
    Then the command has terminated after 2 attempts
    And the handset of "Gate" shows nothing
    And "Gate" shows Fault

  Scenario: The outcome stays unknown when Twilio cannot be asked either
    Given Twilio accepts the next message but the connection is reset
    And the operator sends "Door forced" to phone "Gate"
    And Twilio is unreachable
    When 10 minutes pass
    Then Twilio was asked to send once
    And the outcome of the command is unknown

  Scenario: The same text sent on purpose twice is not mistaken for a lost one
    Given the operator sends "Door forced" to phone "Gate"
    And Twilio never receives the next message and the connection is reset
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
      | in  | Door forced |
