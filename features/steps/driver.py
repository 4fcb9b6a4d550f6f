"""The driver process: configuration, start and stop, database, and logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import pytest
from pytest_bdd import given, parsers, then, when

from gherkin_tools.absence import absence
from gherkin_tools.scenario_checks import checked
from gherkin_tools.table_columns import columns, rows_wanted
from gherkin_tools.vocabulary import Rows, introduces, text
from harness.capabilities import Capability, needs
from harness.driver import configuration
from harness.driver.configuration import value_of
from harness.driver.configuration_check import (
    app_chosen,
    client_chosen,
    killed,
    phones_reloaded,
    sections_chosen,
    settings_chosen,
    settings_reloaded,
    started,
    started_again,
)
from harness.table_diff import compare, rows_of
from harness.vocabularies import RESERVED, SENDER, SETTING, YES_NO, toml_problems
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]

_MORE = ("external number", "location")
"""Free-text columns of a phone table, besides the phone's name."""


def _phones(_: object, rows: Rows) -> Iterator[tuple[str, str]]:
    """Yield the phones that a table introduces, and the names that stand for their external numbers."""
    for row in rows:
        yield "phone", row.get("phone", "")
        yield "person", row.get("external number", "")


@given("the driver's settings:")
@checked(settings_chosen)
@columns(needed=("setting", "value"), setting=SETTING)
@rows_wanted
def the_settings(harness: Harness, datatable: Table) -> None:
    """Change settings before the driver starts. Columns: setting (``section.key``), value (or ``-``)."""
    harness.changes |= {row["setting"]: value_of(row["value"]) for row in rows_of(datatable)}


@given("the driver logs in with an OAuth app")
@checked(app_chosen)
@needs(Capability.ACCOUNTS)
def the_driver_logs_in_with_an_app(harness: Harness) -> None:
    """Use the account's OAuth app instead of the Auth Token. Before the driver starts, or before a reload."""
    account = harness.personas.account
    harness.changes |= {
        "twilio.auth_token": None,
        "twilio.oauth_client_id": account.oauth_client_id,
        "twilio.oauth_client_secret": account.oauth_client_secret,
    }


@given(parsers.parse('the driver knows the shared key "{name}"'))
@needs(Capability.ACCOUNTS)
def the_driver_knows_a_key(harness: Harness, name: str) -> None:
    """A key that Twilio may use to sign webhooks. A second key is added by a reload and does not replace the first."""
    key = harness.twilio.shared_key(name)
    if "twilio.shared_key" not in harness.changes:
        harness.changes["twilio.shared_key"] = key
    else:
        harness.changes["twilio.shared_key_secondary"] = key
        harness.reload_driver()


@given("the running driver reloads with these settings:")
@checked(settings_reloaded)
@columns(needed=("setting", "value"), setting=SETTING)
@rows_wanted
def the_driver_reloads_settings(harness: Harness, datatable: Table) -> None:
    """Reload the driver with changed settings. Settings that need a restart are refused. Columns: setting, value."""
    harness.changes |= {row["setting"]: value_of(row["value"]) for row in rows_of(datatable)}
    harness.reload_driver()


@given("the running driver reloads with these phones:")
@when("the running driver reloads with these phones:")
@checked(phones_reloaded)
@columns(*_MORE, needed=("phone",), verified=YES_NO, Twilio_number=SENDER)
@introduces(_phones, reserved=RESERVED)
def the_driver_reloads_phones(harness: Harness, datatable: Table) -> None:
    """Reload the driver with exactly these phones. Columns as for a running driver."""
    harness.reload_driver(rows_of(datatable))


@given("the driver's configuration also contains:")
@checked(sections_chosen)
@text(toml_problems)
def the_configuration_also_contains(harness: Harness, docstring: str) -> None:
    """Add sections to ``driver.toml``, written as in the file. Before the driver starts."""
    harness.changes |= configuration.in_sections(docstring)


@given(parsers.parse("the data server knows a client with the role {role:Role}", WORDS))
@checked(client_chosen)
def the_data_server_knows_a_client(harness: Harness, role: str) -> None:
    """Add a client with a token; from then on every client needs one. Before the driver starts."""
    harness.changes |= {"dataserver.tokens": configuration.tokens(role)}


@given("a running driver with phones:")
@checked(started)
@columns(*_MORE, needed=("phone",), verified=YES_NO, Twilio_number=SENDER)
@introduces(_phones, reserved=RESERVED)
def a_running_driver(harness: Harness, datatable: Table) -> None:
    """Start the driver. Columns: phone; optionally verified (yes, no), external number, Twilio number, location."""
    harness.start_driver(rows_of(datatable))


