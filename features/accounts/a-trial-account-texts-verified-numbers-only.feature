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
    And the assets show:
      | asset  | status | reason                  |
      | Dock   | Fault  | ~trial account requires |
      | Gate   | Normal | Working                 |
      | System | Fault  | *                       |

  Scenario: The driver says what the trial means before anybody texts
    When 10 seconds pass
    Then the assets show:
      | asset  | status | conditions |
      | Dock   | Normal | unverified |
      | Gate   | Normal | -          |
      | System | Normal | trial      |

  Scenario: A workflow's text to an unverified number terminates as well
    Given a workflow calls Send Message with:
      | parameter           | value  |
      | Message Content     | Hello  |
      | Destination Number  | Dock   |
      | Source Phone Number | Twilio |
    When 5 seconds pass
    Then the command has terminated after 2 attempts

  Scenario Outline: Who texts in is received: <name>
    Given "<name>" texts "I am here"
    When 10 seconds pass
    Then the event "Message Received from External Number" was published once

    Examples:
      | name |
      | Gate |
      | Dock |

  Scenario: The prefix counts for the number of parts
    When the operator sends a text of 123 characters to phone "Gate"
    Then the list of messages is:
      | direction | to   | segments |
      | outbound  | Gate | 2        |
