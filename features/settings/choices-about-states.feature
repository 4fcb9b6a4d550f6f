Feature: Choices about states
  The platform's documentation leaves some questions open.
  The driver answers them one way; a site that wants it otherwise says so in its settings.

  Scenario Outline: With <setting> = <value>, <history>: <action>
    Given the driver's settings:
      | setting   | value   |
      | <setting> | <value> |
    And a running driver with the phone "Gate"
    And this has happened to "<asset>": <history>
    When this happens to "<asset>": <action>
    Then "<asset>" shows <status>

    Examples:
      | setting                      | value  | asset  | history                            | action       | status       |
      | states.mask_toggles          | no     | Gate   | Mask                               | Mask         | Masked       |
      | states.mask_toggles          | yes    | Gate   | Mask                               | Mask         | Normal       |
      | states.reset_while_active    | reject | System | communication is lost, Acknowledge | Reset        | Acknowledged |
      | states.re_alarm_on_repeat    | no     | Gate   | a text fails, Acknowledge          | a text fails | Acknowledged |
      | states.re_alarm_on_repeat    | yes    | Gate   | a text fails, Acknowledge          | a text fails | Fault        |
      | states.fault_on_send_failure | no     | Gate   | -                                  | a text fails | Normal       |
      | states.child_fault_rollup    | no     | System | -                                  | a text fails | Normal       |

    @one-driver
    Examples: How often the line failed before is not known to a driver that takes over
      | setting                    | value | asset  | history | action                | status |
      | states.comm_loss_threshold | 9     | System | -       | communication is lost | Normal |

  Scenario Outline: A text while there is no communication, with states.reject_when_down = <value>
    Given the driver's settings:
      | setting                 | value   |
      | states.reject_when_down | <value> |
    And a running driver with the phone "Gate"
    And this has happened to "System": communication is lost
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then the command ended as:
      | state   | reason   |
      | <state> | <reason> |

    Examples:
      | value | state     | reason            |
      | yes   | rejected  | ~no communication |
      | no    | executing | -                 |

  Scenario Outline: The grace at the start lasts <seconds> seconds
    Given the driver's settings:
      | setting                | value     |
      | states.startup_grace_s | <seconds> |
    And Twilio is unreachable
    And a running driver with the phone "Gate"
    When 60 seconds pass
    Then the assets show:
      | asset  | status           | alarm   |
      | System | No Communication | <alarm> |
      | Gate   | No Communication | -       |

    Examples:
      | seconds | alarm          |
      | 0       | unacknowledged |
      | 120     | -              |

  @one-driver
  Scenario Outline: The account is checked every <seconds> seconds
    Given the driver's settings:
      | setting                 | value     |
      | states.probe_interval_s | <seconds> |
    And a running driver with the phone "Gate"
    And the Twilio number replies to every text automatically
    When 70 seconds pass
    Then the assets show:
      | asset  | status | conditions   |
      | System | Normal | <conditions> |
      | Gate   | Normal | -            |

    Examples:
      | seconds | conditions      |
      | 60      | automatic_reply |
      | 600     | -               |

  Scenario Outline: A condition that is named is a Fault: <conditions>
    Given the driver's settings:
      | setting         | value        |
      | states.fault_on | <conditions> |
    And a running driver with the phone "Gate"
    And the Twilio number replies to every text automatically
    When 70 seconds pass
    Then "System" shows <status>

    Examples:
      | conditions          | status |
      | []                  | Normal |
      | ["automatic_reply"] | Fault  |