@given(parsers.parse('a running driver with the phone "{name}"'))
@checked(started)
@introduces(lambda arguments, _: [("phone", arguments["name"])], reserved=RESERVED)
def a_running_driver_with_one_phone(harness: Harness, name: str) -> None:
    """Start the driver with one phone and default settings."""
    harness.start_driver([{"phone": name}])


@given(parsers.parse("the driver is {way:Stop}", WORDS))
@when(parsers.parse("the driver is {way:Stop}", WORDS))
@checked(started_again)
def the_driver_is_stopped(harness: Harness, way: str) -> None:
    """Stop the driver gracefully. Time passes without it, or it starts again on the same database."""
    harness.stop_driver()
    if way == "restarted":
        harness.start_driver()


@given("the driver is killed")
@checked(killed)
@needs(Capability.KILL)
def the_driver_is_killed(harness: Harness) -> None:
    """End the driver without warning, as a power failure would; it has no chance to shut down cleanly."""
    harness.kill_driver()


@given("a second driver waits on standby")
@needs(Capability.SECOND)
def a_second_driver_waits(harness: Harness) -> None:
    """Start a second driver with the same settings and database. Needs ``failover.enabled`` = yes."""
    harness.start_second_driver()


@given("the second driver takes over")
@when("the second driver takes over")
@needs(Capability.SECOND)
def the_second_driver_takes_over(harness: Harness) -> None:
    """Wait until the second driver is the active one; every later step talks to it."""
    harness.second_driver_takes_over()


@then(parsers.parse('the driver on standby refuses commands because "{reason}"'))
@needs(Capability.SECOND)
def the_driver_on_standby_refuses(harness: Harness, reason: str) -> None:
    """A message given to the driver on standby is refused, and the response contains this reason."""
    assert reason in (given := harness.refused_on_standby()), f"the driver gives another reason: {given}"


@when("the driver starts again")
@checked(started_again)
def the_driver_starts_again(harness: Harness) -> None:
    """Start the stopped driver on the same database."""
    harness.start_driver()


@given(parsers.parse("the database {room:Room}", WORDS))
@needs(Capability.DATABASE_FILE)
def the_database_has_room_or_not(harness: Harness, room: str) -> None:
    """While the database is full, stored data can be read but nothing can be added."""
    if room == "is full":
        harness.database.fill()
    else:
        harness.database.make_room()


@then(parsers.parse('the driver logs an error about "{text}"'))
@needs(Capability.LOG)
def the_driver_logs_an_error(harness: Harness, text: str) -> None:
    """The debug log contains an error with this text. Any error that no scenario announces is itself a failure."""
    harness.view.expect_error(text)


@given(parsers.parse("Debug Tools trace the topic {topic:Topic}", WORDS))
@needs(Capability.LOG)
def debug_tools_trace(harness: Harness, topic: str) -> None:
    """Log more detail from now on. Topics: ``state``, ``event``, ``http``, ``timer``, ``client``, ``flow``."""
    harness.view.trace(topic)


@then(parsers.parse('the debug log shows "{text}"'))
@needs(Capability.LOG)
def the_debug_log_shows(harness: Harness, text: str) -> None:
    """The debug log contains a record with this text."""
    table = [["event"], [f"~{text}"]]
    harness.eventually(lambda: compare(table, harness.view.log(), exactly=False), "the debug log")


@then(parsers.parse('the debug log never shows "{text}"'))
@needs(Capability.LOG)
@absence
def the_debug_log_never_shows(harness: Harness, text: str) -> None:
    """The text occurs in the scenario (in a message, number or setting) but in no log record, even across restarts."""
    assert harness.mentions(text), f"{text!r} occurs nowhere in this scenario, so the log could not show it"
    records = [{"record": str(record)} for record in harness.everything_logged() if text in str(record)]
    seen = compare([["record"]], records)
    assert seen.fits, f"the debug log shows it: {seen.explanation}"


@then("the debug log shows in this order:")
@needs(Capability.LOG)
@rows_wanted
def the_debug_log_shows_in_order(harness: Harness, datatable: Table) -> None:
    """Records of the named events and assets, and no others. Columns: level, event, asset_id, attempt, or any key."""
    harness.eventually(lambda: compare(datatable, harness.view.logged(datatable), in_order=True), "the debug log")


@when("I pause here")
def i_pause_here(harness: Harness, request: pytest.FixtureRequest) -> None:
    """Pause the scenario and print the addresses of the pages until Enter is pressed. Refused in CI."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    capture.suspend_global_capture(in_=True)
    try:
        harness.pause()
    finally:
        capture.resume_global_capture()
