Feature: How texts are received
  How often the driver looks, how far back, and whose a text is, are settings of the site.

  @one-driver
  Scenario Outline: After a text the driver looks again within <floor> seconds
    Given the driver's settings:
      | setting              | value   |
      | receive.poll_floor_s | <floor> |
    And a running driver with the phone "Gate"
    And "Gate" texts "All clear"
    And 10 seconds pass
    And "Gate" texts "Really"
    When 3 seconds pass
    Then the event "Message Received" was published <count>

    Examples:
      | floor | count |
      | 2     | twice |
      | 8     | once  |

  Scenario Outline: A text to another number of the account, with receive.match = <match>
    Given the driver's settings:
      | setting       | value   |
      | receive.match | <match> |
    And a running driver with the phone "Gate"
    And "Gate" texts "All clear" to Twilio 2
    When 10 seconds pass
    Then the handset of "Gate" shows:
      | way | body      |
      | out | All clear |
    And the event "Message Received from External Number" was published <count>

    Examples:
      | match    | count   |
      | both     | 0 times |
      | external | once    |

  Scenario: Where only webhooks bring texts, a sweep finds what they lost
    Given Twilio can reach the driver's webhook
    And webhooks for incoming texts never arrive
    And the driver's settings:
      | setting                  | value   |
      | receive.mode             | webhook |
      | receive.sweep_interval_s | 120     |
    And a running driver with the phone "Gate"
    And "Gate" texts "All clear"
    When 2 minutes pass
    Then the event "Message Received" was published once

  Rule: A look reaches back

    Background:
      Given Twilio lists new messages 15 minutes late

    @one-driver
    Scenario Outline: Each look reaches back <overlap> seconds
      Given the driver's settings:
        | setting                  | value     |
        | receive.overlap_s        | <overlap> |
        | receive.sweep_interval_s | 86400     |
      And a running driver with the phone "Gate"
      And "Gate" texts "All clear"
      And 16 minutes pass
      When "Gate" texts "Still all clear"
      Then the handset of "Gate" shows:
        | way | body            |
        | out | All clear       |
        | out | Still all clear |
      And the event "Message Received" was published <count>

      Examples:
        | overlap | count   |
        | 600     | 0 times |
        | 1200    | once    |

    @one-driver
    Scenario Outline: A look reaches back a whole day every <interval> seconds
      Given the driver's settings:
        | setting                  | value      |
        | receive.sweep_interval_s | <interval> |
      And a running driver with the phone "Gate"
      And "Gate" texts "All clear"
      When 17 minutes pass
      Then the handset of "Gate" shows:
        | way | body      |
        | out | All clear |
      And the event "Message Received" was published <count>

      Examples:
        | interval | count   |
        | 60       | once    |
        | 7200     | 0 times |
