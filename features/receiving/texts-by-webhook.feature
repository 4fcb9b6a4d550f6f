Feature: Texts by webhook
  Where Twilio can call the driver, an incoming text makes its events at once.
  Polling goes on beside it, so that a lost call costs time but never a text.

  Background:
    Given Twilio can call the driver's webhook
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

  Scenario Outline: Incoming calls that are <trouble> make each event once
    Given incoming calls are <trouble>
    And "Gate" texts "All clear"
    When 10 minutes pass
    Then the event "Message Received" was published once
    And the event "Message Received from External Number" was published once

    Examples:
      | trouble      |
      | lost         |
      | doubled      |
      | badly signed |

  Scenario: A forged call is refused
    Given incoming calls are badly signed
    When "Gate" texts "All clear"
    Then Twilio called the webhook:
      | kind            | status |
      | inbound_webhook | 403    |
