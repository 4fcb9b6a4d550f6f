Feature: Texts that Twilio lists late
  Twilio may show a message in its lists only some time after it arrived.
  Each poll therefore looks back, and now and then one looks back a whole day, so that no text is missed.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: Polls overlap
    Given Twilio lists new messages 45 seconds late
    And 20 seconds pass
    And "Gate" texts "All clear"
    When 80 seconds pass
    Then the event "Message Received" was published once

  @one-driver
  Scenario Outline: A sweep finds a text that is listed <delay> late
    Given the running driver reloads with these settings:
      | setting                 | value |
      | receive.poll_interval_s | 120   |
    And 20 minutes pass
    And Twilio lists new messages <delay> late
    And "Gate" texts "All clear"
    And <delay> pass
    When 6 minutes pass
    Then the event "Message Received" was published once

    Examples:
      | delay      |
      | 15 minutes |
      | 90 minutes |

  Scenario: A text with a picture keeps it
    Given "Gate" sends a picture with the text "Look at this"
    When 10 seconds pass
    Then the events were published in this order:
      | event                                 | Message Content | Media |
      | Message Received                      | Look at this    | ~http |
      | Message Received from External Number | Look at this    | ~http |
