Feature: Every step can be traced
  Whoever has to know why an asset shows what it shows traces it while the driver runs.
  Changes of state with their causes, events and calls to Twilio are then in the debug log.

  Background:
    Given a running driver with the phone "Gate"

  Scenario: A fault that is raised and acknowledged, and its cause
    Given Debug Tools trace the topic state
    And this has happened to "Gate": a text fails
    When the operator gives the command Acknowledge to "Gate"
    Then the debug log shows in this order:
      | event         | asset_id | cause            | changes                        |
      | asset_changed | gate     | FaultRaised      | ~status: Normal -> Fault       |
      | asset_changed | twilio   | FaultRaised      | ~fault child_fault             |
      | asset_changed | gate     | AcknowledgeGiven | ~status: Fault -> Acknowledged |

  Scenario: The events of an arriving text
    Given Debug Tools trace the topic event
    And "Gate" texts "All clear"
    When 10 seconds pass
    Then the debug log shows in this order:
      | event           | asset_id | name                                  |
      | event_published | twilio   | Message Received                      |
      | event_published | gate     | Message Received from External Number |

  Scenario: What Twilio was asked
    Given Debug Tools trace the topic http
    When the operator sends "Door forced" to phone "Gate"
    Then the debug log shows in this order:
      | event        | method | asset_id | path            |
      | http_request | POST   | gate     | ~/Messages.json |

  Scenario: What clients asked
    Given Debug Tools trace the topic client
    When the operator gives the command Mask to "Gate"
    Then the debug log shows in this order:
      | event          | method | path                      | status |
      | client_request | POST   | /api/assets/gate/commands | 202    |
