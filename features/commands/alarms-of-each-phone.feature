Feature: Every phone can raise its own alarm when communication is lost
  A site may want an alarm of every phone, and not only the system's: each is then acknowledged like any other.

  Background:
    Given the driver's settings:
      | setting                           | value |
      | states.suppress_child_comm_alarms | no    |
    And a running driver with the phone "Gate"
    And this has happened to "Gate": a text fails

  Scenario: Lost communication is an alarm of another type, of the phone as well
    When this happens to "System": communication is lost
    Then the alarms are:
      | asset  | type             | state          |
      | Gate   | Fault            | Unacknowledged |
      | Gate   | No Communication | Unacknowledged |
      | System | Fault            | Unacknowledged |
      | System | No Communication | Unacknowledged |

  Scenario: Acknowledge covers all alarms of the asset
    Given this has happened to "System": communication is lost
    When the operator gives the command Acknowledge to "Gate"
    Then the alarms are:
      | asset  | type             | state          |
      | Gate   | Fault            | Acknowledged   |
      | Gate   | No Communication | Acknowledged   |
      | System | Fault            | Unacknowledged |
      | System | No Communication | Unacknowledged |

  Scenario: One alarm can be acknowledged by itself
    Given this has happened to "System": communication is lost
    When the operator acknowledges the alarm "No Communication" of "Gate"
    Then the alarms are:
      | asset  | type             | state          | by   |
      | Gate   | Fault            | Unacknowledged | -    |
      | Gate   | No Communication | Acknowledged   | Olga |
      | System | Fault            | Unacknowledged | -    |
      | System | No Communication | Unacknowledged | -    |
