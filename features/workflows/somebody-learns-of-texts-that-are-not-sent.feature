Feature: Somebody learns of texts that are not sent
  A rule can wait for texts of rules that were not sent, so that nobody takes silence for good news.

  Background:
    Given the driver's configuration also contains:
      """
      [[workflows]]
      name = "alarms"
      on = "AlarmRaised"
      where = { "Name" = "Gate" }
      do = [{ to = "guard", message = "{Name}: {Alarm Type}", after_s = 60 }]

      [[workflows]]
      name = "not sent"
      on = "MessageDropped"
      do = [{ to = "chief", message = "{Rule} did not text {Name}: {Reason}" }]
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Guard |
      | Chief |

  Scenario: The reason is texted
    Given this has happened to "Gate": a text fails
    And this has happened to "Gate": a text goes out
    When 70 seconds pass
    Then the handset of "Chief" shows:
      | way | body                                         |
      | in  | alarms did not text Guard: the alarm is over |
    And the handset of "Guard" shows nothing

  Scenario: A text that is sent is no reason
    Given this has happened to "Gate": a text fails
    When 70 seconds pass
    Then the handset of "Guard" shows:
      | way | body        |
      | in  | Gate: Fault |
    And the handset of "Chief" shows nothing
