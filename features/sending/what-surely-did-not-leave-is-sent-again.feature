Feature: What surely did not leave is sent again
  Where nothing answers at Twilio's address, no text can have left, so nothing has to be looked up.

  Scenario: The second attempt comes after five seconds, without a look-up
    Given the driver's settings:
      | setting         | value              |
      | twilio.base_url | http://127.0.0.1:9 |
    And a running driver with the phone "Gate"
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then its attempts were:
      | at  | outcome   |
      | 0 s | transient |
      | 5 s | transient |
    And the command has terminated after 2 attempts
