Feature: A phone needs its two numbers
  A phone asset has an External Phone Number and a Twilio Phone Number.
  Without both, or with a Twilio number that is not the account's, it cannot work and says why.

  Scenario Outline: A phone that cannot work: <case>
    Given a running driver with phones:
      | phone | external number | Twilio number |
      | Gate  | <external>      | <twilio>      |
      | Dock  | +12015550102    | Twilio        |
    When 60 seconds pass
    Then the assets show:
      | asset  | status           | reason    |
      | Gate   | No Communication | ~<reason> |
      | Dock   | Normal           | Working   |
      | System | Normal           | Working   |

    Examples:
      | case               | external     | twilio       | reason                |
      | no external number | -            | Twilio       | External Phone Number |
      | no Twilio number   | +12015550101 | -            | Twilio Phone Number   |
      | not the account's  | +12015550101 | +12015550199 | does not own          |

  Scenario: A message to a phone without a number is rejected at once
    Given a running driver with phones:
      | phone | external number |
      | Gate  | -               |
    When the operator sends "Hello" to phone "Gate"
    Then the command ended as:
      | state    | result   | reason                 |
      | rejected | rejected | ~External Phone Number |
