Feature: How texts are sent
  Two attempts five seconds apart are the platform's rule. What is around them can be set.

  Scenario: A site that resends no refused text
    Given the driver's settings:
      | setting              | value |
      | send.retry_permanent | no    |
    And a running driver with the phone "Gate"
    And Twilio answers the next message with code 21610
    When the operator sends "Door forced" to phone "Gate"
    Then the command has terminated after 1 attempt
    And within 10 minutes nothing more is sent

  # A driver that takes over does not know when the one before last sent.
  @one-driver
  Scenario Outline: A number sends at its own pace: <seconds> seconds after the first text
    Given the driver's settings:
      | setting               | value |
      | send.per_sender_per_s | 0.1   |
    And a running driver with the phone "Gate"
    And the operator sends "Door forced" to phone "Gate"
    And the operator sends "Door closed" to phone "Gate"
    When <seconds> seconds pass
    Then Twilio was asked to send <count>

    Examples:
      | seconds | count |
      | 6       | once  |
      | 11      | twice |

  Scenario Outline: A lost answer is looked up <looks> times, <wait> seconds apart, before the text is sent again
    Given the driver's settings:
      | setting                    | value   |
      | send.lookups_before_resend | <looks> |
      | send.lookup_wait_s         | <wait>  |
    And a running driver with the phone "Gate"
    And Twilio never receives the next message and the connection is reset
    And the operator sends "Door forced" to phone "Gate"
    When <seconds> seconds pass
    Then Twilio was asked to send <count>

    Examples:
      | looks | wait | seconds | count |
      | 4     | 10   | 30      | once  |
      | 4     | 10   | 40      | twice |
      | 1     | 10   | 8       | twice |
      | 4     | 4    | 15      | once  |
      | 4     | 4    | 20      | twice |

  Scenario Outline: After its last attempt a text is looked for <looks> times
    Given the driver's settings:
      | setting                    | value   |
      | send.lookups_before_resend | 1       |
      | send.lookups               | <looks> |
    And a running driver with the phone "Gate"
    And Twilio never receives the next 2 messages and the connection is reset
    And the operator sends "Door forced" to phone "Gate"
    When 10 seconds pass
    Then the command ended as:
      | state   |
      | <state> |

    Examples:
      | looks | state      |
      | 1     | terminated |
      | 4     | executing  |

  Scenario: A site that waits five seconds for an answer
    Given the driver's settings:
      | setting          | value |
      | twilio.timeout_s | 5     |
    And a running driver with the phone "Gate"
    And Twilio accepts the next message but no response arrives
    And the operator sends "Door forced" to phone "Gate"
    When 12 seconds pass
    Then the command has succeeded after 1 attempt
