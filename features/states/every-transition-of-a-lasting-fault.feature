Feature: Every transition of a lasting fault
  Some faults last until the driver finds that their cause is gone, however many texts succeed meanwhile.
  Here it is Twilio's automatic reply, which this site takes for a fault of the System asset.

  Scenario Outline: Lasting, not latched, <history>: <action>
    Given the driver's settings:
      | setting         | value               |
      | states.fault_on | ["automatic_reply"] |
    And a running driver with the phone "Gate"
    And this has happened to "System": <history>
    When this happens to "System": <action>
    Then "System" shows <status>

    Examples:
      | history                                  | action                         | status           |
      | -                                        | automated replies are found    | Fault            |
      | automated replies are found              | a text goes out                | Fault            |
      | automated replies are found              | automated replies are disabled | Normal           |
      | automated replies are found              | communication is lost          | No Communication |
      | automated replies are found              | Mask                           | Masked           |
      | automated replies are found              | Acknowledge                    | Acknowledged     |
      | automated replies are found              | Reset                          | Fault            |
      | automated replies are found, Acknowledge | automated replies are disabled | Normal           |
      | automated replies are found, Acknowledge | communication is lost          | No Communication |
      | automated replies are found, Acknowledge | Mask                           | Masked           |
      | automated replies are found, Acknowledge | Acknowledge                    | Acknowledged     |
      | automated replies are found, Acknowledge | Reset                          | Fault            |
      | automated replies are found, Mask        | automated replies are disabled | Masked           |
      | automated replies are found, Mask        | Acknowledge                    | Masked           |
      | automated replies are found, Mask        | Reset                          | Fault            |

  Scenario Outline: Lasting, latched, <history>: <action>
    Given the driver's settings:
      | setting         | value               |
      | states.fault_on | ["automatic_reply"] |
      | states.latch    | yes                 |
    And a running driver with the phone "Gate"
    And this has happened to "System": <history>
    When this happens to "System": <action>
    Then "System" shows <status>

    Examples:
      | history                                                                  | action                         | status           |
      | -                                                                        | automated replies are found    | Fault            |
      | automated replies are found                                              | automated replies are disabled | Fault            |
      | automated replies are found                                              | Acknowledge                    | Acknowledged     |
      | automated replies are found                                              | Reset                          | Fault            |
      | automated replies are found, Acknowledge                                 | automated replies are disabled | Acknowledged     |
      | automated replies are found, Acknowledge                                 | Reset                          | Fault            |
      | automated replies are found, automated replies are disabled              | automated replies are found    | Fault            |
      | automated replies are found, automated replies are disabled              | communication is lost          | No Communication |
      | automated replies are found, automated replies are disabled              | Mask                           | Masked           |
      | automated replies are found, automated replies are disabled              | Acknowledge                    | Acknowledged     |
      | automated replies are found, automated replies are disabled              | Reset                          | Fault            |
      | automated replies are found, Acknowledge, automated replies are disabled | automated replies are found    | Fault            |
      | automated replies are found, Acknowledge, automated replies are disabled | communication is lost          | No Communication |
      | automated replies are found, Acknowledge, automated replies are disabled | Acknowledge                    | Acknowledged     |
      | automated replies are found, Acknowledge, automated replies are disabled | Reset                          | Normal           |
      | automated replies are found, Mask                                        | automated replies are disabled | Masked           |
      | automated replies are found, Mask                                        | Acknowledge                    | Masked           |
      | automated replies are found, Mask                                        | Reset                          | Fault            |
