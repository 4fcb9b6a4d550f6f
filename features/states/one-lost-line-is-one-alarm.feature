Feature: One lost line is one alarm
  When Twilio cannot be reached, every phone is without communication, and every phone shows it.
  The cause is one, so there is one alarm: the System asset's, which says how many phones it concerns.

  Scenario: The system raises the alarm, and its phones show their state without one
    Given a running driver with phones:
      | phone |
      | Gate  |
      | Desk  |
      | Dock  |
    When this happens to "System": communication is lost
    Then the alarms are:
      | asset  | type             | severity | reason                             |
      | System | No Communication | 3        | ~so 3 phones have no communication |
    And the assets show:
      | asset  | status           | true states      |
      | System | No Communication | No Communication |
      | Gate   | No Communication | No Communication |
      | Desk   | No Communication | No Communication |
      | Dock   | No Communication | No Communication |

  Scenario: A phone whose own numbers are wrong keeps the alarm that it has
    Given a running driver with phones:
      | phone | external number |
      | Gate  | -               |
      | Desk  | +12015550102    |
    And 60 seconds pass
    When this happens to "System": communication is lost
    Then the alarms are:
      | asset  | type             | reason                           |
      | Gate   | No Communication | ~not configured                  |
      | System | No Communication | ~so 1 phone has no communication |

  Scenario: A restart in the middle changes nothing
    Given a running driver with the phone "Gate"
    And this has happened to "System": communication is lost
    And the driver is restarted
    When 60 seconds pass
    Then the alarms are:
      | asset  | type             |
      | System | No Communication |
    And "Gate" shows No Communication

  Scenario: The alarm ends for all when communication is restored
    Given a running driver with the phone "Gate"
    And this has happened to "System": communication is lost
    When this happens to "System": communication is restored
    Then no alarm is left
    And "Gate" shows Normal

  Scenario: Where every phone raises its own alarm, that names its cause
    Given the driver's settings:
      | setting                           | value |
      | states.suppress_child_comm_alarms | no    |
    And a running driver with the phone "Gate"
    When this happens to "System": communication is lost
    Then the alarms are:
      | asset  | type             | follows from            |
      | Gate   | No Communication | System No Communication |
      | System | No Communication | -                       |
