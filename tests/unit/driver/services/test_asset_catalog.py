"""The catalog: assets found by id and by numbers, each with the rules from the configuration."""

from dataclasses import replace

import pytest

from driver.config.models import StatesConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.config.rules import NotifyConfig
from driver.domain.asset import AlarmRules
from driver.domain.commands import AssetType
from driver.domain.facts import CommReason, FaultCause
from driver.domain.status_table import State, default_table
from driver.services.asset_catalog import AssetCatalog, asset_catalog, incomplete, rules_from
from support.driver_memory import GATE, GUARD, OURS

SERVICE = "MG" + "a" * 32


def phone(name: str, external: str | None = GUARD, sender: str | None = OURS, **more: str) -> PhoneConfig:
    return PhoneConfig(id=name, external_phone_number=external, twilio_phone_number=sender, **more)


def catalog(*phones: PhoneConfig, rules: AlarmRules | None = None, any_destination: bool | None = None) -> AssetCatalog:
    system = SystemConfig(caption="Texts")
    if any_destination is None:
        return asset_catalog(system, phones, lambda _asset_id: rules or AlarmRules())
    return asset_catalog(system, phones, lambda _asset_id: AlarmRules(), any_destination=any_destination)


def test_a_phone_that_lacks_numbers_says_which_and_what_it_takes() -> None:
    made = catalog(phone("a", None, None), phone("b", None), phone("c", sender=None), phone("d"))
    assert [entry.own_problem for entry in made.entries.values()] == [
        "",
        "External Phone Number and Twilio Phone Number not configured",
        "External Phone Number not configured",
        "Twilio Phone Number not configured",
        "",
    ]
    loss = incomplete(made.entries["b"])
    assert (loss.reason, loss.detail, loss.hint) == (
        CommReason.CONFIG_INVALID,
        "External Phone Number not configured",
        "both numbers in the asset's properties",
    )


def test_an_asset_is_called_by_its_caption_and_stands_where_its_location_says() -> None:
    made = catalog(phone("a"), phone("b", caption="Gate"), phone("c", caption="Desk", logging_description="Hall"))
    names = [(entry.caption, entry.location) for entry in made.entries.values()]
    assert names == [("Texts", "Texts"), ("a", "a"), ("Gate", "Gate"), ("Desk", "Hall")]
    assert made.system.asset_type is AssetType.SYSTEM
    described = asset_catalog(SystemConfig(logging_description="Cellar"), [], lambda _asset_id: AlarmRules())
    assert described.system.location == "Cellar"


def test_a_text_belongs_to_the_phones_of_its_two_numbers() -> None:
    phones = (phone("a"), phone("b", sender="+12015550109"), phone("c", sender=SERVICE), phone("d", GATE))
    names = [entry.asset_id for entry in catalog(*phones).phones_for(GUARD, OURS)]
    assert names == ["a", "c"], "an answer to a service may come to any of its numbers"
    anywhere = catalog(*phones, any_destination=True).phones_for(GUARD, OURS)
    assert [entry.asset_id for entry in anywhere] == ["a", "b", "c"]
    assert AssetCatalog(catalog(*phones).entries.values()).phones_for(GUARD, "+1") == (catalog(*phones).entries["c"],)
    assert catalog(*phones).phones_for("+1", OURS) == ()
    assert [entry.asset_id for entry in catalog(*phones).phones_of(GATE)] == ["d"]
    assert catalog(*phones).twilio_numbers == (OURS, "+12015550109")
    assert catalog(*phones).messaging_services == (SERVICE,)


def test_each_asset_has_its_command_table() -> None:
    made = asset_catalog(
        SystemConfig(), [phone("a")], lambda _asset_id: AlarmRules(), command_table_of=lambda name: f"table of {name}"
    )
    assert [entry.command_table for entry in made.entries.values()] == ["table of twilio", "table of a"]


def test_phones_of_one_person_have_one_handset() -> None:
    made = catalog(phone("a"), phone("b"), phone("c", GATE), phone("d", None))
    assert [made.handset(name, {"b", "c"}) for name in ("a", "b", "c", "d", "gone")] == ["b", "b", "c", "d", "gone"]
    assert made.handset("a", {"a", "b"}) == "a"


def test_phones_raise_the_alarms_where_the_system_raises_none() -> None:
    quiet = default_table()
    silent = replace(quiet, rows=tuple(row for row in quiet.rows if State.NO_COMMUNICATION not in row.states))
    for table, suppressed in ((quiet, True), (silent, False)):
        made = catalog(phone("a"), rules=AlarmRules(table=table))
        assert made.entries["a"].rules.suppress_parent_down is suppressed


@pytest.mark.parametrize(
    ("states", "rules"),
    [
        ({}, {}),
        ({"latch": True}, {"table": default_table(latch=True)}),
        ({"latch_mode": "strict"}, {"latch_strict": True}),
        ({"mask_toggles": True}, {"mask_toggles": True}),
        ({"reset_while_active": "reject"}, {"reject_reset_while_active": True}),
        ({"re_alarm_on_repeat": True}, {"re_alarm_on_repeat": True}),
        ({"fault_hold_s": 60}, {"fault_hold_s": 60}),
        ({"suppress_child_comm_alarms": False}, {"suppress_parent_down": False}),
        ({"fault_on": ["trial"]}, {"fault_on": frozenset({FaultCause.TRIAL})}),
    ],
)
def test_each_choice_of_the_configuration_is_a_rule(states: dict[str, object], rules: dict[str, object]) -> None:
    notify = NotifyConfig(severities={"Fault": 7})
    usual = AlarmRules(severities=notify.alarm_severities())
    made = rules_from(StatesConfig.model_validate(states), notify)
    assert made == replace(usual, **rules)  # type: ignore[arg-type]  # the keys are the class's own
