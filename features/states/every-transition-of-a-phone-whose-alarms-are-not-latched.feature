Feature: Every transition of a phone whose alarms are not latched
  The transition table of a phone asset: what it shows after each thing that can happen, from each state.
  Without latch an alarm ends with its cause; nobody has to reset it.

  Background:
    Given phones with these histories:
      | phone         | history                   |
      | Healthy       | -                         |
      | Failed        | a text fails              |
      | Acked         | a text fails, Acknowledge |
      | Masked        | Mask                      |
      | Masked failed | a text fails, Mask        |

  Scenario Outline: Not latched: <action>
    When this happens to each phone: <action>
    Then the phones show:
      | Healthy   | Failed   | Acked   | Masked   | Masked failed   |
      | <healthy> | <failed> | <acked> | <masked> | <masked failed> |

    Examples:
      | action                | healthy          | failed           | acked            | masked | masked failed |
      | a text fails          | Fault            | Fault            | Acknowledged     | Masked | Masked        |
      | a text goes out       | Normal           | Normal           | Normal           | Masked | Masked        |
      | communication is lost | No Communication | No Communication | No Communication | Masked | Masked        |
      | Mask                  | Masked           | Masked           | Masked           | Masked | Masked        |
      | Acknowledge           | Normal           | Acknowledged     | Acknowledged     | Masked | Masked        |
      | Reset                 | Normal           | Normal           | Normal           | Normal | Normal        |
      | Cancel                | Normal           | Fault            | Acknowledged     | Masked | Masked        |

  Scenario Outline: Not latched: the result of <command>
    When this happens to each phone: <command>
    Then the commands ended as:
      | Healthy   | Failed   | Acked   | Masked   | Masked failed   |
      | <healthy> | <failed> | <acked> | <masked> | <masked failed> |

    Examples:
      | command     | healthy | failed | acked | masked | masked failed |
      | Mask        | ok      | ok     | ok    | noop   | noop          |
      | Acknowledge | noop    | ok     | noop  | noop   | ok            |
      | Reset       | noop    | ok     | ok    | ok     | ok            |
      | Cancel      | ok      | ok     | ok    | ok     | ok            |
