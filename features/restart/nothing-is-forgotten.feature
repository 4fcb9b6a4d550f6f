Feature: Nothing is forgotten over a restart
  The driver may be stopped at any moment: for an update, by a power cut.
  Masks, alarms, acknowledgements and waiting texts are there again afterwards, and nothing is done twice.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A mask survives
    Given the operator gives the command Mask to "Gate"
    When the driver is restarted
    Then "Gate" shows Masked

  Scenario: An alarm survives with its acknowledgement
    Given this has happened to "Gate": a text fails, Acknowledge
    When the driver is restarted
    Then the alarms are:
      | asset  | state          | by   |
      | Gate   | Acknowledged   | Olga |
      | System | Unacknowledged | -    |

  Scenario: A text that waits to be resent survives
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the driver is restarted
    When 5 seconds pass
    Then the command has succeeded after 2 attempts
    And Twilio was asked to send twice

  Scenario: A text received before the restart makes no second event
    Given "Gate" texts "All clear"
    And 10 seconds pass
    And the driver is restarted
    When 10 minutes pass
    Then the event "Message Received" was published once

  Scenario: A text that arrives while the driver is stopped is received afterwards
    Given the driver is stopped
    And "Gate" texts "All clear"
    And 10 minutes pass
    When the driver starts again
    Then the events were published in this order:
      | event                                 | asset  | Message Content |
      | Message Received                      | System | All clear       |
      | Message Received from External Number | Gate   | All clear       |

  Scenario: A power cut between the two attempts leads to exactly one attempt more
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the driver is killed
    When the driver starts again
    Then the command has succeeded after 2 attempts
    And Twilio was asked to send twice
