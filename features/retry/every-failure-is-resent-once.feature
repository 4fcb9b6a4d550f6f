Feature: Every failure is resent once
  Whatever the reason, the driver tries a second time after five seconds and then gives up.
  The reason is kept: in the command, in the phone's state, in the event.

  Background:
    Given a running driver with the phone "Gate"

  Rule: What Twilio refuses twice terminates the command, and the phone says why

    Scenario Outline: Refused: <case>
      Given Twilio answers the next 2 messages with <answer>
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the command has terminated after 2 attempts
      And Twilio was asked to send twice
      And the assets show:
        | asset  | status | alarm          | reason    |
        | Gate   | Fault  | unacknowledged | ~<reason> |
        | System | Fault  | unacknowledged | ~Gate     |

      Examples:
        | case                 | answer            | reason                       |
        | invalid number       | code 21211        | not a valid phone number     |
        | country switched off | code 21408        | may not text to this country |
        | number not verified  | code 21608        | not verified                 |
        | recipient opted out  | code 21610        | opted out                    |
        | queue full           | code 21611        | any texts wait               |
        | no route             | code 21612        | no route                     |
        | landline             | code 21614        | cannot receive texts         |
        | nobody's number      | code 21659        | does not belong to Twilio    |
        | another account's    | code 21660        | another account              |
        | cannot text          | code 21661        | cannot send texts            |
        | unknown code         | an unknown code   | 29999                        |
        | too many requests    | too many requests | too many requests            |

  Rule: What fails once and is then accepted leaves no trace in the phone's state

    Scenario Outline: Accepted at the second attempt after <answer>
      Given Twilio answers the next message with <answer>
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the command has succeeded after 2 attempts
      And the handset of "Gate" shows:
        | way | body        |
        | in  | Door forced |
      And the assets show:
        | asset  | status | alarm |
        | Gate   | Normal | -     |
        | System | Normal | -     |

      Examples:
        | answer            |
        | HTTP 500          |
        | HTTP 502          |
        | HTTP 503          |
        | HTTP 504          |
        | too many requests |
        | code 21611        |

  Rule: Both attempts are on record

    Scenario: When each attempt was made and how it ended
      Given Twilio answers the next message with code 21614
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then its attempts were:
        | attempt | at  | outcome  | HTTP status | code  | sid |
        | 1       | 0 s | refused  | 400         | 21614 | -   |
        | 2       | 5 s | accepted | -           | -     | ~SM |

    Scenario: The second attempt is the same text between the same numbers
      Given Twilio answers the next message with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then Twilio was asked to send:
        | at  | from   | to   | body        | HTTP status |
        | 0 s | Twilio | Gate | Door forced | 503         |
        | 5 s | Twilio | Gate | Door forced | 201         |

    Scenario: Workflows learn that a text did not get out
      Given Twilio answers the next 2 messages with code 21614
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the event "MessageFailed" was published with:
        | parameter           | value                 |
        | Reason              | ~attempt 2 of 2       |
        | Error Code          | 21614                 |
        | Attempts            | 2                     |
        | Explanation         | ~cannot receive texts |
        | Destination Number  | Gate                  |
        | Source Phone Number | Twilio                |
        | Execution ID        | *                     |

    Scenario: A terminated text is a dead letter
      Given Twilio answers the next 2 messages with code 21614
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the dead letters are:
        | asset | body        | state      | reason          |
        | gate  | Door forced | terminated | ~attempt 2 of 2 |

    Scenario: A dead letter can be sent again
      Given Twilio answers the next 2 messages with code 21611
      And the operator sends "Door forced" to phone "Gate"
      And 5 seconds pass
      When the operator requeues the dead letter
      Then the command has succeeded after 1 attempt
      And the handset of "Gate" shows:
        | way | body        |
        | in  | Door forced |

    Scenario: A dead letter that is requeued twice is sent once
      Given Twilio answers the next 2 messages with code 21611
      And the operator sends "Door forced" to phone "Gate"
      And 5 seconds pass
      And the operator requeues the dead letter
      When the client repeats the command
      Then the command has succeeded after 1 attempt
      And Twilio was asked to send 3 times

  Rule: One text never waits for another phone's

    Scenario: A phone whose text waits does not hold up the others
      Given Twilio answers the next message with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      And there is a person called "A colleague"
      When a workflow calls Send Message with:
        | parameter           | value       |
        | Message Content     | Call Gate   |
        | Destination Number  | A colleague |
        | Source Phone Number | Twilio      |
      Then the handset of "A colleague" shows:
        | way | body      |
        | in  | Call Gate |

    Scenario: Texts to one phone keep their order when the first has to be resent
      Given Twilio answers the next message with HTTP 503
      And the operator sends "First" to phone "Gate"
      And the operator sends "Second" to phone "Gate"
      When 5 seconds pass
      Then the handset of "Gate" shows:
        | way | body   |
        | in  | First  |
        | in  | Second |
