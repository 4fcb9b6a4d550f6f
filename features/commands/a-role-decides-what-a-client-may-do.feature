Feature: A role decides what a client may do
  A wall display only shows; an operator's console sends texts. The data server tells them apart by their tokens.

  Scenario: A viewer sends nothing
    Given the data server knows a client with the role viewer
    And a running driver with the phone "Gate"
    When that client sends "Door forced" to phone "Gate"
    Then the command is refused because "this needs the role operator"
    And Twilio was never asked to send

  Scenario: An operator sends
    Given the data server knows a client with the role operator
    And a running driver with the phone "Gate"
    When that client sends "Door forced" to phone "Gate"
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door forced |
