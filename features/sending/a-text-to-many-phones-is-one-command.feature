Feature: A text to many phones is one command
  An operator who warns a whole site gives one command, sees how far it is, and can take back what has not left.

  Scenario: Everybody gets it, and the operator sees how far it is
    Given a running driver with phones:
      | phone |
      | Gate  |
      | Desk  |
      | Dock  |
    And the carrier ends the next message as undelivered with code 30003
    And the operator sends "Evacuate" to all phones
    When 30 seconds pass
    Then the broadcast stands at:
      | delivered | failed |
      | 2         | 1      |

  Scenario: What waits is taken back, and what has left is not
    Given the driver's configuration also contains:
      """
      [send]
      per_sender_per_s = 0.1
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Desk  |
      | Dock  |
    And the operator sends "Evacuate" to all phones
    And the operator cancels what waits of the broadcast
    When 60 seconds pass
    Then Twilio was asked to send:
      | to   | body     |
      | Gate | Evacuate |
    And the broadcast stands at:
      | delivered | canceled |
      | 1         | 2        |
