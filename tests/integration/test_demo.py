"""The demo as its user runs it: it reports what really happens, including failures."""

from __future__ import annotations

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from driver.cli.demonstration.play import play
from driver.cli.demonstration.screen import Screen

pytestmark = pytest.mark.long

if TYPE_CHECKING:
    from driver.cli.demonstration.environment import Environment


def test_once_plays_the_whole_story_and_ends_well() -> None:
    environment = os.environ | {"TWILIO_ACCOUNT_SID": "AC" + "0" * 32, "TWILIO_AUTH_TOKEN": "not-for-the-demo"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "driver", "demo", "--once"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
        env=environment,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    shown = done.stdout.splitlines()
    assert sum(line.startswith("ok ") for line in shown) == 15
    assert any("Sent from your Twilio trial account - Door forced at dock 3" in line for line in shown)
    statuses = [line.strip() for line in shown if line.startswith("     Guard desk shows")]
    assert statuses[-4:] == [f"Guard desk shows {word}" for word in ("Normal", "Fault", "Acknowledged", "Normal")]
    assert "\x1b" not in done.stdout


def fault(environment: Environment, operation: str, effect: dict[str, object]) -> None:
    lasting = {"match": {"operation": operation}, "effect": effect, "times": None}  # no second attempt gets through
    body = json.dumps(lasting).encode()
    request = urllib.request.Request(
        f"{environment.twilio_url}/_fake/v1/faults", body, {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=5) as answer:
        assert answer.status < 300


def refuse_everything(environment: Environment) -> None:
    fault(environment, "messages.create", {"type": "http_error", "status": 503})


def kill_the_fake(environment: Environment) -> None:
    os.kill(environment.twilio_pid, signal.SIGKILL)


def kill_the_driver(environment: Environment) -> None:
    os.kill(environment.driver_pid, signal.SIGKILL)


@pytest.mark.parametrize(
    ("break_it", "complaint"),
    [
        (refuse_everything, "FAIL The operator sends “Door forced at dock 3” to Guard desk"),
        (kill_the_fake, "FAIL"),
        (kill_the_driver, "FAIL"),
    ],
)
async def test_a_broken_environment_is_shown_and_the_answer_is_no(break_it: object, complaint: str) -> None:
    paper = io.StringIO()
    assert callable(break_it)
    true = await play(Screen(Console(file=paper, width=200)), stay=False, on_ready=break_it)
    assert not true
    assert complaint in paper.getvalue()


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads the process tree from /proc: needs Linux")
@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.release),
        pytest.param(signal.SIGHUP, marks=pytest.mark.release),
    ],
)
def test_whoever_ends_it_ends_its_programs_too(number: signal.Signals) -> None:
    command = [sys.executable, "-P", "-m", "driver", "demo"]
    # A shell makes its background jobs ignore SIGINT, and their children inherit that; an interactive shell does not.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        demo = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    finally:
        signal.signal(signal.SIGINT, before)
    with demo, contextlib.ExitStack() as clean_up:
        clean_up.callback(demo.kill)
        assert demo.stdout is not None
        while not demo.stdout.readline().startswith("ok "):
            assert demo.poll() is None, "the demo ended by itself"
        programs = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text(encoding="utf-8").split()
        assert len(programs) == 2
        demo.send_signal(number)
        assert demo.wait(timeout=15) == 130
    assert not [pid for pid in programs if Path(f"/proc/{pid}").exists()]
