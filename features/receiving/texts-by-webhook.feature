Feature: Texts by webhook
  Where Twilio can reach the driver, an incoming text makes its events at once.
  Polling goes on beside it, so that a lost webhook costs time but never a text.

  Background:
    Given Twilio can reach the driver's webhook
    And a running driver with the phone "Gate"

  Scenario: The events are there at once
    When "Gate" texts "All clear"
    Then the events were published in this order:
      | event                                 | asset  | Message Content |
      | Message Received                      | System | All clear       |
      | Message Received from External Number | Gate   | All clear       |

  Scenario: Nobody gets an automatic answer
    When "Gate" texts "All clear"
    Then the handset of "Gate" shows:
      | way | body      |
      | out | All clear |

  Scenario Outline: Webhooks for incoming texts that <fault> make each event once
    Given webhooks for incoming texts <fault>
    And "Gate" texts "All clear"
    When 10 minutes pass
    Then the event "Message Received" was published once
    And the event "Message Received from External Number" was published once

    Examples:
      | fault               |
      | never arrive        |
      | arrive late         |
      | arrive twice        |
      | arrive badly signed |

  Scenario: A forged webhook is refused
    Given webhooks for incoming texts arrive badly signed
    When "Gate" texts "All clear"
    Then the driver's webhook received:
      | kind            | status |
      | inbound_webhook | 403    |
