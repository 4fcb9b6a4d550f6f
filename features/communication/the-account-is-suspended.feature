Feature: The account is suspended
  An account that ran out of money or broke a rule is suspended by Twilio.
  Nothing can be sent or received then, and the System asset says so.

  Scenario: A suspended account answers no request
    Given a running driver with the phone "Gate"
    And Twilio answers every request with code 20005
    When 60 seconds pass
    Then the assets show:
      | asset  | status           | alarm          |
      | System | No Communication | unacknowledged |
      | Gate   | No Communication | -              |
