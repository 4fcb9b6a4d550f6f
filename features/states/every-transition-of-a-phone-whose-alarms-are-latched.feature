Feature: Every transition of a phone whose alarms are latched
  The transition table of a phone asset whose status table latches its alarms.
  A latched alarm outlives its cause until an operator has acknowledged it and then reset it.

  Background:
    Given the driver's settings:
      | setting      | value |
      | states.latch | yes   |
    And phones with these histories:
      | phone         | history                                    |
      | Healthy       | -                                          |
      | Failed        | a text fails                               |
      | Acked         | a text fails, Acknowledge                  |
      | Cleared       | a text fails, a text goes out              |
      | Cleared acked | a text fails, Acknowledge, a text goes out |
      | Masked        | Mask                                       |
      | Masked failed | a text fails, Mask                         |

  Scenario Outline: Latched: <action>
    When this happens to each phone: <action>
    Then the phones show:
      | Healthy   | Failed   | Acked   | Cleared   | Cleared acked   | Masked   | Masked failed   |
      | <healthy> | <failed> | <acked> | <cleared> | <cleared acked> | <masked> | <masked failed> |

    Examples:
      | action                | healthy          | failed           | acked            | cleared          | cleared acked    | masked | masked failed |
      | a text fails          | Fault            | Fault            | Acknowledged     | Fault            | Fault            | Masked | Masked        |
      | a text goes out       | Normal           | Fault            | Acknowledged     | Fault            | Acknowledged     | Masked | Masked        |
      | communication is lost | No Communication | No Communication | No Communication | No Communication | No Communication | Masked | Masked        |
      | Mask                  | Masked           | Masked           | Masked           | Masked           | Masked           | Masked | Masked        |
      | Acknowledge           | Normal           | Acknowledged     | Acknowledged     | Acknowledged     | Acknowledged     | Masked | Masked        |
      | Reset                 | Normal           | Fault            | Normal           | Fault            | Normal           | Normal | Fault         |
      | Cancel                | Normal           | Fault            | Acknowledged     | Fault            | Acknowledged     | Masked | Masked        |

  Scenario Outline: Latched: the result of <command>
    When this happens to each phone: <command>
    Then the commands ended as:
      | Healthy   | Failed   | Acked   | Cleared   | Cleared acked   | Masked   | Masked failed   |
      | <healthy> | <failed> | <acked> | <cleared> | <cleared acked> | <masked> | <masked failed> |

    Examples:
      | command     | healthy | failed   | acked | cleared  | cleared acked | masked | masked failed |
      | Mask        | ok      | ok       | ok    | ok       | ok            | noop   | noop          |
      | Acknowledge | noop    | ok       | noop  | ok       | noop          | noop   | ok            |
      | Reset       | noop    | rejected | ok    | rejected | ok            | ok     | partial       |
      | Cancel      | ok      | ok       | ok    | ok       | ok            | ok     | ok            |
