Feature: An operator texts a phone
  An operator picks a phone asset and sends a message.
  It travels from the asset's Twilio number to its external number.
  The command succeeds as soon as Twilio has accepted the message; delivery is reported later.

  Scenario: The text arrives as it was written
    Given a running driver with the phone "Gate"
    When the operator sends "Door forced at dock 3" to phone "Gate"
    Then the command has succeeded after 1 attempt
    And the handset of "Gate" shows:
      | way | from   | body                  | status    |
      | in  | Twilio | Door forced at dock 3 | delivered |

  Scenario: The phone stays Normal
    Given a running driver with the phone "Gate"
    When the operator sends "Door forced at dock 3" to phone "Gate"
    Then the assets show:
      | asset  | status | alarm |
      | Gate   | Normal | -     |
      | System | Normal | -     |

  Scenario: Each phone texts from its own Twilio number
    Given a running driver with phones:
      | phone | Twilio number |
      | Gate  | Twilio        |
      | Dock  | Twilio 2      |
    When the operator sends "Fire drill" to phone "Dock"
    Then the handset of "Dock" shows:
      | way | from     | body       |
      | in  | Twilio 2 | Fire drill |
    And the handset of "Gate" shows nothing
