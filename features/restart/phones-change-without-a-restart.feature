Feature: Phones change without a restart
  Whoever runs the driver adds, changes and removes phones in its configuration while texts come and go.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A phone that is added can be texted at once
    Given the running driver reloads with these phones:
      | phone |
      | Gate  |
      | Guard |
    When the operator sends "Door forced" to phone "Guard"
    Then the handset of "Guard" shows:
      | body        |
      | Door forced |

  Scenario: A text that waits goes to the number that it was given for
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the running driver reloads with these phones:
      | phone | external number |
      | Gate  | Guard           |
    When 5 seconds pass
    Then the handset of "Gate" shows:
      | body        |
      | Door forced |
    And Twilio was asked to send twice

  Scenario: A text that waits is sent though its phone was removed
    Given Twilio answers the next message with HTTP 503
    And the operator sends "Door forced" to phone "Gate"
    And the running driver reloads with these phones:
      | phone |
      | Guard |
    When 5 seconds pass
    Then the handset of "Gate" shows:
      | body        |
      | Door forced |
    And Twilio was asked to send twice

  Scenario: A phone that is removed takes its alarm along
    Given this has happened to "Gate": a text fails
    When the running driver reloads with these phones:
      | phone |
      | Guard |
    Then no alarm is left
