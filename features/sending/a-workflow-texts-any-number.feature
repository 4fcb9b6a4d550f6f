Feature: A workflow texts any number
  A workflow calls the system command Send Message.
  It names the destination and which of the account's numbers the message comes from.
  No phone asset is needed for the destination.

  Background:
    Given a running driver with the phone "Gate"
    And there is a person called "Facility manager"

  Scenario Outline: The text arrives from the number the workflow names: <sender>
    When a workflow calls Send Message with:
      | parameter           | value              |
      | Message Content     | Water in the vault |
      | Destination Number  | Facility manager   |
      | Source Phone Number | <sender>           |
    Then the command has succeeded after 1 attempt
    And the handset of "Facility manager" shows:
      | way | from     | body               |
      | in  | <sender> | Water in the vault |

    Examples:
      | sender   |
      | Twilio   |
      | Twilio 2 |

  Scenario: A text that fails is resent after five seconds as well
    Given Twilio answers the next message with HTTP 503
    And a workflow calls Send Message with:
      | parameter           | value              |
      | Message Content     | Water in the vault |
      | Destination Number  | Facility manager   |
      | Source Phone Number | Twilio             |
    When 5 seconds pass
    Then the command has succeeded after 2 attempts

  Scenario: A text that fails twice terminates and no phone shows Fault
    Given Twilio answers the next 2 messages with code 21614
    And a workflow calls Send Message with:
      | parameter           | value              |
      | Message Content     | Water in the vault |
      | Destination Number  | Facility manager   |
      | Source Phone Number | Twilio             |
    When 5 seconds pass
    Then the command has terminated after 2 attempts
    And the assets show:
      | asset  | status |
      | Gate   | Normal |
      | System | Normal |

  Scenario Outline: What the workflow gets wrong is refused: <case>
    When a workflow calls Send Message with:
      | parameter           | value         |
      | Message Content     | <text>        |
      | Destination Number  | <destination> |
      | Source Phone Number | <source>      |
    Then the command is refused because "<reason>"
    And Twilio was never asked to send

    Examples:
      | case           | text  | destination      | source | reason              |
      | no text        |       | Facility manager | Twilio | Message Content     |
      | bad number     | Hello | 12               | Twilio | Destination Number  |
      | no such sender | Hello | Facility manager | 12     | Source Phone Number |

  Scenario: A source number that is not the account's terminates
    Given a workflow calls Send Message with:
      | parameter           | value            |
      | Message Content     | Hello            |
      | Destination Number  | Facility manager |
      | Source Phone Number | +12015550199     |
    When 5 seconds pass
    Then the command has terminated after 2 attempts
