Feature: Alarms are raised, acknowledged and cleared
  The alarm grid shows every alarm with its age, who acknowledged it, and how often it was repeated.
  A masked alarm has no age; after Reset its age starts anew.

  Background:
    Given a running driver with the phone "Gate"
    And this has happened to "Gate": a text fails

  Scenario: A failed text raises an alarm on the phone and on the system
    When 30 seconds pass
    Then the alarms are:
      | asset  | type  | state          | active | age  | count | by |
      | Gate   | Fault | Unacknowledged | yes    | 30 s | 1     | -  |
      | System | Fault | Unacknowledged | yes    | 30 s | 1     | -  |

  Scenario: A further failure is counted
    When this happens to "Gate": a text fails
    Then the alarms are:
      | asset  | state          | count |
      | Gate   | Unacknowledged | 2     |
      | System | Unacknowledged | *     |

  Scenario: An acknowledgement has a name and a comment
    When the operator gives the command Acknowledge to "Gate" with:
      | parameter | value            |
      | Comment   | Guard is walking |
    Then the alarms are:
      | asset  | state          | by   | comment          |
      | Gate   | Acknowledged   | Olga | Guard is walking |
      | System | Unacknowledged | -    | -                |

  Scenario: A masked alarm is not annunciated and has no age
    When the operator gives the command Mask to "Gate"
    Then the alarms are:
      | asset | masked | age |
      | Gate  | yes    | -   |

  Scenario: The alarm ends with its cause
    When this happens to "Gate": a text goes out
    Then no alarm is left

  Scenario: Workflows learn that an alarm was raised and that it ended
    When this happens to "Gate": a text goes out
    Then the event "AlarmRaised" was published twice
    And the event "AlarmCleared" was published twice

  Scenario: Lost communication is one alarm of another type, the system's
    When this happens to "System": communication is lost
    Then the alarms are:
      | asset  | type             | state          |
      | Gate   | Fault            | Unacknowledged |
      | System | Fault            | Unacknowledged |
      | System | No Communication | Unacknowledged |

  Scenario: One of several alarms of an asset can be acknowledged by itself
    Given this has happened to "System": communication is lost
    When the operator acknowledges the alarm "No Communication" of "System"
    Then the alarms are:
      | asset  | type             | state          | by   |
      | Gate   | Fault            | Unacknowledged | -    |
      | System | Fault            | Unacknowledged | -    |
      | System | No Communication | Acknowledged   | Olga |
