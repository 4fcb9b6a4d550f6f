Feature: Automated replies are disabled
  A new Twilio number answers every text with a sentence of its own.
  Setting up the driver includes switching that off, so that only people answer people.

  Scenario: While they are on, whoever texts gets Twilio's answer
    Given the Twilio number replies to every text automatically
    And a running driver with the phone "Gate"
    When "Gate" texts "All clear"
    Then the handset of "Gate" shows:
      | way | body      |
      | out | All clear |
      | in  | *         |

  Scenario: When they are disabled, nobody gets an answer
    Given the Twilio number replies to every text automatically
    And automated replies are disabled
    And a running driver with the phone "Gate"
    When "Gate" texts "All clear"
    Then the handset of "Gate" shows:
      | way | body      |
      | out | All clear |

  Scenario: Texts are received either way
    Given the Twilio number replies to every text automatically
    And a running driver with the phone "Gate"
    And "Gate" texts "All clear"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published once

  Scenario: Twilio's own answer is no event
    Given the Twilio number replies to every text automatically
    And a running driver with the phone "Gate"
    And "Gate" texts "All clear"
    When 10 minutes pass
    Then the event "Message Received" was published once

  Scenario: The driver says that they are still on
    Given the Twilio number replies to every text automatically
    And a running driver with the phone "Gate"
    When 60 seconds pass
    Then the assets show:
      | asset  | status | conditions      |
      | Gate   | Normal | *               |
      | System | Normal | automatic_reply |
