Feature: A lost answer is looked up before resending
  Twilio has no key that makes sending twice harmless.
  When its answer is lost, nobody knows whether the text exists.
  The driver looks for it first, so that nobody gets a text twice.

  Background:
    Given a running driver with the phone "Gate"

  Scenario Outline: The text exists and its answer <accident>
    Given the next message is taken but Twilio's answer <accident>
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
    And Twilio was asked to send once
    And the command has succeeded

    Examples:
      | accident    |
      | is lost     |
      | never comes |

  Scenario Outline: The text does not exist and the answer <accident>
    Given the next 1 messages never reach Twilio, whose answer <accident>
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
    And Twilio was asked to send twice
    And the command has succeeded after 2 attempts

    Examples:
      | accident    |
      | is lost     |
      | never comes |

  Scenario: Two lost attempts that left nothing at Twilio terminate
    Given the next 2 messages never reach Twilio, whose answer is lost
    And the operator sends "Door forced" to phone "Gate"
    When 2 minutes pass
    Then the command has terminated after 2 attempts
    And the handset of "Gate" shows nothing
    And "Gate" shows Fault

  Scenario: Nobody can tell when Twilio cannot be asked either
    Given the next message is taken but Twilio's answer is lost
    And the operator sends "Door forced" to phone "Gate"
    And Twilio is out of reach
    When 10 minutes pass
    Then Twilio was asked to send once
    And the command has unknown

  Scenario: The same text sent on purpose twice is not mistaken for a lost one
    Given the operator sends "Door forced" to phone "Gate"
    And the next 1 messages never reach Twilio, whose answer is lost
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
      | in  | Door forced |
