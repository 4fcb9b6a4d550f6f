Feature: A full account texts anybody
  An upgraded account has none of the trial's limits: no sentence of Twilio's, no verified numbers.

  Scenario: The text has no prefix
    Given a Full Twilio account
    And a running driver with the phone "Gate"
    When the operator sends "Door forced" to phone "Gate"
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |

  Scenario: A number that was never verified gets its text
    Given a Full Twilio account
    And a running driver with phones:
      | phone | verified |
      | Dock  | no       |
    When the operator sends "Door forced" to phone "Dock"
    Then the handset of "Dock" shows:
      | way | body        |
      | in  | Door forced |

  Scenario: A number in a country that is switched off gets nothing
    Given a running driver with phones:
      | phone | external number |
      | Paris | +33155501234    |
    And the operator sends "Door forced" to phone "Paris"
    When 5 seconds pass
    Then the command has terminated after 2 attempts
    And the assets show:
      | asset  | status | reason                        |
      | Paris  | Fault  | ~may not text to this country |
      | System | Fault  | *                             |
