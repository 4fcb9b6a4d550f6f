"""Assets: what they show, what happens to them, and the alarms they raise."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from driver.domain.status_table import State
from gherkin_tools.absence import holds_at_start
from gherkin_tools.scenario_checks import checked
from gherkin_tools.table_columns import SideBySide, columns, rows_wanted, table
from gherkin_tools.vocabulary import introduces
from harness.asset_actions import needs_faults, play, takes_long
from harness.capabilities import Capability, needs
from harness.driver.configuration_check import started
from harness.table_diff import compare, only_row, rows_of
from harness.vocabularies import (
    ACTIONS,
    ALARM,
    ALARM_STATE,
    ALARM_TYPE,
    ASSET,
    CHANNEL,
    CONDITIONS,
    NUMERAL,
    OPERATORS,
    PHONE,
    RESERVED,
    SECONDS,
    STATES,
    STATUS,
    YES_NO,
)
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given("phones with these histories:")
@checked(started)
@needs(Capability.FAULTS, Capability.CLOCK)
@columns(needed=("phone", "history"), history=ACTIONS)
@introduces(lambda _, rows: [("phone", row.get("phone", "")) for row in rows], reserved=RESERVED)
@rows_wanted
def phones_with_histories(harness: Harness, datatable: Table) -> None:
    """Start the driver and bring each phone into a state. Columns: phone, history (actions, separated by commas)."""
    rows = rows_of(datatable)
    harness.start_driver([{"phone": row["phone"]} for row in rows])
    play(harness, {row["phone"]: row["history"] for row in rows})


@given(parsers.parse('this has happened to "{name:Asset}": {history:Actions}', WORDS))
@needs(Capability.FAULTS, when=lambda history, **_: needs_faults(history))
@needs(Capability.CLOCK, when=lambda history, **_: takes_long(history))
def this_has_happened(harness: Harness, name: str, history: str) -> None:
    """Bring one asset into a state. Actions are separated by commas; ``-`` stands for no action."""
    play(harness, {name: history})


@when(parsers.parse('this happens to "{name:Asset}": {action:Happens}', WORDS))
@needs(Capability.FAULTS, when=lambda action, **_: needs_faults(action))
@needs(Capability.CLOCK, when=lambda action, **_: takes_long(action))
def this_happens(harness: Harness, name: str, action: str) -> None:
    """Apply one action to one asset: ``a text fails``, ``communication is lost``, ``Acknowledge``, …"""
    play(harness, {name: action})
    harness.commands.expect_rejections()


@when(parsers.parse("this happens to each phone: {action:Happens}", WORDS))
@needs(Capability.FAULTS, when=lambda action, **_: needs_faults(action))
@needs(Capability.CLOCK, when=lambda action, **_: takes_long(action))
def this_happens_to_each(harness: Harness, action: str) -> None:
    """Apply the same action to every phone: ``a text fails``, ``communication is lost``, ``Acknowledge``, …"""
    names = harness.phone_names()
    assert names, "there are no phones: begin with `Given a running driver with phones:`"
    play(harness, dict.fromkeys(names, action))
    harness.commands.expect_rejections()


@then("the phones show:")
@table(SideBySide(PHONE, STATUS))
def the_phones_show(harness: Harness, datatable: Table) -> None:
    """The status of each phone, side by side. Columns: the phones; one row. ``*`` matches any status."""
    row = only_row(datatable)
    expected = [["asset", "status"], *[[name, status] for name, status in row.items()]]
    harness.eventually(lambda: compare(expected, harness.view.assets(), exactly=False), "the phones")


@then("the assets show:")
@columns(
    "reason",
    "awaiting",
    asset=ASSET,
    fault_since=SECONDS,
    status=STATUS,
    alarm=ALARM,
    conditions=CONDITIONS,
    active_states=STATES,
    true_states=STATES,
)
def the_assets_show(harness: Harness, datatable: Table) -> None:
    """The assets. Columns: asset, status, alarm, reason, awaiting, conditions, fault since, active states, …"""
    harness.eventually(lambda: compare(datatable, harness.view.assets()), "the assets")


@then(parsers.parse('"{name:Asset}" shows {status:Status}', WORDS))
@holds_at_start(lambda status, **_: status == State.NORMAL)
def the_asset_shows(harness: Harness, name: str, status: str) -> None:
    """The status of one phone, or of the ``System`` asset. Other assets are not checked."""
    table = [["asset", "status"], [name, status]]
    harness.eventually(lambda: compare(table, harness.view.assets(), exactly=False), f"asset {name}")


@then("the alarms are:")
@columns(
    "comment",
    "reason",
    "follows from",
    asset=ASSET,
    active=YES_NO,
    masked=YES_NO,
    age=SECONDS,
    count=NUMERAL,
    severity=NUMERAL,
    type=ALARM_TYPE,
    state=ALARM_STATE,
    by=OPERATORS,
    via=CHANNEL,
)
def the_alarms_are(harness: Harness, datatable: Table) -> None:
    """The alarm grid. Columns: asset, type, state, active, age, count, by, via, comment, masked, severity, …"""
    harness.eventually(lambda: compare(datatable, harness.view.alarms()), "the alarms")


@then("no alarm is left")
def no_alarm_is_left(harness: Harness) -> None:
    """The alarm grid is empty, and at least one alarm was raised earlier in this scenario."""
    assert harness.view.events("AlarmRaised"), "no alarm was raised in this scenario, so this step proves nothing"
    harness.eventually(lambda: compare([["asset"]], harness.view.alarms()), "the alarms")
