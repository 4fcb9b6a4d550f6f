Feature: Receipts by webhook
  Where Twilio can call the driver, receipts come at once.
  Lost, doubled, late and forged ones do no harm.

  Background:
    Given Twilio can call the driver's webhook
    And a running driver with the phone "Gate"

  Scenario: The receipt is there at once
    When the operator sends "Door forced" to phone "Gate"
    Then the command came to:
      | state     | delivery  |
      | succeeded | delivered |
    And Twilio called the webhook:
      | kind     | event     | status |
      | callback | sent      | 204    |
      | callback | delivered | 204    |

  Scenario Outline: Receipts that are <trouble> do no harm
    Given receipts are <trouble>
    And the operator sends "Door forced" to phone "Gate"
    When 60 seconds pass
    Then the command came to:
      | state     | delivery  |
      | succeeded | delivered |
    And the event "MessageDelivered" was published once
    And "Gate" shows Normal

    Examples:
      | trouble      |
      | lost         |
      | doubled      |
      | out of order |

  Scenario: A forged receipt is refused
    Given receipts are badly signed
    When the operator sends "Door forced" to phone "Gate"
    Then Twilio called the webhook:
      | kind     | event     | status |
      | callback | sent      | 403    |
      | callback | delivered | 403    |
