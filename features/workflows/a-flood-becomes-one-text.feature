Feature: A flood becomes one text
  Many alarms at once must not bury the one that matters, nor silence it.
  The most urgent texts know no limit, and the rest of a flood is folded into one text.

  Background:
    Given the driver's configuration also contains:
      """
      [notify]
      acknowledgers = ["chief"]
      texts_per_hour = 2
      [notify.templates]
      alarm = "{Name}: {Alarm Type}. Reply {Code}"

      [[workflows]]
      name = "alarms"
      on = "AlarmRaised"
      do = [{ to = "chief", template = "alarm" }]

      [[workflows]]
      name = "somebody is hurt"
      on = "Message Received from External Number"
      where = { "Message Content" = "*hurt*" }
      severity = 1
      do = [{ to = "chief", message = "{Name}: {Message Content}" }]
      """
    And phones with these histories:
      | phone | history            |
      | Gate  | a text fails       |
      | Desk  | -, a text fails    |
      | Dock  | -, -, a text fails |
      | Chief | -                  |

  Scenario: What is beyond the limit is one text
    When 90 seconds pass
    Then the handset of "Chief" shows:
      | way | body                                                                  |
      | in  | Gate: Fault. Reply 10                                                 |
      | in  | ~Twilio SMS                                                           |
      | in  | 2 more alarms: Desk, Fault; Dock, Fault. Reply 14 to acknowledge all. |

  Scenario: Its code acknowledges all of its alarms
    Given 90 seconds pass
    And "Chief" texts "14"
    When 20 seconds pass
    Then the alarms are:
      | asset  | state          | by    |
      | Gate   | Unacknowledged | -     |
      | System | Unacknowledged | -     |
      | Desk   | Acknowledged   | Chief |
      | Dock   | Acknowledged   | Chief |

  Scenario: Urgent texts arrive whatever the limit
    Given "Gate" texts "A man is hurt"
    And "Gate" texts "He is badly hurt"
    And "Desk" texts "Another one is hurt"
    When 20 seconds pass
    Then the handset of "Chief" shows:
      | way | body                      |
      | in  | Gate: Fault. Reply 10     |
      | in  | ~Twilio SMS               |
      | in  | Gate: A man is hurt       |
      | in  | Gate: He is badly hurt    |
      | in  | Desk: Another one is hurt |
