Feature: Every transition of the System asset
  The System asset shows Fault while any of its phones has one, and No Communication while Twilio cannot be reached.
  Its commands follow the same rules as a phone's.

  Scenario Outline: System, not latched, <so far>: <happening>
    Given a running driver with the phone "Gate"
    And this has happened to "System": <so far>
    When this happens to "System": <happening>
    Then "System" shows <status>

    Examples:
      | so far                      | happening       | status           |
      | -                           | a text fails    | Fault            |
      | -                           | a text goes out | Normal           |
      | -                           | Twilio is lost  | No Communication |
      | -                           | Mask            | Masked           |
      | -                           | Acknowledge     | Normal           |
      | -                           | Reset           | Normal           |
      | -                           | Cancel          | Normal           |
      | a text fails                | a text fails    | Fault            |
      | a text fails                | a text goes out | Normal           |
      | a text fails                | Twilio is lost  | No Communication |
      | a text fails                | Mask            | Masked           |
      | a text fails                | Acknowledge     | Acknowledged     |
      | a text fails                | Reset           | Fault            |
      | a text fails                | Cancel          | Fault            |
      | a text fails, Acknowledge   | a text fails    | Acknowledged     |
      | a text fails, Acknowledge   | a text goes out | Normal           |
      | a text fails, Acknowledge   | Reset           | Fault            |
      | a text fails, Acknowledge   | Twilio is lost  | No Communication |
      | a text fails, Mask          | Acknowledge     | Masked           |
      | a text fails, Mask          | Reset           | Fault            |
      | Mask                        | a text fails    | Masked           |
      | Mask                        | Twilio is lost  | Masked           |
      | Mask                        | Reset           | Normal           |
      | Twilio is lost              | Twilio is back  | Normal           |
      | Twilio is lost              | Acknowledge     | Acknowledged     |
      | Twilio is lost              | Reset           | No Communication |
      | Twilio is lost, Acknowledge | Reset           | No Communication |
      | Twilio is lost, Acknowledge | Twilio is back  | Normal           |

  Scenario Outline: System, latched, <so far>: <happening>
    Given the driver's settings:
      | setting      | value |
      | states.latch | yes   |
    And a running driver with the phone "Gate"
    And this has happened to "System": <so far>
    When this happens to "System": <happening>
    Then "System" shows <status>

    Examples:
      | so far                                      | happening       | status           |
      | a text fails                                | a text goes out | Fault            |
      | a text fails                                | Reset           | Fault            |
      | a text fails                                | Acknowledge     | Acknowledged     |
      | a text fails, a text goes out               | Acknowledge     | Acknowledged     |
      | a text fails, a text goes out               | Reset           | Fault            |
      | a text fails, a text goes out, Acknowledge  | Reset           | Normal           |
      | a text fails, a text goes out, Acknowledge  | a text fails    | Fault            |
      | a text fails, Acknowledge                   | Reset           | Fault            |
      | a text fails, Acknowledge                   | a text goes out | Acknowledged     |
      | Twilio is lost                              | Twilio is back  | No Communication |
      | Twilio is lost, Acknowledge                 | Twilio is back  | Acknowledged     |
      | Twilio is lost, Acknowledge                 | Reset           | No Communication |
      | Twilio is lost, Twilio is back, Acknowledge | Reset           | Normal           |
      | Twilio is lost, Twilio is back              | Reset           | No Communication |
