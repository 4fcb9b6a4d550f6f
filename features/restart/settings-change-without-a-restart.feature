Feature: Settings change without a restart
  Whoever runs the driver changes its configuration while texts come and go.
  It takes the changes over, and no text is lost or doubled by it.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A text that waits to be resent is sent all the same
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the running driver reloads with these settings:
      | setting                 | value |
      | receive.poll_interval_s | 5     |
    When 5 seconds pass
    Then the command has succeeded after 2 attempts
    And Twilio was asked to send twice

  Scenario: Texts are looked for as often as the new settings say
    Given the running driver reloads with these settings:
      | setting                 | value |
      | receive.poll_interval_s | 2     |
    And 10 seconds pass
    When "Gate" texts "All clear"
    Then within 3 seconds the event "Message Received" is published

  Scenario: A text received before makes no second event
    Given "Gate" texts "All clear"
    And 10 seconds pass
    And the running driver reloads with these settings:
      | setting                 | value |
      | receive.poll_interval_s | 5     |
    When 15 seconds pass
    Then the event "Message Received" was published once
