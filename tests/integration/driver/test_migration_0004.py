"""A database left by a driver of schema 0003 is migrated completely: nothing lost, sent twice, or shown as new.

``schema_0003/rows.sql`` holds the rows of such a driver, which was stopped with messages in every state;
``schema_0003/answers.json`` holds its responses about them.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from driver.domain.commands import ExecutionState
from driver.domain.outbound_message import OutboundMessage
from driver.store import migration
from driver.store.integrity_check import check_store
from harness.driver.database import administer
from harness.driver.open_store import open_store
from support.driver_recording import taken_up, upgrade
from support.driver_site import GATE, GUARD, OURS, Site

OLD = Path(__file__).parent / "schema_0003"
ANSWERS = json.loads((OLD / "answers.json").read_text(encoding="utf-8"))
EXECUTIONS = {name: answer["executionId"] for name, answer in ANSWERS["executions"].items()}
WAITS, BEHIND = EXECUTIONS["executing, waits"], EXECUTIONS["accepted, waits behind it"]
NAMED, DOUBTED = EXECUTIONS["executing, in doubt, named by a receipt"], EXECUTIONS["executing, in doubt"]


@pytest.fixture
async def old(url: str) -> str:
    """Return the URL of a database as a driver of schema 0003 left it."""
    await upgrade(url, "0003")
    await administer(url, *(OLD / "rows.sql").read_text(encoding="utf-8").splitlines())
    return url


async def test_every_message_is_one_row_with_one_body(old: str) -> None:
    async with open_store(old) as store:
        waiting = (await store.remember()).outbox
        assert [message.execution_id for message in waiting] == [WAITS, BEHIND, NAMED, DOUBTED]
        states = [(len(message.attempts), message.in_doubt, message.state.value) for message in waiting]
        assert states == [
            (1, False, "executing"),
            (0, False, "accepted"),
            (1, True, "executing"),
            (1, True, "executing"),
        ]
        assert [(message.from_number, message.to_number, message.body) for message in waiting[:2]] == [
            (OURS, GATE, "second attempt waits"),
            (OURS, GATE, "behind it"),
        ]
        first = waiting[0]
        assert (first.due_at - first.created_at).total_seconds() == 5
        assert first.expires_at is not None
        assert (first.expires_at - first.created_at).total_seconds() == 4 * 3600
        sent = await store.execution(EXECUTIONS["succeeded"])
        assert isinstance(sent, OutboundMessage)
        assert (sent.from_number, sent.to_number, sent.body) == (OURS, GUARD, "Größe 5 – 👍")
        assert not isinstance(await store.execution(EXECUTIONS["mask"]), OutboundMessage)
        page = await store.executions(100, "")
        assert sum("Gate: Fault" in str(execution.parameters) for execution in page.items) == 1
    report = await check_store(old)
    assert (report.schema, report.problems) == (migration.HEAD, ())
    assert not {"outbox", "attempts"} & set(report.rows)


async def test_what_had_ended_is_shown_as_before_and_what_waited_goes_on(old: str, tmp_path: Path) -> None:
    async with taken_up(old, tmp_path) as here:
        ended = {name: answer for name, answer in ANSWERS["executions"].items() if answer["finishedAt"]}
        assert {name: await here.execution(EXECUTIONS[name]) for name in ended} == ended
        assert await here.dead_letters() == ANSWERS["deadletters"]
        await here.clock.advance(120)
        messages = await here.messages()
        assert messages[-len(ANSWERS["messages"]) :] == ANSWERS["messages"]
        outcomes = {name: await _outcomes(here, name) for name in (WAITS, BEHIND, NAMED, DOUBTED)}
        assert outcomes == {
            WAITS: ["refused", "accepted"],
            BEHIND: ["accepted"],
            NAMED: ["adopted"],
            DOUBTED: ["unknown", "accepted"],
        }
        assert here.received(GATE) == ["second attempt waits", "behind it"]
        assert here.creates() == 3, "the message that a receipt names is not sent again"
        again = await here.requeue(EXECUTIONS["terminated"])
        await here.clock.wait_idle()
        assert (await here.execution(again["executionId"]))["state"] == "succeeded"
        assert here.received(GATE)[-1] == "refused"


async def test_a_command_id_still_stands_for_its_execution(old: str, tmp_path: Path) -> None:
    text = {"Message Content": "Größe 5 – 👍"}
    async with taken_up(old, tmp_path) as here:
        accepted = await here.client.command("guard", "Send Message", text, commandId="c-1")
        assert accepted.execution_id == EXECUTIONS["succeeded"]


async def test_rows_that_do_not_fit_together_end_as_unknown(old: str) -> None:
    """A waiting message without its execution, or an execution whose message does not wait: a person decides."""
    rest = f"'{OURS}', '{GATE}', 'nobody knows', 1, 2, 2, 1, 0, NULL, NULL, 20"
    await administer(
        old,
        f"INSERT INTO outbox VALUES ('of the phone', 'gate', {rest})",
        f"INSERT INTO outbox VALUES ('of the system', '', {rest})",
        f"DELETE FROM outbox WHERE execution_id = '{DOUBTED}'",
        f"UPDATE outbox SET body = 'reworded', attempt = 2 WHERE execution_id = '{WAITS}'",
        f"UPDATE executions SET state = 'succeeded' WHERE execution_id = '{BEHIND}'",
    )
    async with open_store(old) as store:
        assert [message.execution_id for message in (await store.remember()).outbox] == [WAITS, NAMED]
        for execution_id, asset_id, scope in (("of the phone", "gate", "asset"), ("of the system", "twilio", "system")):
            message = await store.execution(execution_id)
            assert isinstance(message, OutboundMessage)
            assert (message.state, message.asset_id, message.scope) == (ExecutionState.UNKNOWN, asset_id, scope)
            assert (message.to_number, message.body, len(message.attempts)) == (GATE, "nobody knows", 2)
        doubted = await store.execution(DOUBTED)
        assert doubted is not None
        assert (doubted.state, doubted.reason) == (
            ExecutionState.UNKNOWN,
            "the database did not say whether it waits or was sent",
        )
        changed = await store.execution(WAITS)
        assert isinstance(changed, OutboundMessage)
        assert (changed.body, [attempt.outcome for attempt in changed.attempts]) == ("reworded", ["refused", ""])


async def _outcomes(here: Site, execution_id: str) -> list[Any]:
    return [attempt["outcome"] for attempt in (await here.execution(execution_id))["attempts"]]
