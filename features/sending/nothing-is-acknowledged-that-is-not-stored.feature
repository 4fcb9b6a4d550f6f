Feature: Nothing is acknowledged that is not stored
  A database may be full, locked or gone, and an operator must not rely on a text that nobody remembers.
  The driver refuses what it cannot keep, and goes on by itself once it can.

  Background:
    Given a running driver with the phone "Gate"
    And the database is full

  Scenario: A text that cannot be stored is refused and not sent
    When the operator sends "Door forced" to phone "Gate"
    Then the command is refused because "database or disk is full"
    And the handset of "Gate" shows nothing
    And the driver logs an error about "database or disk is full"

  Scenario: The driver goes on by itself once there is room
    Given the operator sends "Door forced" to phone "Gate"
    And the command is refused because "database or disk is full"
    And the database has room again
    When the operator sends "Door closed" to phone "Gate"
    Then the handset of "Gate" shows:
      | way | body        |
      | in  | Door closed |
    And the driver logs an error about "database or disk is full"

  Scenario: A text that came in meanwhile is received once there is room
    Given "Gate" texts "All clear"
    And 10 seconds pass
    And the database has room again
    When 60 seconds pass
    Then the event "Message Received" was published once
    And the driver logs an error about "database or disk is full"
