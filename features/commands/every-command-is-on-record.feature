Feature: Every command is on record
  Who did what, where and when can be shown later, in the columns of the operator activity report.

  Background:
    Given a running driver with the phone "Gate"

  Scenario Outline: <command> is in the audit
    When the operator gives the command <command> to "Gate"
    Then the audit contains:
      | Device Type | Command/Status | Action    | Computer | User Name | Location |
      | Phone       | <command>      | ~<action> | Desk 1   | Olga      | Gate     |

    Examples:
      | command     | action       |
      | Mask        | Command ok   |
      | Acknowledge | Command noop |
      | Reset       | Command noop |
      | Cancel      | Command ok   |

  Scenario: Send Message is in the audit, its text is not
    When the operator sends "The code is 4711" to phone "Gate"
    Then the audit contains:
      | Device Type | Command/Status | Action            | User Name |
      | Phone       | Send Message   | ~Command accepted | Olga      |

  Scenario: A status that changed is in the audit
    When the operator gives the command Mask to "Gate"
    Then the audit contains:
      | Device Type | Command/Status | Action         | User Name |
      | Phone       | Masked         | Status changed | driver    |

  Scenario: The system asset's commands are in the audit too
    When the operator gives the command Mask to "System"
    Then the audit contains:
      | Device Type | Command/Status | User Name |
      | System      | Mask           | Olga      |
