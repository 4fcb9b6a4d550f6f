Feature: A failed text is resent after five seconds
  If a message fails to send, the driver resends it after five seconds.
  If it fails a second time, the command terminates.
  There are never more than two attempts.

  Background:
    Given a running driver with the phone "Gate"

  Rule: The second attempt comes five seconds after the first

    Scenario: Nothing is resent before five seconds have passed
      Given Twilio answers the next message with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 4.9 seconds pass
      Then Twilio was asked to send once

    Scenario: The second attempt succeeds
      Given Twilio answers the next message with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the command has succeeded after 2 attempts
      And the handset of "Gate" shows:
        | way | body        |
        | in  | Door forced |

    Scenario: A phone whose text was resent stays Normal
      Given Twilio answers the next message with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then "Gate" shows Normal

  Rule: After the second failure the command terminates

    Scenario: The command terminates
      Given Twilio answers the next 2 messages with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the command has terminated after 2 attempts
      And "Gate" shows Fault

    Scenario: A permanent refusal is resent once as well
      Given Twilio answers the next 2 messages with code 21612
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the command has terminated after 2 attempts

    Scenario: Nothing is sent after that
      Given Twilio answers the next 2 messages with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then within 10 minutes nothing more is sent
      And the handset of "Gate" shows nothing
