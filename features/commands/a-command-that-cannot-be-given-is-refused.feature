Feature: A command that cannot be given is refused
  Whoever gives a command that does not exist, or leaves something out, learns so at once.
  Nothing is sent and nothing changes.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: An unknown command
    When a client gives "Gate" the unknown command "Explode"
    Then the command is refused because "Explode"

  Scenario: The system command without a destination
    When a workflow calls Send Message with:
      | parameter           | value              |
      | Message Content     | Water in the vault |
      | Source Phone Number | Twilio             |
    Then the command is refused because "Destination Number"
