Feature: The system says which phones are in Fault
  Whoever sees the System asset in Fault wants to know whether one phone is concerned, and which, or many.

  Scenario: Three of four phones
    Given phones with these histories:
      | phone | history      |
      | Gate  | a text fails |
      | Desk  | a text fails |
      | Dock  | a text fails |
      | Yard  | -            |
    When 10 seconds pass
    Then the assets show:
      | asset  | status | reason                 |
      | Gate   | Fault  | *                      |
      | Desk   | Fault  | *                      |
      | Dock   | Fault  | *                      |
      | Yard   | Normal | Working                |
      | System | Fault  | ~3 phones are in Fault |

  Scenario: One of two phones
    Given phones with these histories:
      | phone | history      |
      | Gate  | a text fails |
      | Yard  | -            |
    When 10 seconds pass
    Then the assets show:
      | asset  | status | reason                  |
      | Gate   | Fault  | *                       |
      | Yard   | Normal | Working                 |
      | System | Fault  | ~phone Gate is in Fault |
