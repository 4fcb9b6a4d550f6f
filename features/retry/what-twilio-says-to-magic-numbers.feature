Feature: What Twilio says to magic numbers
  Twilio's test credentials judge messages without sending any: certain numbers always give certain errors.
  The driver has to understand the real ones, so this plays against the real API at no cost.

  @magic
  Scenario Outline: Magic: <case>
    Given Twilio's test credentials
    And a running driver with phones:
      | phone | external number | Twilio number |
      | Gate  | <to>            | <from>        |
    And the operator sends "Door forced" to phone "Gate"
    When 5 seconds pass
    Then its attempts were:
      | attempt | outcome   | code   |
      | 1       | <outcome> | <code> |
      | 2       | <outcome> | <code> |

    Examples:
      | case               | from         | to           | code  | outcome   |
      | invalid recipient  | +15005550006 | +15005550001 | 21211 | refused   |
      | no route           | +15005550006 | +15005550002 | 21612 | refused   |
      | country off        | +15005550006 | +15005550003 | 21408 | refused   |
      | opted out          | +15005550006 | +15005550004 | 21610 | refused   |
      | not a mobile phone | +15005550006 | +15005550009 | 21614 | refused   |
      | invalid sender     | +15005550001 | +12015550101 | 21212 | refused   |
      | not our sender     | +15005550007 | +12015550101 | 21606 | refused   |
      | sender's queue     | +15005550008 | +12015550101 | 21611 | transient |

  @magic
  Scenario: Magic: the sender that is always accepted
    Given Twilio's test credentials
    And a running driver with phones:
      | phone | external number | Twilio number |
      | Gate  | +12015550101    | +15005550006  |
    When the operator sends "Door forced" to phone "Gate"
    Then the command has succeeded after 1 attempt
