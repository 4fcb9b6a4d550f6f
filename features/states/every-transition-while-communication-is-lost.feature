Feature: Every transition while communication is lost
  The transition table of a phone asset while Twilio cannot be reached, and after it is back.
  One lost line is one alarm, the System asset's: its phones show No Communication without an alarm of their own.
  Where the site wants every phone to raise its own, that alarm has the same rules as Fault.

  Rule: While Twilio is lost

    Background:
      Given phones, and what has happened to each:
        | phone   | so far                         |
        | Lost    | -, Twilio is lost              |
        | Noticed | -, Twilio is lost, Acknowledge |
        | Masked  | -, Twilio is lost, Mask        |
        | Failed  | a text fails                   |

    Scenario Outline: Lost: <happening>
      When this happens to each phone: <happening>
      Then the phones show:
        | Lost   | Noticed   | Masked   | Failed   |
        | <lost> | <noticed> | <masked> | <failed> |

      Examples:
        | happening      | lost             | noticed          | masked           | failed           |
        | Twilio is back | Normal           | Normal           | Masked           | Fault            |
        | Mask           | Masked           | Masked           | Masked           | Masked           |
        | Acknowledge    | No Communication | No Communication | Masked           | No Communication |
        | Reset          | No Communication | No Communication | No Communication | No Communication |
        | Cancel         | No Communication | No Communication | Masked           | No Communication |

    Scenario: A phone that is unmasked meanwhile has no alarm either
      When this happens to "Masked": Reset
      Then the alarms are:
        | asset  | type             |
        | Failed | Fault            |
        | System | Fault            |
        | System | No Communication |

  Rule: While Twilio is lost and every phone raises its own alarm

    Background:
      Given the driver's settings:
        | setting                           | value |
        | states.suppress_child_comm_alarms | no    |
      And phones, and what has happened to each:
        | phone   | so far                         |
        | Lost    | -, Twilio is lost              |
        | Noticed | -, Twilio is lost, Acknowledge |
        | Masked  | -, Twilio is lost, Mask        |
        | Failed  | a text fails                   |

    Scenario Outline: Lost, one alarm each: <happening>
      When this happens to each phone: <happening>
      Then the phones show:
        | Lost   | Noticed   | Masked   | Failed   |
        | <lost> | <noticed> | <masked> | <failed> |

      Examples:
        | happening      | lost             | noticed          | masked           | failed           |
        | Twilio is back | Normal           | Normal           | Masked           | Fault            |
        | Mask           | Masked           | Masked           | Masked           | Masked           |
        | Acknowledge    | Acknowledged     | Acknowledged     | Masked           | Acknowledged     |
        | Reset          | No Communication | No Communication | No Communication | No Communication |
        | Cancel         | No Communication | Acknowledged     | Masked           | No Communication |

  Rule: While Twilio is lost and every phone raises its own alarm, with latch

    Background:
      Given the driver's settings:
        | setting                           | value |
        | states.latch                      | yes   |
        | states.suppress_child_comm_alarms | no    |
      And phones, and what has happened to each:
        | phone   | so far                      |
        | Lost    | Twilio is lost              |
        | Noticed | Twilio is lost, Acknowledge |

    Scenario Outline: Lost and latched: <happening>
      When this happens to each phone: <happening>
      Then the phones show:
        | Lost   | Noticed   |
        | <lost> | <noticed> |

      Examples:
        | happening      | lost             | noticed          |
        | Twilio is back | No Communication | Acknowledged     |
        | Acknowledge    | Acknowledged     | Acknowledged     |
        | Reset          | No Communication | No Communication |

  Rule: After Twilio is back and every phone raised its own alarm, with latch

    Background:
      Given the driver's settings:
        | setting                           | value |
        | states.latch                      | yes   |
        | states.suppress_child_comm_alarms | no    |
      And phones, and what has happened to each:
        | phone   | so far                                      |
        | Back    | Twilio is lost, -, Twilio is back           |
        | Noticed | Twilio is lost, Acknowledge, Twilio is back |

    Scenario Outline: Back and latched: <happening>
      When this happens to each phone: <happening>
      Then the phones show:
        | Back   | Noticed   |
        | <back> | <noticed> |

      Examples:
        | happening       | back             | noticed          |
        | a text fails    | No Communication | Fault            |
        | a text goes out | No Communication | Acknowledged     |
        | Twilio is lost  | No Communication | No Communication |
        | Mask            | Masked           | Masked           |
        | Acknowledge     | Acknowledged     | Acknowledged     |
        | Reset           | No Communication | Normal           |
        | Cancel          | No Communication | Acknowledged     |
