Feature: A lost answer is looked up before resending
  Twilio has no key that makes sending twice harmless.
  When its answer is lost, nobody knows whether the text exists.
  The driver looks for it first, so that nobody gets a text twice.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: The text that exists is found and not sent again
    Given Twilio accepts the next message but its answer is lost
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
    And Twilio was asked to send once
    And the command has succeeded
