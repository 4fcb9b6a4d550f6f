Feature: A text that is too old is not sent
  An alarm that arrives hours later misleads whoever reads it.
  A text has a time of validity: the driver does not send it afterwards, and Twilio does not deliver it afterwards.

  Background:
    Given the driver's settings:
      | setting         | value |
      | send.validity_s | 199   |
    And a running driver with the phone "Gate"

  Scenario: Twilio learns how long a text is valid
    When the operator sends "Door forced" to phone "Gate"
    Then Twilio was asked to send:
      | body        | validity |
      | Door forced | ~19      |

  Scenario: A text that waited for the driver too long is a dead letter
    Given Twilio answers the next message with code 21611
    And the operator sends "Door forced" to phone "Gate"
    And the driver is stopped
    And 4 minutes pass
    When the driver starts again
    Then the dead letters are:
      | asset | body        | state      | reason              |
      | gate  | Door forced | terminated | ~too old to be sent |
    And Twilio was asked to send once

  Scenario: A text that waited for a shorter time is sent
    Given Twilio answers the next message with code 21611
    And the operator sends "Door forced" to phone "Gate"
    And the driver is stopped
    And 1 minute passes
    When the driver starts again
    Then the command has succeeded after 2 attempts
