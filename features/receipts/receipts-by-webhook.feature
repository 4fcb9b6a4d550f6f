Feature: Receipts by webhook
  Where Twilio can reach the driver, receipts come at once.
  Lost, doubled, late and forged ones do no harm.

  Background:
    Given Twilio can reach the driver's webhook
    And a running driver with the phone "Gate"

  Scenario: The receipt is there at once
    When the operator sends "Door forced" to phone "Gate"
    Then the command ended as:
      | state     | delivery  |
      | succeeded | delivered |
    And the driver's webhook received:
      | kind     | event     | status |
      | callback | sent      | 204    |
      | callback | delivered | 204    |

  Scenario Outline: Receipts that <fault> do no harm
    Given receipts <fault>
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the command ended as:
      | state     | delivery  |
      | succeeded | delivered |
    And the event "MessageDelivered" was published once
    And "Gate" shows Normal

    Examples:
      | fault               |
      | never arrive        |
      | arrive late         |
      | arrive twice        |
      | arrive out of order |

  Scenario: A forged receipt is refused
    Given receipts arrive badly signed
    When the operator sends "Door forced" to phone "Gate"
    Then the driver's webhook received:
      | kind     | event     | status |
      | callback | sent      | 403    |
      | callback | delivered | 403    |
