Feature: A receipt names its text
  The address of each receipt says which text it is about.
  So a text whose response was lost is known to exist, even when Twilio cannot be asked.

  Background:
    Given Twilio can reach the driver's webhook
    And a running driver with the phone "Gate"
    And Twilio accepts the next message but the connection is reset

  Scenario: The receipt proves that the text exists
    Given the operator sends "Door forced" to phone "Gate"
    And Twilio is unreachable
    When 60 seconds pass
    Then the command ended as:
      | state     | delivery  |
      | succeeded | delivered |
    And Twilio was asked to send once
    And the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |

  Scenario: A forged receipt proves nothing
    Given receipts arrive badly signed
    And the operator sends "Door forced" to phone "Gate"
    And Twilio is unreachable
    When 10 minutes pass
    Then the outcome of the command is unknown
    And Twilio was asked to send once
