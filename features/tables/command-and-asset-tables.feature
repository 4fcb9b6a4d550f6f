Feature: Command and asset tables
  Command tables say which buttons an asset has; asset tables say which phones there are.
  Both are imported while the driver runs, without losing anything.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: The built-in command tables have the platform's commands
    When 1 second passes
    Then the command table contains:
      | TableId        | Command.Action.Description | Command.Name |
      | default-phone  | Send Message               | Send Message |
      | default-phone  | Mask                       | Mask         |
      | default-phone  | Acknowledge                | Acknowledge  |
      | default-phone  | Reset                      | Reset        |
      | default-phone  | Cancel                     | Cancel       |
      | default-system | Mask                       | Mask         |
      | default-system | Acknowledge                | Acknowledge  |
      | default-system | Reset                      | Reset        |
      | default-system | Cancel                     | Cancel       |

  Scenario: A button can have another name
    When the command table is imported:
      | TableId       | Command.CommandID | Command.Action.Value | Command.Name |
      | default-phone | 1                 | 1                    | Text         |
    Then the command table contains:
      | TableId       | Command.CommandID | Command.Name |
      | default-phone | 1                 | Text         |

  Scenario: A phone that is imported works at once
    Given the asset table is imported:
      | AssetId | Caption | ExternalPhoneNumber | TwilioPhoneNumber |
      | dock    | Dock    | +12015550102        | +12015550100      |
    When "+12015550102" texts "Truck is here"
    Then within 10 seconds the event "Message Received from External Number" is published

  Scenario: A number that a spreadsheet has spoilt is refused
    When the asset table is imported:
      | AssetId | ExternalPhoneNumber |
      | gate    | 1.20156E+10         |
    Then the import is refused because "line 2"
