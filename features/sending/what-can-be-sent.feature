Feature: What can be sent
  A text has between 1 and 1600 characters, in any script.
  What cannot be sent is refused at once, before anything is tried.

  Background:
    Given a running driver with the phone "Gate"

  Scenario Outline: The text arrives unchanged: <case>
    When the operator sends "<text>" to phone "Gate"
    Then the handset of "Gate" shows:
      | way | body   |
      | in  | <text> |

    Examples:
      | case        | text                       |
      | accents     | Tür 3 geöffnet, à l'entrée |
      | Greek       | Συναγερμός Πύλη Δ          |
      | Chinese     | 三号门被打开                     |
      | emoji       | 🚨 Gate open 🚪              |
      | specials    | 50% & more = [a] {b} ~c    |
      | plus signs  | +1 + +2                    |
      | URL         | https://example.com/?a=1&b |
      | single word | x                          |

  Scenario Outline: A text of <characters> characters goes out in <segments> parts
    When the operator sends a text of <characters> characters to phone "Gate"
    Then the list of messages is:
      | direction | to   | segments   |
      | outbound  | Gate | <segments> |

    Examples:
      | characters | segments |
      | 160        | 1        |
      | 161        | 2        |
      | 306        | 2        |
      | 307        | 3        |
      | 1600       | 11       |

  Scenario: A text that is too long is refused
    When the operator sends a text of 1601 characters to phone "Gate"
    Then the command is refused because "1601 characters"
    And Twilio was never asked to send

  Scenario: An empty text is refused
    When the operator sends " " to phone "Gate"
    Then the command is refused because "Message Content is empty"
    And Twilio was never asked to send
