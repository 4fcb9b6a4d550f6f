"""Searching lists: messages by person, text and time, the audit by its columns, and the history of alarms."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy.dialects import sqlite

from driver.domain.events import Event
from driver.domain.message import received_message
from driver.domain.outbound_message import OutboundMessage
from driver.ports.store import (
    AlarmSearch,
    AuditEntry,
    AuditSearch,
    MessageSearch,
)
from driver.store import search
from harness.driver.open_store import open_store
from support.driver_site import GATE, GUARD, OURS, REFUSED, Site, site

WAITING = OutboundMessage(
    execution_id="e1",
    asset_id="guard",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    due_at=datetime(2026, 1, 1, tzinfo=UTC),
    parameters={"Message Content": "the vault is open"},
    from_number=OURS,
    to_number=GUARD,
)


def happened(at: datetime, name: str, asset_id: str) -> Event:
    return Event(f"{name}{asset_id}{at}", asset_id, asset_id, "Phone", name, {}, {}, at, at)


async def items(here: Site, path: str) -> list[Any]:
    return list((await here.get(path))["items"])


async def bodies(here: Site, query: str) -> list[str]:
    return [message["body"] for message in await items(here, f"/api/messages?{query}")]


async def test_messages_are_found_by_person_text_and_time(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.send("Fire in hall B")
        await here.clock.advance(60)
        await here.fake.handset(GUARD).send(OURS, "On my way, 100 %")
        await here.fake.handset(GATE).send(OURS, "gate is shut")
        await here.clock.advance(20)
        system = {"Message Content": "by a workflow", "Destination Number": GUARD, "Source Phone Number": OURS}
        await here.client.system_command("twilio", "Send Message", system)
        await here.clock.advance(5)
        assert await bodies(here, "asset=guard") == ["by a workflow", "On my way, 100 %", "Fire in hall B"]
        assert await bodies(here, "asset=guard&pageSize=1") == ["by a workflow"]
        assert await bodies(here, "q=FIRE") == ["Fire in hall B"]
        assert await bodies(here, "q=0%20%25") == ["On my way, 100 %"]
        assert await bodies(here, f"q={GATE[1:]}") == ["gate is shut"]
        assert await bodies(here, "asset=guard&q=way") == ["On my way, 100 %"]
        assert await bodies(here, "to=2026-01-01T00:00:30Z") == ["Fire in hall B"]
        assert len(await bodies(here, "from=2026-01-01T00:00:30Z")) == 3
        assert await bodies(here, "asset=twilio") == []
        assert (await here.get("/api/messages?asset=door", 404))["detail"] == "there is no asset 'door'"
        for wrong in ("from=2026", "to=yesterday", "from=2026-01-01", "to=2026-01-01T00:00:00"):
            assert (await here.get(f"/api/messages?{wrong}", 400))["errors"][0]["path"] == wrong[: wrong.index("=")]


async def test_the_history_names_nobody_for_what_happened_by_itself(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED, times=2)
        await here.send("lost")
        await here.clock.advance(5)
        await here.command("guard", "Acknowledge")
        await here.send("arrives")
        await here.clock.advance(5)
        history = await items(here, "/api/alarms/history?asset=guard")
        assert [(line["event"], line["user"]) for line in history] == [
            ("cleared", ""),
            ("acknowledged", "anonymous"),
            ("raised", ""),
        ]


async def test_texts_are_found_as_people_write_them(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for text in ("ÄRGER am Tor", 'say "help"\nand wait', "Straße frei"):
            await here.send(text)
        await here.send("to the gate", "gate")
        await here.clock.advance(5)

        async def found(looked_for: str) -> list[str]:
            return await bodies(here, urlencode({"q": looked_for}))

        async def explained(looked_for: str) -> int:
            url = f"{here.driver.debugtools_url}/api/stories?{urlencode({'q': looked_for})}"
            async with here.http.get(url) as answer:
                return len((await answer.json())["items"])

        for looked_for in ("ärger", "Ärger AM", 'SAY "help"', 'help"\nand', "STRAßE"):
            assert len(await found(looked_for)) == 1, looked_for
            assert await explained(looked_for) == 1, looked_for
        for number in (GATE, "(201) 555-0102", "201.555.0102", "+1 201 555 0102", "555-0102"):
            assert await found(number) == ["to the gate"], number
            assert await explained(number) == 1, number
        assert await found("- ()") == []


async def test_a_search_looks_through_so_many_rows_and_says_where_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "MAX_SCANNED", 3)
    async with site(tmp_path) as here:
        for number in range(7):
            await here.fake.handset(GUARD).send(OURS, "needle" if number in (0, 6) else "hay")
            await here.clock.advance(20)
        found, pages, query = [], 0, "q=needle"
        while query:
            page = await here.get(f"/api/messages?asset=guard&{query}")
            found += page["items"]
            pages += 1
            query = page["next"] and f"q=needle&cursor={page['next']}"
        assert (len(found), pages) == (2, 3)


@pytest.mark.parametrize(
    ("found", "index"),
    [
        (search.messages(50, "", MessageSearch(number=GUARD)), {"messages_from", "messages_to"}),
        (search.messages(50, "1~SM1", MessageSearch(text="x")), {"messages_by_time"}),
        (search.alarm_events(50, "1~1", AlarmSearch()), {"events_of_alarms"}),
    ],
    ids=["conversation", "text", "alarms"],
)
async def test_an_index_leads_to_a_page(tmp_path: Path, found: search.ListQuery, index: set[str]) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        plain = found.rows.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
        plan = await store.database.do(
            lambda connection: [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {plain}")]
        )
        used = {name for line in plan for name in index if f"INDEX {name}" in line}
        assert used == index, plan
        assert not any(line.startswith(("SCAN messages", "SCAN events")) and "INDEX" not in line for line in plan)


async def test_both_databases_find_the_same(url: str) -> None:
    async with open_store(url) as store:
        at, ten = datetime(2026, 1, 1, tzinfo=UTC), timedelta(minutes=10)
        for number, text in enumerate(("Größe 100 %", "a_b", "axb")):
            await store.commit([received_message(f"SM{number}", GUARD, OURS, body=text, at=at)])
            line = AuditEntry(
                at=at + number * ten,
                device_type="Phone",
                command_or_status="Mask",
                action="Command ok",
                computer="desk",
                user_name="ann",
                location=f"Place {number}",
            )
            raised = happened(at + number * ten, "AlarmRaised", ("gate", "guard")[number % 2])
            await store.commit([line, raised])
        await store.commit([happened(at, "StateChanged", "gate"), WAITING])
        found = await store.messages(9, "", MessageSearch(number=GUARD, text="_"))
        assert [message.sid for message in found.items] == ["SM1"]
        assert [message.sid for message in (await store.messages(9, "", MessageSearch(text="100 %"))).items] == ["SM0"]
        lines = await store.audit(9, "", AuditSearch(user="AN", location="place 1", since=at, until=at + 2 * ten))
        assert [entry.location for entry in lines.items] == ["Place 1"]
        first = await store.alarm_events(2, "", AlarmSearch())
        rest = await store.alarm_events(2, first.next, AlarmSearch())
        assert [event.asset_id for event in (*first.items, *rest.items)] == ["gate", "guard", "gate"]
        gate = AlarmSearch(asset_ids=("gate",), names=("AlarmRaised",))
        assert len((await store.alarm_events(9, "", gate)).items) == 2
        counts = await store.alarm_counts(at, at + 2 * ten)
        assert (counts.by_time, counts.by_asset) == ({at: 1, at + ten: 1}, {"gate": 1, "guard": 1})
        for sought in ("e1", "5550101", "VAULT"):
            assert [text.execution_id for text in await store.outbound_messages(5, sought)] == ["e1"]
        assert await store.outbound_messages(5, "door") == []


async def test_messages_of_the_same_moment_are_each_on_one_page(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        sids = [f"SM{number}" for number in range(5)]
        await store.commit([received_message(sid, GUARD, OURS, body="x", at=at) for sid in sids])
        seen, cursor = [], ""
        while True:
            page = await store.messages(2, cursor, MessageSearch(number=GUARD))
            seen += [message.sid for message in page.items]
            cursor = page.next
            if not cursor:
                break
        assert seen == sids[::-1]


async def test_the_audit_is_searched_by_its_columns(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.client.command("guard", "Mask", user="ann")
        await here.client.command("gate", "Mask", user="bob")
        await here.clock.advance(60)
        await here.command("guard", "Reset")
        lines = await items(here, "/api/audit?user=an&location=guard&kind=mask")
        assert [(line["User Name"], line["Location"]) for line in lines] == [("ann", "Guard")]
        assert {line["Command/Status"] for line in await items(here, "/api/audit?from=2026-01-01T00:00:30Z")} == {
            "Reset",
            "Normal",
        }


async def test_the_history_of_alarms_and_its_figures(tmp_path: Path) -> None:
    async with site(tmp_path, states={"child_fault_rollup": False}) as here:
        for asset, times in (("guard", 2), ("gate", 1)):
            for _ in range(times):
                here.fault(REFUSED, times=2)
                await here.send("lost", asset)
                await here.clock.advance(5)
                await here.command(asset, "Acknowledge", Comment="seen")
                await here.command(asset, "Reset")
        here.fault(REFUSED, times=2)
        await here.send("lost")
        await here.clock.advance(600)
        [alarm] = (await here.asset("guard"))["alarms"]
        await here.client.shelve([alarm["alarmId"]], datetime(2026, 1, 1, 1, tzinfo=UTC), "repair")
        history = await here.client.alarm_history(asset="gate")
        assert [event.event for event in history] == ["reset", "acknowledged", "raised"]
        assert (history[1].caption, history[1].user, history[1].comment) == ("Gate", "anonymous", "seen")
        assert len(await here.client.alarm_history(event="raised")) == 4
        assert await here.client.alarm_history(to="2026-01-01T00:00:00Z") == []
        later = {"from": "2026-01-01T00:05:00Z"}
        assert len(await here.client.alarm_history(event="shelved", asset="guard", **later)) == 1
        [system] = await here.client.systems()
        assert system.asset_id == "twilio"
        assert {line.user_name for line in await here.client.audit(user="anony")} == {"anonymous"}
        figures = (await here.client.alarm_statistics()).model_dump(mode="json")
        assert (figures["raised"], figures["mostInTenMinutes"], figures["averagePerTenMinutes"]) == (4, 4, 0.03)
        assert (figures["standing"], figures["shelved"], figures["masked"]) == (0, 1, 0)
        assert [(worst["caption"], worst["raised"]) for worst in figures["worst"]] == [("Guard", 3), ("Gate", 1)]
        assert figures["slots"] == [{"at": "2026-01-01T00:00:00.000Z", "raised": 4}]
        for path in ("messages?q=", "audit?user=", "alarms/history?asset="):
            assert "which is not text" in str(await here.get(f"/api/{path}a%00b", 400))
        for odd in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
            for path in ("alarms/statistics?to=", "alarms/statistics?from=", "alarms/history?from=", "messages?to="):
                assert "between the years" in str(await here.get(f"/api/{path}{odd}", 400))
        refused = await here.get("/api/alarms/statistics?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z", 400)
        assert refused["errors"][0]["path"] == "from"
        async with here.http.get(
            here.driver.dataserver_url + "/api/alarms/history?event=raised", headers={"Accept": "text/csv"}
        ) as answer:
            rows = list(csv.DictReader(io.StringIO(await answer.text())))
        assert [row["caption"] for row in rows] == ["Guard", "Gate", "Guard", "Guard"]


@pytest.mark.parametrize(
    ("text", "ours"), [("fire", False), ("+1 201 555", False), ("(201) 555-0102", False), ("ärger", True)]
)
def test_only_a_text_with_other_letters_is_compared_by_the_drivers_own_function(text: str, ours: bool) -> None:
    """The function is called for each row and takes longer than the rest of a search."""
    for found in (search.messages(50, "", MessageSearch(text=text)), search.outbound_messages(50, text)):
        assert ("lower(" in str(found.rows.compile(dialect=sqlite.dialect()))) is ours


async def test_a_sender_with_letters_is_found_and_a_number_by_no_letter(url: str) -> None:
    async with open_store(url) as store:
        senders = ("+12015550101", "ACME Alarm", "MG0123456789abcdef0123456789abcdef")
        for number, sender in enumerate(senders):
            at = datetime(2026, 1, 1, tzinfo=UTC)
            message = received_message(f"SM{number}", sender, OURS, body="x", at=at)
            await store.commit([message])

        async def found(text: str) -> list[str]:
            return [each.from_number for each in (await store.messages(50, "", MessageSearch(text=text))).items]

        assert await found("acme") == ["ACME Alarm"]
        assert await found("mg0123") == [senders[2]]
        assert await found("5550101") == [senders[0]]
        assert await found("5550101a") == []
