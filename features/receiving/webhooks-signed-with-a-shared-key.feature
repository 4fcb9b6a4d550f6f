Feature: Webhooks signed with a shared key
  Twilio can sign its calls with a shared key instead of the Authentication Token.
  The driver accepts them with the keys it knows, and keys are rotated without a restart.

  Background:
    Given Twilio can reach the driver's webhook
    And the driver knows the shared key "Old"
    And a running driver with the phone "Gate"

  Scenario: A call signed with the key is accepted
    Given Twilio signs its webhooks with the shared key "Old"
    When "Gate" texts "All clear"
    Then the driver's webhook received:
      | kind            | status |
      | inbound_webhook | 200    |
    And the event "Message Received" was published once

  Scenario: A call signed with the Authentication Token is still accepted
    When "Gate" texts "All clear"
    Then the driver's webhook received:
      | kind            | status |
      | inbound_webhook | 200    |

  Scenario: A call signed with an unknown key is refused
    Given Twilio signs its webhooks with the shared key "New"
    And "Gate" texts "All clear"
    When 10 minutes pass
    Then the driver's webhook received:
      | kind            | status |
      | inbound_webhook | 403    |
    And the event "Message Received" was published once

  Scenario: The key is rotated without a restart
    Given Twilio signs its webhooks with the shared key "Old"
    And the driver knows the shared key "New"
    And "Gate" texts "Before"
    And Twilio signs its webhooks with the shared key "New"
    When "Gate" texts "After"
    Then the driver's webhook received:
      | kind            | status |
      | inbound_webhook | 200    |
      | inbound_webhook | 200    |
