Feature: A trial account texts verified numbers only
  Twilio puts its own sentence before each text of a trial account.
  It refuses to text numbers that were not verified.
  It does not mind who texts in.

  Background:
    Given a Trial Twilio account
    And a running driver with phones:
      | phone | verified |
      | Gate  | yes      |
      | Dock  | no       |

  Scenario: A verified number sees the trial prefix
    When the operator sends "Door forced" to phone "Gate"
    Then the handset of "Gate" shows:
      | way | body                                              |
      | in  | Sent from your Twilio trial account - Door forced |

  Scenario: An unverified number gets nothing and the phone shows Fault
    Given the operator sends "Door forced" to phone "Dock"
    When 5 seconds pass
    Then the command has terminated after 2 attempts
    And the handset of "Dock" shows nothing
    And "Dock" shows Fault

  Scenario: An unverified number may text in
    Given "Dock" texts "I am here"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published 1 time
