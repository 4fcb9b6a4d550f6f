Feature: A mask can end by itself
  Whoever masks an asset for a while says until when, so that no mask is forgotten.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: The mask holds until its end
    Given the operator gives the command Mask to "Gate" with:
      | parameter | value         |
      | Until     | in 60 seconds |
    When 59 seconds pass
    Then "Gate" shows Masked

  Scenario: The true state is shown when the mask has ended
    Given the operator gives the command Mask to "Gate" with:
      | parameter | value         |
      | Until     | in 60 seconds |
    And this has happened to "Gate": a text fails
    When 60 seconds pass
    Then the assets show:
      | asset  | status | alarm          |
      | Gate   | Fault  | unacknowledged |
      | System | Fault  | unacknowledged |

  Scenario: An end that is no moment is refused
    When the operator gives the command Mask to "Gate" with:
      | parameter | value    |
      | Until     | tomorrow |
    Then the command is refused because "expected a moment"
