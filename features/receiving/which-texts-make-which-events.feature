Feature: Which texts make which events
  Every text to one of the account's numbers makes one event of the system.
  A phone asset makes its own event only when both its numbers match.

  Scenario: Each of several phones hears only its own texts
    Given a running driver with phones:
      | phone | Twilio number |
      | Gate  | Twilio        |
      | Dock  | Twilio 2      |
    And "Dock" texts "Truck is here" to Twilio 2
    When 10 seconds pass
    Then the events were published in this order:
      | event                                 | asset  | Message Content |
      | Message Received                      | System | Truck is here   |
      | Message Received from External Number | Dock   | Truck is here   |

  Scenario: The right sender on another Twilio number reaches the system only
    Given a running driver with phones:
      | phone | Twilio number |
      | Gate  | Twilio        |
    And "Gate" texts "Wrong line" to Twilio 2
    When 10 seconds pass
    Then the events were published in this order:
      | event            | asset  | Message Content |
      | Message Received | System | Wrong line      |
    And the event "Message Received from External Number" was never published

  Scenario: Two phones with the same pair of numbers both hear the text
    Given a running driver with phones:
      | phone | external number |
      | Gate  | Guard           |
      | Desk  | Guard           |
    And "Guard" texts "All clear"
    When 10 seconds pass
    Then the event "Message Received" was published once
    And the event "Message Received from External Number" was published twice

  Scenario: Texts are reported in the order in which they arrived
    Given a running driver with the phone "Gate"
    And "Gate" texts "One"
    And 1 second passes
    And "Gate" texts "Two"
    When 10 seconds pass
    Then the events were published in this order:
      | event                                 | asset  | Message Content |
      | Message Received                      | System | One             |
      | Message Received from External Number | Gate   | One             |
      | Message Received                      | System | Two             |
      | Message Received from External Number | Gate   | Two             |

  Scenario: Two texts with the same words are two texts
    Given a running driver with the phone "Gate"
    And "Gate" texts "Again"
    And "Gate" texts "Again"
    When 10 seconds pass
    Then the event "Message Received" was published twice

  Scenario Outline: Any script is received unchanged: <case>
    Given a running driver with the phone "Gate"
    And "Gate" texts "<text>"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published with:
      | parameter          | value  |
      | Message Content    | <text> |
      | Received Timestamp | ~2026- |

    Examples:
      | case    | text              |
      | accents | Tür 3 ist zu      |
      | Chinese | 三号门               |
      | emoji   | 👍                 |
      | markup  | <b>&amp; "quoted" |

  Scenario: A masked phone still receives
    Given a running driver with the phone "Gate"
    And the operator gives the command Mask to "Gate"
    And "Gate" texts "All clear"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published once

  Scenario: A text that came while Twilio was out of reach is received when it is back
    Given a running driver with the phone "Gate"
    And Twilio is unreachable
    And "Gate" texts "All clear"
    And 10 minutes pass
    And Twilio is reachable again
    When 2 minutes pass
    Then the event "Message Received" was published once
