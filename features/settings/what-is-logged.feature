Feature: What is logged
  Message texts are private and are not in the log, unless the site wants them there while it looks for a cause.

  Scenario Outline: What was texted is in the log only with log.bodies: <bodies>
    Given the driver's settings:
      | setting    | value    |
      | log.bodies | <bodies> |
    And a running driver with the phone "Gate"
    And Debug Tools trace the topic http
    When the operator sends "Door forced" to phone "Gate"
    Then the debug log shows in this order:
      | event        | method | asset_id | form    |
      | http_request | POST   | gate     | ~<form> |

    Examples:
      | bodies | form        |
      | no     | characters] |
      | yes    | Door forced |

  Scenario: A site that only wants warnings
    Given the driver's settings:
      | setting   | value   |
      | log.level | WARNING |
    And a running driver with the phone "Gate"
    And Twilio answers the next 2 messages with code 21610
    And the operator sends "attempt_started" to phone "Gate"
    When 5 seconds pass
    Then the debug log shows "attempt_failed"
    And the debug log never shows "attempt_started"
