Feature: Operators quiet and clear alarms
  Mask hides whatever an asset would show; Reset brings the true state back.
  Acknowledge records that somebody has seen it.
  Cancel only takes back the selection on the operator's screen.

  Background:
    Given a running driver with the phone "Gate"

  Rule: Mask and Reset

    Scenario Outline: Mask hides a healthy asset
      When the operator gives the command Mask to "<asset>"
      Then the assets show:
        | asset   | status |
        | <asset> | Masked |
        | *       | Normal |

      Examples:
        | asset  |
        | Gate   |
        | System |

    Scenario: A masked phone still sends
      Given the operator gives the command Mask to "Gate"
      When the operator sends "Door forced" to phone "Gate"
      Then the command has succeeded after 1 attempt

    Scenario: A masked phone hides its fault but not its true state
      Given the operator gives the command Mask to "Gate"
      And Twilio answers the next 2 messages with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      When 5 seconds pass
      Then the assets show:
        | asset  | status | true states |
        | Gate   | Masked | Fault       |
        | System | Normal | Normal      |

    Scenario Outline: Reset unmasks
      Given the operator gives the command Mask to "<asset>"
      When the operator gives the command Reset to "<asset>"
      Then the assets show:
        | asset | status |
        | *     | Normal |
        | *     | Normal |

      Examples:
        | asset  |
        | Gate   |
        | System |

  Rule: Acknowledge and Reset

    Scenario: Acknowledge marks a fault as seen
      Given Twilio answers the next 2 messages with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      And 5 seconds pass
      When the operator gives the command Acknowledge to "Gate"
      Then the assets show:
        | asset  | status       | alarm        | true states |
        | Gate   | Acknowledged | acknowledged | Fault       |
        | System | *            | *            | Fault       |

    Scenario: Reset clears an acknowledged send failure
      Given Twilio answers the next 2 messages with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      And 5 seconds pass
      And the operator gives the command Acknowledge to "Gate"
      When the operator gives the command Reset to "Gate"
      Then the assets show:
        | asset  | status | alarm |
        | Gate   | Normal | -     |
        | System | Normal | -     |

    Scenario: Acknowledge works for lost communication
      Given Twilio is unreachable
      And 300 seconds pass
      When the operator gives the command Acknowledge to "System"
      Then the assets show:
        | asset  | status           | alarm        |
        | System | Acknowledged     | acknowledged |
        | Gate   | No Communication | -            |

    Scenario: Acknowledge without an alarm changes nothing
      When the operator gives the command Acknowledge to "Gate"
      Then the command ended as:
        | state     | result |
        | succeeded | noop   |
      And "Gate" shows Normal

  Rule: Cancel

    Scenario Outline: Cancel changes nothing
      Given the operator gives the command Mask to "<asset>"
      When the operator gives the command Cancel to "<asset>"
      Then the command has succeeded
      And the assets show:
        | asset   | status |
        | <asset> | Masked |
        | *       | Normal |

      Examples:
        | asset  |
        | Gate   |
        | System |

    Scenario: Cancel never cancels a message that waits to be resent
      Given Twilio answers the next message with HTTP 503
      And the operator sends "Door forced" to phone "Gate"
      And the operator gives the command Cancel to "Gate"
      When 5 seconds pass
      Then the handset of "Gate" shows:
        | way | body        |
        | in  | Door forced |
