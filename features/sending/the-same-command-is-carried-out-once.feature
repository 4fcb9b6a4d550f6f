Feature: The same command is carried out once
  A client that lost the answer repeats its command under the same id.
  It gets the first answer again, and nobody gets a second text.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A repeated command sends nothing more
    Given the operator sends "Door forced" to phone "Gate"
    When the client repeats the command
    Then the command has succeeded after 1 attempt
    And Twilio was asked to send once

  Scenario: A repeated Mask masks once
    Given the operator gives the command Mask to "Gate"
    When the client repeats the command
    Then the command ended as:
      | state     | result |
      | succeeded | ok     |
