"""Snapshots and the state file: they save everything, restore everything, and never do half."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from fake_twilio import FakeTwilio, ManualClock, SnapshotError
from fake_twilio.snapshot import PARTS, PLAIN
from fake_twilio.state import State, Table
from fake_twilio.state_file import StateFileError
from support.fake_wire import GUARD, OURS, seed, wire


async def test_a_snapshot_brings_everything_back() -> None:
    async with wire(seed={"random_seed": 3, **seed()}) as one:
        await one.created("first")
        fault = await one.plant({"type": "rate_limit"}, times=2, after=1, match={"operation": "messages.fetch"})
        await one.fetch((await one.created("second"))["sid"])
        await one.control("POST", f"/handsets/{GUARD}/messages", {"to": OURS, "body": "third"}, 201)
        await one.fake.clock.advance(10)
        before = await one.control("GET", "/snapshot")
        listed = ["third", "second", "first"]
        await one.control("DELETE", "/faults")
        expected = (await one.created("fourth"))["sid"]
        await one.fake.clock.advance(1000)
        await one.control("PUT", "/snapshot", before, 204)
        assert await one.control("GET", "/snapshot") == before
        assert await one.listed() == listed
        planted = await one.control("GET", f"/faults/{fault}")
        assert (planted["matched"], planted["applied"]) == (1, 0)
        await one.control("DELETE", "/faults")
        # Even the next SID is the same.
        await one.control("PUT", "/snapshot", before, 204)
        await one.control("DELETE", "/faults")
        assert (await one.created("fourth"))["sid"] == expected


def _stored(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in snapshot.items() if name != "ids"}


async def test_a_snapshot_moves_to_another_fake() -> None:
    async with wire() as one:
        await one.created("moved")
        snapshot = await one.control("GET", "/snapshot")
    async with wire(seed=seed(friendly_name="another")) as other:
        await other.control("PUT", "/snapshot", snapshot, 204)
        assert await other.listed() == ["moved"]
        # Listing the messages has used one request identifier.
        assert _stored(await other.control("GET", "/snapshot")) == _stored(snapshot)


async def test_messages_on_their_way_go_on_after_a_restore() -> None:
    async with wire(pace="realistic") as one:
        sid = (await one.created())["sid"]
        snapshot = await one.control("GET", "/snapshot")
        assert len(snapshot["lifecycles"]) == 1
        await one.control("POST", "/reset")
        await one.control("PUT", "/snapshot", snapshot, 204)
        await one.fake.clock.advance(60)
        assert (await one.fetch(sid))["status"] == "delivered"


async def test_held_messages_stay_held() -> None:
    async with wire() as one:
        await one.plant({"type": "hold"})
        sid = (await one.created())["sid"]
        snapshot = await one.control("GET", "/snapshot")
        await one.control("PUT", "/snapshot", snapshot, 204)
        await one.fake.clock.advance(60)
        assert (await one.fetch(sid))["status"] == "queued"
        assert (await one.control("POST", f"/held/{sid}/release"))["status"] == "delivered"


async def test_what_is_no_snapshot_is_refused_with_every_mistake_and_changes_nothing() -> None:
    async with wire() as one:
        await one.created("here")
        snapshot = await one.control("GET", "/snapshot")
        broken = json.loads(json.dumps(snapshot))
        broken["accounts"][0]["balance"] = "much"
        broken["messages"][0]["status"] = "lost"
        del broken["held"]
        problem = await one.control("PUT", "/snapshot", broken, 400)
        shown = " | ".join(problem["errors"])
        assert "accounts.0.balance: 'much'" in shown
        assert "messages.0.status: 'lost'" in shown
        assert "held: is missing" in shown
        for nonsense in ("[]", '"text"', '{"version": 99}'):
            await one.control("PUT", "/snapshot", json.loads(nonsense), 400)
        assert await one.control("GET", "/snapshot") == snapshot


def test_no_table_is_forgotten() -> None:
    state = State()
    kinds = (Table, dict, list, set)
    derived = {"senders", "service_of_number", "verified", "media_of", "principals", "logs"}
    held = {name for name, value in vars(state).items() if isinstance(value, (*kinds, int))} - derived
    assert held | {"messages"} == {part.name for part in PARTS} | set(PLAIN)


async def test_a_state_file_survives_restarts(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "state.json"
    async with wire(state_file=path, seed=seed()) as one:
        await one.created("kept")
        await one.fake.clock.advance(50)
    async with wire(state_file=path, seed=seed()) as one:
        assert await one.listed() == ["kept"]
        assert (one.fake.clock.now() - ManualClock().now()).total_seconds() == 50
        await one.control("POST", "/reset")
        assert await one.listed() == []
    assert [entry.name for entry in path.parent.iterdir()] == ["state.json"]


@pytest.mark.parametrize("content", ["", "{", '{"version": 1}', "[]"])
async def test_a_damaged_state_file_is_refused_and_kept(tmp_path: Path, content: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(content)
    with pytest.raises(StateFileError, match=r"state\.json is damaged: .*it was not changed"):
        async with FakeTwilio(state_file=path):
            pass
    assert path.read_text() == content


async def test_restoring_in_python() -> None:
    async with FakeTwilio() as fake:
        with pytest.raises(SnapshotError, match="version: None is not supported; this fake reads versions 1 to 4"):
            fake.restore({})


def _serve(*options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "fake_twilio", "serve", "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("TWILIO_")},
    )


def _text(url: str) -> Any:
    request = urllib.request.Request(
        f"{url}/_fake/v1/handsets/{GUARD}/messages",
        data=json.dumps({"to": OURS, "body": "over a restart"}).encode(),
        method="POST",
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
        return json.load(answer)


def test_serve_keeps_its_state_over_a_restart(tmp_path: Path) -> None:
    for attempt in range(2):
        process = _serve("--state", str(tmp_path / "state.json"))
        assert process.stdout is not None
        url = process.stdout.readline().rstrip().rpartition(" ")[2]
        assert _text(url)["number"] == attempt + 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
        process.communicate()


def test_serve_refuses_a_damaged_state_file_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("scribble")
    process = _serve("--state", str(tmp_path / "state.json"))
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (2, "")
    assert len(errors.splitlines()) == 1
    assert (tmp_path / "state.json").read_text() == "scribble"


async def test_a_snapshot_of_an_older_fake_lacks_what_that_one_did_not_know() -> None:
    async with wire() as one:
        await one.created("kept")
        snapshot = await one.control("GET", "/snapshot")
        younger = [part.name for part in PARTS if part.since > 1]
        younger += [name for name, plain in PLAIN.items() if plain.since > 1]
        assert younger
        older = {name: value for name, value in snapshot.items() if name not in younger}
        await one.control("POST", "/reset")
        problem = await one.control("PUT", "/snapshot", older, 400)
        assert sorted(problem["errors"]) == sorted(f"{name}: is missing" for name in younger)
        await one.control("PUT", "/snapshot", {**older, "version": 1}, 204)
        assert await one.listed() == ["kept"]
        assert _stored(await one.control("GET", "/snapshot")) == _stored(snapshot)
