Feature: A latched alarm that is over stays as it was
  After a restart nobody knows yet whether Twilio answers. That is no reason to raise anew what an operator has
  acknowledged, and what is only latched any more.

  Background:
    Given the driver's settings:
      | setting      | value |
      | states.latch | yes   |
    And a running driver with the phone "Gate"

  Scenario Outline: No Communication is over: <history>
    Given this has happened to "System": <history>
    And the driver is restarted
    When 60 seconds pass
    Then the alarms are:
      | asset  | type             | state   | count |
      | System | No Communication | <state> | 1     |
    And "System" shows <status>

    Examples:
      | history                                                       | state          | status           |
      | communication is lost, Acknowledge, communication is restored | Acknowledged   | Acknowledged     |
      | communication is lost, communication is restored              | Unacknowledged | No Communication |
