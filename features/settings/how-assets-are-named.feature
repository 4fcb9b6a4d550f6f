Feature: How assets are named
  Alarms, texts of rules and the audit name assets as the people of the site do.

  Scenario: The system has a caption and a location
    Given the driver's configuration also contains:
      """
      [system]
      caption = "Pager"
      logging_description = "Server room"

      [[workflows]]
      on = "AlarmRaised"
      do = [{ to = "chief", message = "{Name}, {Location}: {Alarm Type}" }]
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Chief |
    And this has happened to "Gate": a text fails
    When this happens to "System": Mask
    Then the handset of "Chief" shows:
      | way | body                      |
      | in  | Gate, Gate: Fault         |
      | in  | Pager, Server room: Fault |
    And the audit contains:
      | Command/Status | Action     | User Name | Location    |
      | Mask           | Command ok | *         | Server room |

  Scenario: A phone has a location
    Given a running driver with phones:
      | phone | location   |
      | Gate  | North side |
    When the operator gives the command Mask to "Gate"
    Then the audit contains:
      | Command/Status | Action     | User Name | Location   |
      | Mask           | Command ok | *         | North side |
