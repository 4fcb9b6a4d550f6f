Feature: A workflow texts any number
  A workflow calls the system command Send Message.
  It names the destination and which of the account's numbers the message comes from.
  No phone asset is needed for the destination.

  Scenario: The text arrives from the number the workflow names
    Given a running driver with the phone "Gate"
    When a workflow calls Send Message with:
      | parameter           | value              |
      | Message Content     | Water in the vault |
      | Destination Number  | Facility manager   |
      | Source Phone Number | Twilio             |
    Then the command has succeeded after 1 attempt
    And the handset of "Facility manager" shows:
      | way | from         | body               |
      | in  | +12015550100 | Water in the vault |
