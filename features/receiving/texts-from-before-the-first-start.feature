Feature: Texts from before the first start
  The account's history may be long. The driver begins with what comes after its first start.

  Scenario: An old text is no event
    Given there is a person called "Gate"
    And "Gate" texts "From last week"
    And 2 minutes pass
    And a running driver with the phone "Gate"
    And "Gate" texts "From today"
    When 10 minutes pass
    Then the events were published in this order:
      | event                                 | Message Content |
      | Message Received                      | From today      |
      | Message Received from External Number | From today      |

  Scenario: A site that wants the last hour gets it
    Given the driver's settings:
      | setting            | value |
      | receive.backfill_s | 3600  |
    And there is a person called "Gate"
    And "Gate" texts "From half an hour ago"
    And 30 minutes pass
    And a running driver with the phone "Gate"
    When 10 seconds pass
    Then the list of messages is:
      | direction | from | body                  |
      | inbound   | Gate | From half an hour ago |
