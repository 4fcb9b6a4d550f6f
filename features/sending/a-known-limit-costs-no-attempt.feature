Feature: A known limit costs no attempt
  While Twilio asks for fewer requests, texts wait instead of spending their two attempts on a refusal that is certain.

  Background:
    Given a running driver with the phone "Gate"
    And Twilio answers every request with too many requests
    And the operator sends "Door forced" to phone "Gate"

  @one-driver
  Scenario: The second attempt waits for the end of the limit
    When 2 minutes pass
    Then Twilio was asked to send once
    And the command ended as:
      | state     |
      | executing |

  @one-driver
  Scenario: The text goes out when the limit is over
    Given 2 minutes pass
    And Twilio is reachable again
    When 2 minutes pass
    Then the command has succeeded after 2 attempts
    And the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
