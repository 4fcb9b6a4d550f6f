"""Workflow rules on a running driver: texts on alarms, answers that acknowledge, escalation, quiet hours."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from driver.domain import escalation
from driver.domain.escalation import Agenda
from driver.errors import StoreUnavailableError
from driver.ports.store import Committed, Forget, Once, SetMark, Write
from driver.services.agenda_text import dump
from driver.services.workflows import AGENDA
from driver.store import open_store
from support.driver_site import GATE, GUARD, OURS, Site, settings, site

REFUSED = {"type": "http_error", "status": 400, "code": 21612}
BOSS = "+12015550103"
PHONES = [
    {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
    {"id": "gate", "caption": "Gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
    {"id": "boss", "caption": "Boss", "external_phone_number": BOSS, "twilio_phone_number": OURS},
]
CHAIN = {
    "name": "alarms",
    "on": "AlarmRaised",
    "where": {"Asset": "gate"},
    "do": [
        {"to": "guard", "template": "alarm"},
        {"to": ["guard", "boss"], "message": "{Name} is still in {Alarm Type}", "after_s": 300},
    ],
}
NOTIFY = {
    "templates": {"alarm": "{Name}: {Alarm Type}. Reply {Code} to acknowledge."},
    "acknowledgers": ["guard"],
}
FIRST_TEXT = "Gate: Fault. Reply 10 to acknowledge."


def rules(*workflows: Mapping[str, Any], **notify: Any) -> dict[str, Any]:
    return {"phones": PHONES, "workflows": list(workflows), "notify": NOTIFY | notify}


async def alarm(here: Site, text: str = "lost") -> None:
    """Put the phone `gate` into Fault: a text to it fails twice."""
    here.fake.faults.clear()
    here.fault(REFUSED | {}, times=2)
    await here.send(text, "gate")
    await here.clock.advance(5)


async def texted(here: Site, number: str, body: str) -> None:
    """A person texts our number, and the driver takes it in."""
    await here.fake.handset(number).send(OURS, body)
    await here.clock.advance(15)


async def test_an_alarm_is_told_and_acknowledged_by_answering_with_its_code(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        assert here.received(GUARD) == [FIRST_TEXT]
        await texted(here, GUARD, "ack 10 on my way")
        assert await here.status("gate") == "Acknowledged"
        (record,) = (await here.asset("gate"))["alarms"]
        assert (record["acknowledgedBy"], record["comment"]) == ("Guard", "on my way")
        assert here.received(GUARD)[1:] == ["Acknowledged: Gate, Fault."]
        await here.clock.advance(600)
        assert here.received(BOSS) == [], "who acknowledges ends the escalation"
        assert len(here.received(GUARD)) == 2


async def test_an_alarm_that_nobody_acknowledges_goes_up_the_chain(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await here.clock.advance(290)
        assert here.received(BOSS) == []
        await here.clock.advance(10)
        assert here.received(BOSS) == ["Gate is still in Fault"]
        assert here.received(GUARD) == [FIRST_TEXT, "Gate is still in Fault"]


@pytest.mark.parametrize("command", ["Mask", "Acknowledge", "Reset"])
async def test_an_operator_ends_the_chain_as_well(tmp_path: Path, command: str) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await here.command("gate", command)
        await here.clock.advance(600)
        assert here.received(BOSS) == []


async def test_the_chain_goes_on_over_a_restart_at_the_times_it_had(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.settle()
            await alarm(here)
            assert here.received(GUARD) == [FIRST_TEXT]
        await here.clock.advance(200)
        async with here.running(config):
            await here.clock.settle()
            await here.clock.advance(60)
            assert here.received(BOSS) == []
            await texted(here, GUARD, "10")
            assert await here.status("gate") == "Acknowledged", "the code is remembered"
            await here.clock.advance(300)
            assert here.received(BOSS) == []


async def test_what_fell_due_while_the_driver_was_away_goes_out_when_it_is_back(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.settle()
            await alarm(here)
        await here.clock.advance(1000)
        async with here.running(config):
            await here.clock.settle()
            assert here.received(BOSS) == ["Gate is still in Fault"]


async def test_a_crash_before_remembering_sends_nothing_twice(tmp_path: Path) -> None:
    """After a crash the agenda may be an older one than what was done; everything is gone over again."""
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.settle()
        async with open_store(config.store.url) as store:
            before = (await store.remember()).marks[AGENDA]
        async with here.running(config):
            await here.clock.settle()
            await alarm(here)
            await here.clock.advance(400)
            await texted(here, GUARD, "10")
        texts = (here.received(GUARD), here.received(BOSS))
        assert len(texts[0]) == 3
        async with open_store(config.store.url) as store:
            await store.commit([SetMark(AGENDA, before)])
        async with here.running(config):
            await here.clock.settle()
            await here.clock.advance(1000)
        assert (here.received(GUARD), here.received(BOSS)) == texts


@pytest.mark.parametrize("body", ["STOP", "Cancel", "yes", "HELP", "10 minutes", "hello"])
async def test_twilios_keywords_and_small_talk_do_nothing(tmp_path: Path, body: str) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await texted(here, GUARD, body)
        assert await here.status("gate") == "Fault"
        assert here.received(GUARD)[:1] == [FIRST_TEXT]
        assert not any("cknowledged" in text for text in here.received(GUARD))


async def test_only_listed_phones_acknowledge(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await texted(here, BOSS, "10")
        await texted(here, "+12015550199", "10")
        assert await here.status("gate") == "Fault"
        assert here.received(BOSS) == []
        assert here.received("+12015550199") == [], "strangers are not answered"


async def test_answers_say_what_they_came_to_and_end_at_the_limit(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN, replies_per_hour=3)) as here:
        await texted(here, GUARD, "ack")
        await alarm(here)
        await texted(here, GUARD, "99")
        await here.command("gate", "Acknowledge")
        await texted(here, GUARD, "10")
        await texted(here, GUARD, "10")
        assert [text for text in here.received(GUARD) if text != FIRST_TEXT] == [
            "Which alarm? Answer with its code.",
            "No open alarm has the code 99.",
            "Already acknowledged by anonymous: Gate, Fault.",
        ]
        await here.clock.advance(3600)
        await here.command("gate", "Reset")
        await texted(here, GUARD, "10")
        assert here.received(GUARD)[-1] == "That alarm is over: Gate, Fault."


async def test_two_alarms_have_two_codes_and_a_word_is_not_enough(tmp_path: Path) -> None:
    both = CHAIN | {"where": {"Asset": ["gate", "boss"]}}
    async with site(tmp_path, **rules(both)) as here:
        await alarm(here)
        here.fault(REFUSED, times=2)
        await here.send("lost", "boss")
        await here.clock.advance(5)
        assert here.received(GUARD) == [FIRST_TEXT, "Boss: Fault. Reply 11 to acknowledge."]
        await texted(here, GUARD, "ack")
        assert (await here.status("gate"), await here.status("boss")) == ("Fault", "Fault")
        await texted(here, GUARD, "11")
        assert (await here.status("gate"), await here.status("boss")) == ("Fault", "Acknowledged")


async def test_quiet_hours_hold_back_all_but_the_top_severity(tmp_path: Path) -> None:
    quiet = {"start": "23:00", "end": "00:10", "zone": "UTC"}
    async with site(tmp_path, **rules(CHAIN, quiet_hours=quiet, severities={"Fault": 2})) as here:
        await alarm(here)
        await here.clock.advance(590)
        assert here.received(GUARD) == [], "the clock starts at midnight"
        await here.clock.advance(10)
        assert FIRST_TEXT in here.received(GUARD)


async def test_urgent_alarms_break_the_quiet(tmp_path: Path) -> None:
    quiet = {"start": "23:00", "end": "00:10", "zone": "UTC"}
    async with site(tmp_path, **rules(CHAIN, quiet_hours=quiet, severities={"Fault": 1})) as here:
        await alarm(here)
        assert here.received(GUARD) == [FIRST_TEXT]


async def test_a_text_can_be_handed_on_by_what_it_says(tmp_path: Path) -> None:
    rule = {
        "on": "Message Received",
        "where": {"Message Content": ["*fire*", "*smoke*"]},
        "do": [{"to": "boss", "message": "{Source Phone Number}: {Message Content}"}],
    }
    async with site(tmp_path, **rules(rule)) as here:
        await texted(here, GATE, "All quiet {Code}")
        await texted(here, GATE, "There is SMOKE {Code}")
        assert here.received(BOSS) == [f"{GATE}: There is SMOKE {{Code}}"]


async def test_a_rule_on_failures_does_not_chase_its_own_tail(tmp_path: Path) -> None:
    rule = {"on": "MessageFailed", "do": [{"to": "boss", "message": "{Name}: {Explanation}"}]}
    async with site(tmp_path, **rules(rule)) as here:
        here.fault(REFUSED, times=100)
        await here.send("lost", "gate")
        await here.clock.advance(60)
        assert here.creates() == 4, "twice the operator's text, twice the rule's, and no more"


async def test_a_rule_for_a_phone_that_is_gone_says_so_and_goes_on(tmp_path: Path) -> None:
    rule = CHAIN | {"do": [{"to": "nobody", "message": "x"}, {"to": "boss", "message": "y"}]}
    async with site(tmp_path, **rules(rule)) as here:
        await alarm(here)
        assert here.received(BOSS) == ["y"]
        url = here.driver.debugtools_url + "/api/logs?text=cannot+send"
        async with here.http.get(url) as answer:
            assert [record["phone"] for record in (await answer.json())["items"]] == ["nobody"]
        url = here.driver.debugtools_url + "/api/logs?text=names+a+phone"
        async with here.http.get(url) as answer:
            assert [record["phone"] for record in (await answer.json())["items"]] == ["nobody"], "told at the start"


async def test_without_rules_nothing_is_different(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, phones=PHONES, notify=NOTIFY)
        async with here.running(config):
            await here.clock.settle()
            await alarm(here)
            await texted(here, GUARD, "10")
            assert await here.status("gate") == "Fault"
            assert here.received(GUARD) == []
            health = await here.get("/healthz")
            assert "workflows" not in str(health)
        async with open_store(config.store.url) as store:
            assert AGENDA not in (await store.remember()).marks


async def test_new_rules_do_not_look_back(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            await here.clock.settle()
            await alarm(here)
        async with here.running(settings(here.fake, tmp_path, **rules(CHAIN))):
            await here.clock.settle()
            await here.clock.advance(600)
            assert here.received(GUARD) == []


@pytest.mark.parametrize(
    ("workflow", "notify", "says"),
    [
        ({"on": "AlarmRised"}, {}, "expected one of Message Received"),
        ({"where": {"Alarm": "x"}}, {}, "AlarmRaised has no field 'Alarm'"),
        ({"do": []}, {}, "at least 1"),
        ({"do": [{"to": "guard"}]}, {}, "either template"),
        ({"do": [{"to": "guard", "message": "x", "template": "alarm"}]}, {}, "either template"),
        ({"do": [{"to": "guard", "template": "alert"}]}, {}, "there is no template 'alert' in notify.templates"),
        ({"do": [{"to": "guard", "message": "{Nmae}"}]}, {}, "AlarmRaised has no field {Nmae}"),
        ({"do": [{"to": "boss", "message": "{Code}"}]}, {}, "{Code} goes to boss, who may not acknowledge"),
        ({"do": [{"to": "guard", "message": "x", "after_s": 1e9}]}, {}, "604800"),
        ({}, {"quiet_hours": {"start": "25:00", "end": "06:00", "zone": "UTC"}}, "a time of day in quotes"),
        ({}, {"quiet_hours": {"start": "22:00", "end": "06:00", "zone": "Toronto"}}, "a time zone such as"),
        ({}, {"quiet_hours": {"start": "22:00", "end": "22:00", "zone": "UTC"}}, "start and end are the same"),
        ({}, {"quiet_hours": {"start": "22:00", "end": "6:00", "zone": "UTC", "from_severity": 1}}, "greater than 1"),
    ],
)
async def test_mistakes_in_rules_are_told_at_the_start(
    tmp_path: Path, workflow: Mapping[str, Any], notify: Mapping[str, Any], says: str
) -> None:
    async with site(tmp_path, start=False) as here:
        with pytest.raises(ValidationError) as refused:
            settings(here.fake, tmp_path, **rules(CHAIN | dict(workflow), **notify))
        assert says in str(refused.value)


async def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        with pytest.raises(ValidationError, match="the name 'alarms' is used twice"):
            settings(here.fake, tmp_path, **rules(CHAIN, CHAIN))


async def test_a_database_in_trouble_delays_rules_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        store = here.driver.parts.store
        commit, since, refused = store.commit, store.events_since, 0

        async def troubled(writes: Sequence[Write], *, once: Once | None = None) -> Committed:
            nonlocal refused
            if any(isinstance(write, SetMark) and write.name == AGENDA for write in writes) and refused < 3:
                refused += 1
                raise StoreUnavailableError("full disk")
            return await commit(writes, once=once)

        monkeypatch.setattr(store, "commit", troubled)
        await alarm(here)
        assert here.received(GUARD) == []
        await here.clock.advance(20)
        assert (refused, here.received(GUARD)) == (3, [FIRST_TEXT])
        assert store.events_since == since


async def test_a_database_that_cannot_be_read_is_asked_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        workflows, store = here.driver.parts.workflows, here.driver.parts.store
        assert workflows._subscription is not None
        since, refused = store.events_since, 0

        async def troubled(seq: int, limit: int) -> Any:
            nonlocal refused
            refused += 1
            if refused < 3:
                raise StoreUnavailableError("locked")
            return await since(seq, limit)

        monkeypatch.setattr(store, "events_since", troubled)
        workflows._subscription._size = 0
        await alarm(here)
        workflows._subscription._size = 1000
        await here.clock.advance(20)
        assert here.received(GUARD) == [FIRST_TEXT], "its queue overflowed, and what it lost was read again"
        assert refused == 3


async def test_rules_that_were_away_too_long_go_on_with_the_newest(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            await here.clock.settle()
            await alarm(here)
            await here.command("gate", "Acknowledge")
            await here.command("gate", "Reset")
        async with open_store(config.store.url) as store:
            later = here.clock.now().replace(year=2100)
            await store.commit([Forget(later, 1000), SetMark(AGENDA, dump(Agenda(seq=0)))])
        async with here.running(config):
            await here.clock.settle()
            assert here.received(GUARD) == []
            await alarm(here)
            assert here.received(GUARD) == [FIRST_TEXT]


async def test_too_many_waiting_texts_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "MOST_WAITING", 1)
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        assert here.received(GUARD) == [FIRST_TEXT]
        async with here.http.get(here.driver.debugtools_url + "/api/logs?text=too+many+texts") as answer:
            assert len((await answer.json())["items"]) == 1


async def test_an_alarm_of_an_asset_that_is_gone_is_over(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(CHAIN))
        async with here.running(config):
            await here.clock.settle()
            await alarm(here)
        fewer = settings(here.fake, tmp_path, **(rules(CHAIN) | {"phones": [PHONES[0], PHONES[2]]}))
        async with here.running(fewer):
            await here.clock.settle()
            await texted(here, GUARD, "10")
            assert here.received(GUARD)[-1] == "That alarm is over: Gate, Fault."
            await here.clock.advance(600)
            assert here.received(BOSS) == []


async def test_events_told_twice_are_looked_at_once(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        workflows = here.driver.parts.workflows
        assert workflows._subscription is not None
        workflows._subscription.put(await here.driver.parts.store.events_since(0, 100) or ())
        await here.clock.settle()
        assert here.received(GUARD) == [FIRST_TEXT]
