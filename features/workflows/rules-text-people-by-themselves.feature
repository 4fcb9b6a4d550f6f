Feature: Rules text people by themselves
  A rule texts somebody when an alarm is raised, and somebody else if nobody acknowledges it.
  Whoever is on the list can acknowledge by answering.

  Background:
    Given the driver's configuration also contains:
      """
      [notify]
      acknowledgers = ["desk"]
      [notify.templates]
      alarm = "{Name}: {Alarm Type}. Reply {Code}"

      [[workflows]]
      name = "alarms"
      on = "AlarmRaised"
      where = { "Name" = "Gate" }
      do = [
        { to = "desk", template = "alarm" },
        { to = "chief", message = "{Name} is still in {Alarm Type}", after_s = 300 },
      ]
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Desk  |
      | Chief |
    And this has happened to "Gate": a text fails

  Scenario: The alarm is texted at once
    When 1 second passes
    Then the handset of "Desk" shows:
      | way | body                |
      | in  | ~Gate: Fault. Reply |
    And the handset of "Chief" shows nothing

  Scenario: After five minutes without acknowledgement the next person is texted
    When 5 minutes pass
    Then the handset of "Chief" shows:
      | way | body                   |
      | in  | Gate is still in Fault |

  Scenario: The answer acknowledges the alarm
    Given "Desk" texts "ack"
    When 10 seconds pass
    Then the alarms are:
      | asset  | state          |
      | Gate   | Acknowledged   |
      | System | Unacknowledged |

  Scenario: An acknowledgement by text has a comment, and its way is on record
    Given "Desk" texts "ack 10 on my way"
    When 10 seconds pass
    Then the alarms are:
      | asset  | state          | by   | via | comment   |
      | Gate   | Acknowledged   | Desk | sms | on my way |
      | System | Unacknowledged | -    | -   | -         |

  Scenario Outline: An answer that only looks like a code acknowledges nothing: <answer>
    Given "Desk" texts "<answer>"
    When 20 seconds pass
    Then the event "Message Received from External Number" was published once
    And the alarms are:
      | asset  | state          |
      | Gate   | Unacknowledged |
      | System | Unacknowledged |

    Examples:
      | answer     |
      | 10 minutes |
      | in 10      |
      | 10th floor |

  Scenario Outline: An answer is understood as people write it: <answer>
    Given "Desk" texts "<answer>"
    When 10 seconds pass
    Then the alarms are:
      | asset  | state          | by   | via |
      | Gate   | Acknowledged   | Desk | sms |
      | System | Unacknowledged | -    | -   |

    Examples:
      | answer    |
      | (10)      |
      | Code: 10  |
      | 10 thanks |
      | OK, 10! 👍 |

  Scenario: Who asks for the status gets the open alarms and their codes
    Given "Desk" texts "Status?"
    When 10 seconds pass
    Then the handset of "Desk" shows:
      | way | body                            |
      | in  | ~Gate: Fault. Reply             |
      | out | Status?                         |
      | in  | ~1 open alarm. 10: Gate, Fault, |

  Scenario: Whatever is not understood is answered once
    Given "Desk" texts "10 minutes"
    And 20 seconds pass
    And "Desk" texts "what?"
    When 20 seconds pass
    Then the handset of "Desk" shows:
      | way | body                          |
      | in  | ~Gate: Fault. Reply           |
      | out | 10 minutes                    |
      | in  | ~Not understood as an answer. |
      | out | what?                         |

  Scenario: An acknowledgement ends the escalation
    Given the operator gives the command Acknowledge to "Gate"
    When 10 minutes pass
    Then the handset of "Desk" shows:
      | way | body                |
      | in  | ~Gate: Fault. Reply |
    And the handset of "Chief" shows nothing

  Scenario: The escalation survives a restart
    Given the driver is restarted
    When 5 minutes pass
    Then the handset of "Chief" shows:
      | way | body                   |
      | in  | Gate is still in Fault |

  Scenario: Nobody else can acknowledge by answering
    Given there is a person called "A stranger"
    And "A stranger" texts "ack"
    When 10 seconds pass
    Then the alarms are:
      | asset  | state          |
      | Gate   | Unacknowledged |
      | System | Unacknowledged |
