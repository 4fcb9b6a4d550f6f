Feature: The account is checked
  The Account Security Identifier and the Authentication Token come from the Twilio console.
  With wrong ones nothing works, and the assets say so in words an operator understands.

  Scenario: The right ones make the assets Normal
    Given a running driver with the phone "Gate"
    When 60 seconds pass
    Then the assets show:
      | asset  | status | reason  |
      | System | Normal | Working |
      | Gate   | Normal | Working |

  Scenario Outline: Wrong communication settings: <case>
    Given the driver's settings:
      | setting   | value   |
      | <setting> | <value> |
    And a running driver with the phone "Gate"
    When 60 seconds pass
    Then the assets show:
      | asset  | status           | alarm          | reason            |
      | System | No Communication | unacknowledged | ~credentials      |
      | Gate   | No Communication | -              | ~no communication |

    Examples:
      | case               | setting            | value                              |
      | token              | twilio.auth_token  | not-the-token                      |
      | account identifier | twilio.account_sid | AC00000000000000000000000000000000 |

  Scenario: Credentials that stop working are noticed at the next poll
    Given a running driver with the phone "Gate"
    And Twilio answers every request with the wrong credentials
    When 10 seconds pass
    Then "System" shows No Communication

  @one-driver
  Scenario: Communication is lost only after three failures
    Given a running driver with the phone "Gate"
    And Twilio is unreachable
    When 10 seconds pass
    Then "System" shows Normal

  Scenario: A restart does not raise alarms before Twilio had time to answer
    Given Twilio is unreachable
    And a running driver with the phone "Gate"
    When 20 seconds pass
    Then the assets show:
      | asset  | status           | alarm |
      | System | No Communication | -     |
      | Gate   | No Communication | -     |

  Scenario: After the grace at start the alarm comes
    Given Twilio is unreachable
    And a running driver with the phone "Gate"
    When 60 seconds pass
    Then the assets show:
      | asset  | status           | alarm          |
      | System | No Communication | unacknowledged |
      | Gate   | No Communication | -              |

  @one-driver
  Scenario: A Twilio that asks for fewer requests is not out of reach
    Given a running driver with the phone "Gate"
    And Twilio answers every request with too many requests
    When 3 minutes pass
    Then the assets show:
      | asset  | status | reason    |
      | System | Fault  | ~requests |
      | Gate   | Normal | Working   |
