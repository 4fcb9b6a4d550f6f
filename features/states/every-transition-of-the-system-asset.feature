Feature: Every transition of the System asset
  The System asset shows Fault while any of its phones has one, and No Communication while Twilio cannot be reached.
  Its commands follow the same rules as a phone's.

  Scenario Outline: System, not latched, <history>: <action>
    Given a running driver with the phone "Gate"
    And this has happened to "System": <history>
    When this happens to "System": <action>
    Then "System" shows <status>

    Examples:
      | history                            | action                    | status           |
      | -                                  | a text fails              | Fault            |
      | -                                  | a text goes out           | Normal           |
      | -                                  | communication is lost     | No Communication |
      | -                                  | Mask                      | Masked           |
      | -                                  | Acknowledge               | Normal           |
      | -                                  | Reset                     | Normal           |
      | -                                  | Cancel                    | Normal           |
      | a text fails                       | a text fails              | Fault            |
      | a text fails                       | a text goes out           | Normal           |
      | a text fails                       | communication is lost     | No Communication |
      | a text fails                       | Mask                      | Masked           |
      | a text fails                       | Acknowledge               | Acknowledged     |
      | a text fails                       | Reset                     | Fault            |
      | a text fails                       | Cancel                    | Fault            |
      | a text fails, Acknowledge          | a text fails              | Acknowledged     |
      | a text fails, Acknowledge          | a text goes out           | Normal           |
      | a text fails, Acknowledge          | Reset                     | Fault            |
      | a text fails, Acknowledge          | communication is lost     | No Communication |
      | a text fails, Mask                 | Acknowledge               | Masked           |
      | a text fails, Mask                 | Reset                     | Fault            |
      | Mask                               | a text fails              | Masked           |
      | Mask                               | communication is lost     | Masked           |
      | Mask                               | Reset                     | Normal           |
      | communication is lost              | communication is restored | Normal           |
      | communication is lost              | Acknowledge               | Acknowledged     |
      | communication is lost              | Reset                     | No Communication |
      | communication is lost, Acknowledge | Reset                     | No Communication |
      | communication is lost, Acknowledge | communication is restored | Normal           |

  Scenario Outline: System, latched, <history>: <action>
    Given the driver's settings:
      | setting      | value |
      | states.latch | yes   |
    And a running driver with the phone "Gate"
    And this has happened to "System": <history>
    When this happens to "System": <action>
    Then "System" shows <status>

    Examples:
      | history                                                       | action                    | status           |
      | a text fails                                                  | a text goes out           | Fault            |
      | a text fails                                                  | Reset                     | Fault            |
      | a text fails                                                  | Acknowledge               | Acknowledged     |
      | a text fails, a text goes out                                 | Acknowledge               | Acknowledged     |
      | a text fails, a text goes out                                 | Reset                     | Fault            |
      | a text fails, a text goes out, Acknowledge                    | Reset                     | Normal           |
      | a text fails, a text goes out, Acknowledge                    | a text fails              | Fault            |
      | a text fails, Acknowledge                                     | Reset                     | Fault            |
      | a text fails, Acknowledge                                     | a text goes out           | Acknowledged     |
      | communication is lost                                         | communication is restored | No Communication |
      | communication is lost, Acknowledge                            | communication is restored | Acknowledged     |
      | communication is lost, Acknowledge                            | Reset                     | No Communication |
      | communication is lost, communication is restored, Acknowledge | Reset                     | Normal           |
      | communication is lost, communication is restored              | Reset                     | No Communication |
