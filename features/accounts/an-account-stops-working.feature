Feature: An account stops working
  Twilio suspends accounts, and prepaid money runs out.
  Nothing can be sent then, and the assets say what is wrong with the account.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A suspended account
    Given the Twilio account is suspended
    When 60 seconds pass
    Then the assets show:
      | asset  | status | alarm          | reason     |
      | System | Fault  | unacknowledged | ~suspended |
      | Gate   | Normal | -              | Working    |

  Scenario: A text on an account without money terminates and says so
    Given the Twilio account is out of money
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the command has terminated after 2 attempts
    And the assets show:
      | asset  | status | reason                 |
      | Gate   | Fault  | ~account is not active |
      | System | Fault  | *                      |
