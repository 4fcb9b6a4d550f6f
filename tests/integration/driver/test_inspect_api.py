"""The debug tools beyond the log: traces switched at runtime, the report, and why an asset shows its status."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from driver.api.debug_models import TraceModel
from driver.api.passwords import hash_token
from driver.domain.roles import Role
from fake_twilio import Fault
from support.driver_site import GUARD, OURS, Site, refused, site

REFUSED = Fault(
    match={"operation": "messages.create"}, effect={"type": "http_error", "status": 400, "code": 21610}, times=2
)


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, log={"level": "INFO"}) as here:
        yield here


async def ask(here: Site, method: str, path: str, body: object = None, status: int = 200, **headers: str) -> Any:
    url = here.driver.debugtools_url + path
    async with here.http.request(method, url, json=body, headers=headers) as answer:
        shown = await answer.json(content_type=None)
        assert answer.status == status, shown
        return shown


async def traced(here: Site, topic: str) -> list[dict[str, Any]]:
    return [record for record in await here.client.logs(pageSize="1000") if record.get("topic") == topic]


async def trace(here: Site, *topics: str, **more: Any) -> TraceModel:
    return await here.client.trace(topics, **more)


async def test_nothing_is_traced_unless_asked_for(here: Site) -> None:
    await here.send("unseen")
    shown = await here.client.traces()
    assert shown.active == []
    assert sorted(shown.topics) == ["client", "event", "flow", "http", "state", "timer"]
    for topic in shown.topics:
        assert await traced(here, topic) == []


async def test_requests_to_twilio_are_shown_without_secrets_bodies_and_whole_numbers(here: Site) -> None:
    await trace(here, "http")
    await here.send("the vault code is 4711")
    call = next(record for record in await traced(here, "http") if record["method"] == "POST")
    assert call["path"].endswith("/Messages.json")
    assert call["asset_id"] == "guard", "an attempt knows whose text it is"
    assert call["form"]["Body"] == "[22 characters]"
    assert call["answer"]["status"] == 201
    assert call["answer"]["content"]["sid"].startswith("SM")
    assert call["ms"] >= 0
    listed = json.dumps(await traced(here, "http"))
    for private in ("4711", here.fake.auth_token, GUARD, OURS, GUARD.removeprefix("+")):
        assert private not in listed


async def test_a_trace_of_one_asset_shows_nothing_of_another(here: Site) -> None:
    await trace(here, "http", "state", asset="gate")
    await here.send("to the guard")
    assert await traced(here, "http") == []
    here.fake.faults.add(REFUSED)
    await here.send("to the gate", asset="gate")
    await here.clock.advance(5)
    assert {record["asset_id"] for record in await traced(here, "http")} == {"gate"}
    (change,) = await traced(here, "state")
    assert change["asset_id"] == "gate"
    assert change["cause"] == "FaultRaised"
    assert any(line.startswith("status: Normal -> Fault") for line in change["changes"])
    assert any(line.startswith("fault opted_out (event): - -> ") for line in change["changes"])
    assert any(line.endswith("- -> Fault UA counted 1") for line in change["changes"])


async def test_events_timers_and_clients_can_be_traced(here: Site) -> None:
    await trace(here, "event", "timer", "client")
    async with here.client.events() as stream:
        await stream.receive(5)
        await here.command("guard", "Mask")
    await here.clock.advance(30)
    assert {"StateChanged"} <= {record["name"] for record in await traced(here, "event")}
    assert {"event stream", "poller"} <= {record["task"] for record in await traced(here, "timer")}
    clients = await traced(here, "client")
    assert {"event_stream_opened", "event_stream_closed", "client_request"} <= {record["event"] for record in clients}
    command = next(record for record in clients if record.get("method") == "POST")
    assert (command["path"], command["status"]) == ("/api/assets/guard/commands", 202)


async def test_a_trace_ends_by_itself_and_on_demand(here: Site) -> None:
    shown = await trace(here, "http", minutes=2)
    (active,) = shown.active
    assert (active.asset, active.topics) == ("", ["http"])
    await here.clock.advance(121)
    assert (await here.client.traces()).active == []
    before = len(await traced(here, "http"))
    await here.send("unseen")
    assert len(await traced(here, "http")) == before
    await trace(here, "http")
    await trace(here, "state", asset="guard")
    assert len((await here.client.traces()).active) == 2
    assert [one.asset for one in (await trace(here)).active] == ["guard"], "no topics stop that trace only"
    assert (await here.client.stop_traces()).active == []


async def test_what_is_wrong_with_a_trace_is_said_all_at_once(here: Site) -> None:
    shown = await ask(here, "PUT", "/api/trace", {"topics": ["htp"], "minutes": 0, "more": 1}, 400)
    assert {error["path"] for error in shown["errors"]} == {"topics.0", "minutes", "more"}
    assert "unknown topic 'htp'; expected one of flow, state, event, http, timer, client" in shown["detail"]
    problem = await refused(trace(here, "http", asset="door"), 400)
    assert problem["errors"] == [{"path": "asset", "message": "there is no asset 'door'"}]
    assert (await here.client.traces()).active == []


async def test_why_shows_the_way_from_facts_to_the_row(here: Site) -> None:
    here.fake.faults.add(REFUSED)
    await here.send("never")
    await here.clock.advance(5)
    await here.command("guard", "Mask")
    why = await here.client.why("guard")
    assert why.status == "Masked"
    assert why.true_states == ["Fault"]
    assert why.active_states == ["Fault", "Masked"]
    assert [(row.status, row.fits) for row in why.rows] == [
        ("Masked", True),
        ("No Communication", False),
        ("Fault", True),
        ("Acknowledged", False),
        ("Normal", False),
    ]
    assert why.facts.faults[0].code == 21610
    assert why.alarm_records[0].state == "UA"
    assert (await refused(here.client.why("door"), 404))["detail"] == "there is no asset 'door'"


async def test_the_report_tells_everything_but_secrets(here: Site) -> None:
    here.fake.faults.add(REFUSED)
    await here.send("waits for its second attempt")
    report = await here.client.diagnostics()
    assert report.configuration["twilio"]["account_sid"] == here.fake.account_sid
    assert report.account is not None
    assert report.account.kind == "Full"
    assert report.assets == {"Normal": 3}
    assert report.queue.size == 1
    assert report.queue.messages[0].attempt == 1
    assert report.clock.twilio_ahead_s == 0
    assert report.tasks["outbox"].running
    assert {"outbox", "poller"} <= {timer.task for timer in report.timers}
    assert report.versions["twilio"]
    shown = report.model_dump_json()
    for private in (here.fake.auth_token, GUARD, OURS, "second attempt"):
        assert private not in shown


async def test_the_self_test_tries_everything_and_says_what_to_do(tmp_path: Path) -> None:
    async with site(
        tmp_path, trial=True, receive={"mode": "both", "public_url": "https://sms.example.com", "webhook_port": 0}
    ) as here:
        shown = await here.client.selftest()
        found = {(finding.verdict, finding.about) for finding in shown.findings}
        assert {("ok", "twilio"), ("ok", "account"), ("ok", "clock"), ("ok", "database")} <= found
        assert ("warning", "gate") in found, "its number is not verified on this trial account"
        assert any("https://sms.example.com/twilio/sms" in finding.remedy for finding in shown.findings)
        assert shown.ok
        assert GUARD not in shown.model_dump_json()
        here.fault({"type": "reset_before"}, operation="*", times=None)
        shown = await here.client.selftest()
        assert not shown.ok
        assert shown.findings[0].verdict == "problem"
        assert "broke" in shown.findings[0].words
        assert ("ok", "database") in {(finding.verdict, finding.about) for finding in shown.findings}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "trace"),
        ("PUT", "trace"),
        ("DELETE", "trace"),
        ("GET", "diagnostics"),
        ("GET", "why/guard"),
        ("POST", "selftest"),
    ],
)
async def test_all_of_it_is_for_engineers(tmp_path: Path, method: str, path: str) -> None:
    tokens = [{"name": r.value, "token_hash": hash_token(f"{r.value}-t"), "role": r.value} for r in Role]
    async with site(tmp_path, dataserver={"tokens": tokens}) as here:
        body: dict[str, object] | None = {"topics": []} if method == "PUT" else None
        await ask(here, method, f"/api/{path}", body, 401)
        await ask(here, method, f"/api/{path}", body, 403, Authorization="Bearer operator-t")
        await ask(here, method, f"/api/{path}", body, 200, Authorization="Bearer engineer-t")
