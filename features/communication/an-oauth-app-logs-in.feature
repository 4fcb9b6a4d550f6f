Feature: An OAuth app logs in
  Twilio recommends OAuth apps over the Authentication Token. The driver exchanges the app's client secret
  for access tokens, which are good for an hour.

  Background:
    Given the driver logs in with an OAuth app
    And the driver's configuration also contains:
      """
      [receive]
      poll_interval_s = 60
      """
    And a running driver with the phone "Gate"

  Scenario: Texts go out and come in
    Given the running driver reloads with these settings:
      | setting                 | value |
      | receive.poll_interval_s | 10    |
    And the operator sends "Door forced" to phone "Gate"
    And "Gate" texts "All clear"
    When 10 seconds pass
    Then the command has succeeded after 1 attempt
    And the event "Message Received" was published once

  Scenario: A token is renewed a minute before it expires
    Given 59 minutes pass
    When the operator sends "Door forced" to phone "Gate"
    Then the debug log shows in this order:
      | event                |
      | access_token_fetched |
      | access_token_fetched |
    And the command has succeeded after 1 attempt

  Scenario: A token that Twilio refuses costs no attempt
    Given Twilio answers the next message with the wrong credentials
    When the operator sends "Door forced" to phone "Gate"
    Then the command has succeeded after 1 attempt
    And Twilio was asked to send:
      | body        | HTTP status |
      | Door forced | 401         |
      | Door forced | 201         |

  Scenario: A client secret that is wrong is noticed
    Given the running driver reloads with these settings:
      | setting                    | value          |
      | twilio.oauth_client_secret | not-the-secret |
    When 60 seconds pass
    Then "System" shows No Communication

  @one-driver
  Scenario: A client secret is put right without a restart
    Given the running driver reloads with these settings:
      | setting                    | value          |
      | twilio.oauth_client_secret | not-the-secret |
    And 60 seconds pass
    And the driver logs in with an OAuth app
    And the running driver reloads with these settings:
      | setting                 | value |
      | receive.poll_interval_s | 5     |
    When the operator sends "Door forced" to phone "Gate"
    Then the command has succeeded after 1 attempt
    And "System" shows Normal
