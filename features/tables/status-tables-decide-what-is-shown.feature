Feature: Status tables decide what is shown
  A status table maps states to the statuses that operators see, with their priorities and alarms.
  Tables are imported from CSV files while the driver runs.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A status can have a name of its own
    Given the status table is imported:
      | TableId | Status.State.Value | Status.Description | Status.Priority |
      | default | 1                  | Ready              | 5               |
    When 1 second passes
    Then "Gate" shows Ready

  Scenario: The smallest priority wins
    Given the status table is imported:
      | TableId | Status.State.Value | Status.Priority |
      | default | 3                  | 0               |
    And this has happened to "Gate": a text fails
    When the operator gives the command Mask to "Gate"
    Then "Gate" shows Fault

  Scenario: A status that is bound to no alarm raises none
    Given the status table is imported:
      | TableId | Status.State.Value | Status.IsAlarm |
      | default | 3                  | FALSE          |
    When this happens to "Gate": a text fails
    Then "Gate" shows Fault
    And the event "AlarmRaised" was never published

  Scenario: AlarmIsAutoReset TRUE means latched, as the platform's page says
    Given the status table is imported:
      | TableId | Status.State.Value | Status.IsAlarm | Status.AlarmIsAutoReset |
      | default | 3                  | TRUE           | TRUE                    |
    And this has happened to "Gate": a text fails
    When this happens to "Gate": a text goes out
    Then "Gate" shows Fault

  Scenario: A table without No Communication is refused and nothing changes
    When the status table is imported:
      | TableId | TableDescription | Status.State.Value |
      |         | Night            | 1                  |
    Then the import is refused because "No Communication"

  Scenario: Every mistake is named with its line and column
    When the status table is imported:
      | TableId | Status.State.Value | Status.Color |
      | default | 9                  | Red          |
      | default | 3                  | Reddish      |
    Then the import is refused because "2 mistakes"

  Scenario: What was imported survives a restart
    Given the status table is imported:
      | TableId | Status.State.Value | Status.Description |
      | default | 1                  | Ready              |
    When the driver is restarted
    Then "Gate" shows Ready

  Scenario: One phone can have a table of its own
    Given the status table is imported:
      | TableId | TableDescription | Status.State.Value | Status.Description | Status.Priority | Status.IsAlarm |
      |         | Night            | 1                  | Quiet              | 5               | FALSE          |
      |         | Night            | 4                  | Gone               | 2               | TRUE           |
    When the asset table is imported:
      | AssetId | StatusTableId |
      | gate    | night         |
    Then "Gate" shows Quiet
    And "System" shows Normal
