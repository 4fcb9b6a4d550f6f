Feature: Debug tools show what the driver does
  Whoever looks for a cause opens Debug Tools on port 9623.
  Every step of a text is there; telephone numbers are shortened and texts are left out.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A refused attempt is in the log
    Given Twilio answers the next message with HTTP 503
    When the operator sends "Door forced" to phone "Gate"
    Then the debug log shows "attempt"
