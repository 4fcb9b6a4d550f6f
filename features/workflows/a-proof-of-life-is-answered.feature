Feature: A proof of life is answered
  A person is texted by the clock and has to answer. A missing answer is a Fault of the phone, so that a site learns before the
  emergency that its chain is broken.

  Background:
    Given the driver's configuration also contains:
      """
      [receive]
      poll_interval_s = 60

      [[notify.proofs]]
      name = "night watch"
      phone = "desk"
      at = "00:10"
      zone = "UTC"
      message = "All well? Please answer OK."
      answer_within_s = 600
      """
    And a running driver with phones:
      | phone |
      | Desk  |

  Scenario: The answer comes in time
    Given 10 minutes pass
    And "Desk" texts "OK"
    When 15 minutes pass
    Then "Desk" shows Normal
    And the handset of "Desk" shows:
      | way | body                        |
      | in  | All well? Please answer OK. |
      | out | OK                          |

  Scenario: Nobody answers
    When 21 minutes pass
    Then "Desk" shows Fault
    And the alarms are:
      | asset  | state          |
      | Desk   | Unacknowledged |
      | System | Unacknowledged |

  Scenario: A late answer ends the Fault
    Given 21 minutes pass
    And "Desk" texts "sorry, here I am"
    When 60 seconds pass
    Then "Desk" shows Normal
