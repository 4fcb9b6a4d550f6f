Feature: A text is repeated until somebody acknowledges
  A rule can repeat its text every few minutes. The repetitions end when somebody acknowledges or the alarm is over; without an
  answer the next person is texted.

  Background:
    Given the driver's configuration also contains:
      """
      [notify]
      acknowledgers = ["desk"]

      [[workflows]]
      name = "alarms"
      on = "AlarmRaised"
      where = { "Name" = "Gate" }
      do = [
        { to = "desk", message = "{Name}: {Alarm Type}. Reply {Code}", repeat_every_s = 120, repeat_times = 2 },
        { to = "chief", message = "{Name}: nobody answers", after_s = 360 },
      ]
      """
    And a running driver with phones:
      | phone |
      | Gate  |
      | Desk  |
      | Chief |
    And this has happened to "Gate": a text fails

  Scenario: Nobody answers the repeated text
    When 10 minutes pass
    Then the handset of "Desk" shows:
      | way | body                |
      | in  | ~Gate: Fault. Reply |
      | in  | ~Gate: Fault. Reply |
      | in  | ~Gate: Fault. Reply |
    And the handset of "Chief" shows:
      | way | body                 |
      | in  | Gate: nobody answers |

  Scenario: Somebody answers after the first repetition
    Given 130 seconds pass
    And "Desk" texts "(10)"
    When 10 minutes pass
    Then the handset of "Desk" shows:
      | way | body                       |
      | in  | ~Gate: Fault. Reply        |
      | in  | ~Gate: Fault. Reply        |
      | out | (10)                       |
      | in  | Acknowledged: Gate, Fault. |
    And the handset of "Chief" shows nothing

  Scenario: Repetitions survive a restart
    Given the driver is restarted
    When 10 minutes pass
    Then the handset of "Desk" shows:
      | way | body                |
      | in  | ~Gate: Fault. Reply |
      | in  | ~Gate: Fault. Reply |
      | in  | ~Gate: Fault. Reply |
