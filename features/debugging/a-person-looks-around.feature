Feature: A person looks around
  Whoever wants to see a situation with their own eyes stops a scenario there and opens the pages.
  Played with: pytest features/debugging -m manual

  @manual
  Scenario: A phone in Fault can be looked at
    Given a running driver with the phone "Gate"
    And this has happened to "Gate": a text fails
    When I pause here
    Then "Gate" shows Fault
