Feature: Every transition while communication is lost
  The transition table of a phone asset while Twilio cannot be reached, and after it is back.
  One lost line is one alarm, the System asset's: its phones show No Communication without an alarm of their own.
  Where the site wants every phone to raise its own, that alarm has the same rules as Fault.

  Rule: While communication is lost

    Background:
      Given phones with these histories:
        | phone  | history                               |
        | Lost   | -, communication is lost              |
        | Acked  | -, communication is lost, Acknowledge |
        | Masked | -, communication is lost, Mask        |
        | Failed | a text fails                          |

    Scenario Outline: Lost: <action>
      When this happens to each phone: <action>
      Then the phones show:
        | Lost   | Acked   | Masked   | Failed   |
        | <lost> | <acked> | <masked> | <failed> |

      Examples:
        | action                    | lost             | acked            | masked           | failed           |
        | communication is restored | Normal           | Normal           | Masked           | Fault            |
        | Mask                      | Masked           | Masked           | Masked           | Masked           |
        | Acknowledge               | No Communication | No Communication | Masked           | No Communication |
        | Reset                     | No Communication | No Communication | No Communication | No Communication |
        | Cancel                    | No Communication | No Communication | Masked           | No Communication |

    Scenario: A phone that is unmasked meanwhile has no alarm either
      When this happens to "Masked": Reset
      Then the alarms are:
        | asset  | type             |
        | Failed | Fault            |
        | System | Fault            |
        | System | No Communication |

  Rule: While communication is lost and every phone raises its own alarm

    Background:
      Given the driver's settings:
        | setting                           | value |
        | states.suppress_child_comm_alarms | no    |
      And phones with these histories:
        | phone  | history                               |
        | Lost   | -, communication is lost              |
        | Acked  | -, communication is lost, Acknowledge |
        | Masked | -, communication is lost, Mask        |
        | Failed | a text fails                          |

    Scenario Outline: Lost, one alarm each: <action>
      When this happens to each phone: <action>
      Then the phones show:
        | Lost   | Acked   | Masked   | Failed   |
        | <lost> | <acked> | <masked> | <failed> |

      Examples:
        | action                    | lost             | acked            | masked           | failed           |
        | communication is restored | Normal           | Normal           | Masked           | Fault            |
        | Mask                      | Masked           | Masked           | Masked           | Masked           |
        | Acknowledge               | Acknowledged     | Acknowledged     | Masked           | Acknowledged     |
        | Reset                     | No Communication | No Communication | No Communication | No Communication |
        | Cancel                    | No Communication | Acknowledged     | Masked           | No Communication |

  Rule: While communication is lost and every phone raises its own alarm, with latch

    Background:
      Given the driver's settings:
        | setting                           | value |
        | states.latch                      | yes   |
        | states.suppress_child_comm_alarms | no    |
      And phones with these histories:
        | phone | history                            |
        | Lost  | communication is lost              |
        | Acked | communication is lost, Acknowledge |

    Scenario Outline: Lost and latched: <action>
      When this happens to each phone: <action>
      Then the phones show:
        | Lost   | Acked   |
        | <lost> | <acked> |

      Examples:
        | action                    | lost             | acked            |
        | communication is restored | No Communication | Acknowledged     |
        | Acknowledge               | Acknowledged     | Acknowledged     |
        | Reset                     | No Communication | No Communication |

  Rule: After communication is restored and every phone raised its own alarm, with latch

    Background:
      Given the driver's settings:
        | setting                           | value |
        | states.latch                      | yes   |
        | states.suppress_child_comm_alarms | no    |
      And phones with these histories:
        | phone | history                                                       |
        | Back  | communication is lost, -, communication is restored           |
        | Acked | communication is lost, Acknowledge, communication is restored |

    Scenario Outline: Back and latched: <action>
      When this happens to each phone: <action>
      Then the phones show:
        | Back   | Acked   |
        | <back> | <acked> |

      Examples:
        | action                | back             | acked            |
        | a text fails          | No Communication | Fault            |
        | a text goes out       | No Communication | Acknowledged     |
        | communication is lost | No Communication | No Communication |
        | Mask                  | Masked           | Masked           |
        | Acknowledge           | Acknowledged     | Acknowledged     |
        | Reset                 | No Communication | Normal           |
        | Cancel                | No Communication | Acknowledged     |
