Feature: A messaging service chooses the sender
  A site that texts people in several countries lets Twilio choose from whom a text comes.
  A phone asset then has the service's identifier in place of a Twilio number.

  Background:
    Given the messaging service may text as "SITE 7"
    And a running driver with phones:
      | phone  | external number | Twilio number |
      | Gate   | +12015550101    | Service       |
      | London | +447400123456   | Service       |

  Scenario: A country that takes names sees the name
    When the operator sends "Door forced" to phone "London"
    Then the handset of "London" shows:
      | way | from   | body        |
      | in  | SITE 7 | Door forced |
    And the command has succeeded after 1 attempt

  Scenario: A country that takes none sees a number of the service
    When the operator sends "Door forced" to phone "Gate"
    Then the handset of "Gate" shows:
      | way | from     | body        |
      | in  | Twilio 2 | Door forced |

  Scenario: An answer to any number of the service is the phone's
    Given "Gate" texts "All clear" to Twilio 2
    When 10 seconds pass
    Then the events were published in this order:
      | event                                 | asset  | Message Content |
      | Message Received                      | System | All clear       |
      | Message Received from External Number | Gate   | All clear       |
