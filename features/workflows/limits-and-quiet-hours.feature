Feature: Limits and quiet hours
  A rule must neither bury anybody in texts nor wake them up for what can wait until the morning.

  Rule: Quiet hours hold texts back

    Background:
      Given the driver's configuration also contains:
        """
        [receive]
        poll_interval_s = 60

        [notify.quiet_hours]
        start = "22:00"
        end = "00:30"
        zone = "UTC"

        [[workflows]]
        name = "alarms"
        on = "AlarmRaised"
        where = { "Name" = "Gate" }
        do = [{ to = "chief", message = "{Name}: {Alarm Type}" }]
        """
      And a running driver with phones:
        | phone |
        | Gate  |
        | Chief |
      And this has happened to "Gate": a text fails

    Scenario: During quiet hours nobody is texted
      When 25 minutes pass
      Then "Gate" shows Fault
      And the handset of "Chief" shows nothing

    Scenario: After quiet hours the text arrives
      When 35 minutes pass
      Then the handset of "Chief" shows:
        | way | body        |
        | in  | Gate: Fault |

  Rule: Replies are limited for each phone and hour

    Background:
      Given the driver's configuration also contains:
        """
        [receive]
        poll_interval_s = 60

        [notify]
        acknowledgers = ["chief"]
        replies_per_hour = 1

        [[workflows]]
        name = "alarms"
        on = "AlarmRaised"
        where = { "Name" = "Gate" }
        do = [{ to = "chief", message = "{Name}. Reply {Code}" }]
        """
      And a running driver with phones:
        | phone |
        | Gate  |
        | Chief |
      And this has happened to "Gate": a text fails

    Scenario: A further reply within the hour is left out
      Given "Chief" texts "77"
      And 1 minute passes
      And "Chief" texts "78"
      When 2 minutes pass
      Then the event "Message Received" was published twice
      And the handset of "Chief" shows:
        | way | body           |
        | in  | Gate. Reply 10 |
        | out | 77             |
        | in  | *              |
        | out | 78             |

    Scenario: An hour later replies are sent again
      Given "Chief" texts "77"
      And 61 minutes pass
      And "Chief" texts "78"
      When 2 minutes pass
      Then the handset of "Chief" shows:
        | way | body           |
        | in  | Gate. Reply 10 |
        | out | 77             |
        | in  | *              |
        | out | 78             |
        | in  | *              |

  Rule: What quiet hours hold back is for the site to decide

    Background:
      Given the driver's configuration also contains:
        """
        [notify.quiet_hours]
        start = "22:00"
        end = "00:30"
        zone = "UTC"

        [[workflows]]
        name = "held"
        on = "AlarmRaised"
        where = { "Name" = "Gate" }
        do = [{ to = "chief", message = "held: {Severity}" }]

        [[workflows]]
        name = "exempt"
        on = "AlarmRaised"
        where = { "Name" = "Gate" }
        quiet = false
        do = [{ to = "chief", message = "exempt: {Severity}" }]
        """
      And a running driver with phones:
        | phone |
        | Gate  |
        | Chief |

    Scenario: A rule can be exempt
      Given this has happened to "Gate": a text fails
      When 20 minutes pass
      Then the handset of "Chief" shows:
        | way | body      |
        | in  | exempt: 3 |

    Scenario Outline: So can alarms, with <setting> = <value>
      Given the running driver reloads with these settings:
        | setting   | value   |
        | <setting> | <value> |
      When this happens to "Gate": a text fails
      Then the handset of "Chief" shows:
        | way | body               |
        | in  | held: <severity>   |
        | in  | exempt: <severity> |

      Examples:
        | setting                          | value         | severity |
        | notify.severities                | { Fault = 1 } | 1        |
        | notify.other_severity            | 1             | 1        |
        | notify.quiet_hours.from_severity | 4             | 3        |
