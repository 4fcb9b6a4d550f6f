Feature: A receipt names its text
  The address that receipts come to says which text each is about.
  So a text whose answer got lost is known to exist, even when Twilio cannot be asked.

  Background:
    Given Twilio can call the driver's webhook
    And a running driver with the phone "Gate"
    And the next message is taken but Twilio's answer is lost

  Scenario: The receipt proves that the text exists
    Given the operator sends "Door forced" to phone "Gate"
    And Twilio is out of reach
    When 60 seconds pass
    Then the command came to:
      | state     | delivery  |
      | succeeded | delivered |
    And Twilio was asked to send once
    And the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |

  Scenario: A forged receipt proves nothing
    Given receipts are badly signed
    And the operator sends "Door forced" to phone "Gate"
    And Twilio is out of reach
    When 10 minutes pass
    Then the command has unknown
    And Twilio was asked to send once
