Feature: No outdated text is sent
  Before a rule's text goes out the driver looks whether it is still true.
  What is not sent is on record: as an event, in the audit, and among the dead letters, from where it can be sent after all.

  Background:
    Given the driver's configuration also contains:
      """
      [[workflows]]
      name = "alarms"
      on = "AlarmRaised"
      do = [{ to = "chief", message = "{Name}: {Alarm Type}", after_s = 60 }]
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Chief |

  Scenario: An alarm that has cleared meanwhile
    Given this has happened to "Gate": a text fails
    And this has happened to "Gate": a text goes out
    When 90 seconds pass
    Then the event "MessageDropped" was published twice
    And the handset of "Chief" shows nothing

  Scenario: What was not sent is on record
    Given this has happened to "System": communication is lost
    And this has happened to "System": communication is restored
    When 60 seconds pass
    Then the dead letters are:
      | asset | body                         | state      | reason            | result  |
      | chief | Twilio SMS: No Communication | terminated | the alarm is over | dropped |
    And the audit contains:
      | Command/Status | Action                             | User Name | Location |
      | Send Message   | Command dropped: the alarm is over | alarms    | Chief    |

  Scenario: An operator can send it anyway
    Given this has happened to "System": communication is lost
    And this has happened to "System": communication is restored
    And 60 seconds pass
    When the operator requeues the dead letter
    Then the handset of "Chief" shows:
      | way | body                         |
      | in  | Twilio SMS: No Communication |

  Scenario: An operator's text always goes out
    Given this has happened to "Gate": a text fails
    When the operator sends "Gate is in Fault" to phone "Chief"
    Then the handset of "Chief" shows:
      | way | body             |
      | in  | Gate is in Fault |
