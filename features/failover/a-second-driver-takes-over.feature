Feature: A second driver takes over
  A site may run two drivers on one database: one is active, the other waits on standby.
  When the active one is stopped or dies, the other goes on, and nothing is lost or done twice.

  Background:
    Given the driver's settings:
      | setting          | value |
      | failover.enabled | yes   |
    And a running driver with the phone "Gate"
    And a second driver waits on standby

  Scenario: The driver on standby carries out nothing
    Then the driver on standby refuses commands because "this driver is on standby"
    And the handset of "Gate" shows nothing

  Scenario: A text that waits to be resent is sent by the second driver
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the driver is stopped
    And the second driver takes over
    When 5 seconds pass
    Then the command has succeeded after 2 attempts
    And Twilio was asked to send twice

  Scenario: Masks and alarms are there as they were
    Given the operator gives the command Mask to "Gate"
    And the driver is stopped
    When the second driver takes over
    Then "Gate" shows Masked

  Scenario: A text that was received makes no second event
    Given "Gate" texts "All clear"
    And 10 seconds pass
    And the driver is stopped
    And the second driver takes over
    When 30 seconds pass
    Then the event "Message Received" was published once

  Scenario: After a power cut between the two attempts the second driver makes exactly one more
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the driver is killed
    And the second driver takes over
    When 5 seconds pass
    Then the command has succeeded after 2 attempts
    And Twilio was asked to send twice
