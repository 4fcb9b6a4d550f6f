Feature: An urgent text goes first
  A sender may send only a certain number of texts a second. An urgent text does not wait behind the others of its sender; the others keep their order.

  Background:
    Given the driver's configuration also contains:
      """
      [send]
      per_sender_per_s = 0.125

      [[workflows]]
      name = "somebody is hurt"
      on = "Message Received from External Number"
      severity = 1
      do = [{ to = "chief", message = "{Name}: {Message Content}" }]
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Desk  |
      | Dock  |
      | Yard  |
      | Chief |

  Scenario: It overtakes what waits for its sender
    Given the operator sends "Drill 1" to phone "Gate"
    And the operator sends "Drill 2" to phone "Desk"
    And the operator sends "Drill 3" to phone "Dock"
    And the operator sends "Drill 4" to phone "Yard"
    And "Gate" texts "A man is hurt"
    When 60 seconds pass
    Then Twilio was asked to send:
      | to    | body                |
      | Gate  | Drill 1             |
      | Desk  | Drill 2             |
      | Chief | Gate: A man is hurt |
      | Dock  | Drill 3             |
      | Yard  | Drill 4             |
