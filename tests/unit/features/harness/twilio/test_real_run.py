"""``--twilio=real`` and ``--twilio=test-credentials``, unchanged and over TLS, against a fake in place of Twilio.

The suite runs as a separate process behind the fake's proxy and cannot tell that it is not talking to Twilio.
"""

import asyncio
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.loopback import free_port
from harness.tcp_proxy import TcpProxy

ROOT = Path(__file__).resolve().parents[5]
OURS, HANDSET = "+14155550140", "+14155550141"
SENDING = "features/sending/an-operator-texts-a-phone.feature"
RECEIVING = "features/receiving/which-texts-make-which-events.feature"
RETRY = "features/retry/a-failed-text-is-resent-after-five-seconds.feature"
MAGIC = "features/retry/what-twilio-says-to-magic-numbers.feature"
DRIVERS, HANDSETS, TEST, TRIAL = ("AC" + letter * 32 for letter in "abcd")
TRIALS = "+14155550142"
APP = "OQ" + "e" * 32
WEBHOOKS = "features/receiving/texts-by-webhook.feature"
SEED = f"""
[[accounts]]
sid = "{DRIVERS}"
auth_token = "the-drivers-token"
  [[accounts.numbers]]
  phone_number = "{OURS}"
  [[accounts.oauth_apps]]
  client_id = "{APP}"
  client_secret = "the-apps-secret"
[[accounts]]
sid = "{TRIAL}"
auth_token = "the-trials-token"
type = "Trial"
profile = "free-units"
  [[accounts.numbers]]
  phone_number = "{TRIALS}"
[[accounts]]
sid = "{HANDSETS}"
auth_token = "the-handsets-token"
  [[accounts.numbers]]
  phone_number = "{HANDSET}"
[[accounts]]
sid = "{TEST}"
auth_token = "the-test-token"
test_credentials = true
"""
ENVIRONMENT = {
    "TWILIO_HANDSET_ACCOUNT_SID": HANDSETS,
    "TWILIO_HANDSET_AUTH_TOKEN": "the-handsets-token",
    "TWILIO_TEST_ACCOUNT_SID": TEST,
    "TWILIO_TEST_AUTH_TOKEN": "the-test-token",
    "ALLOW_REAL_TWILIO": "1",
}
pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]


RUNS: Mapping[str, Sequence[str]] = {
    "both ways": (
        f"{SENDING}::The text arrives as it was written",
        f"{RECEIVING}::A masked phone still receives",
        "--twilio=real",
        "--budget=5",
    ),
    "an OAuth app": (
        f"{SENDING}::The text arrives as it was written",
        f"{RECEIVING}::A masked phone still receives",
        "--twilio=real",
        "--budget=5",
        "TWILIO_AUTH_TOKEN=",
        f"TWILIO_OAUTH_CLIENT_ID={APP}",
        "TWILIO_OAUTH_CLIENT_SECRET=the-apps-secret",
    ),
    "through a tunnel": (
        f"{WEBHOOKS}::The events are there at once",
        "--twilio=real",
        "--budget=5",
        "--real-settings={folder}/tunnel.toml",
    ),
    "a trial with templates only": (
        f"{SENDING}::The text arrives as it was written",
        f"{RECEIVING}::A masked phone still receives",
        "--twilio=real",
        "--budget=5",
        "--real-settings={folder}/trial.toml",
        f"TWILIO_ACCOUNT_SID={TRIAL}",
        "TWILIO_AUTH_TOKEN=the-trials-token",
    ),
    "too expensive": (SENDING, "--twilio=real", "--budget=1"),
    "no budget": (SENDING, "--twilio=real"),
    "somebody else's number": (SENDING, "--twilio=real", "--budget=5", "--real-settings={folder}/others.toml"),
    "no flag": (SENDING, "--budget=5"),
    "faulty line": (
        f"{RETRY}::The second attempt succeeds",
        f"{SENDING}::The phone stays Normal",
        "--twilio=real",
        "--budget=5",
        "--faulty-line",
    ),
    "magic": (
        f"{MAGIC}::Magic: <case>[opted out-+15005550006-+15005550004-21610-refused]",
        f"{MAGIC}::Magic: the sender that is always accepted",
        SENDING,
        "--twilio=test-credentials",
    ),
}


@dataclass(frozen=True)
class Played:
    """The outcome of a run: pytest's exit status and output, what the fake reports as sent, and the scenario report."""

    status: int
    said: str
    sent: str
    page: str


class Runs(dict[str, Played]):
    """The runs by name, each run when a test first needs it, because tests are distributed over processes."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        super().__init__()
        self._folders = folders

    def __missing__(self, name: str) -> Played:
        self[name] = run = play(self._folders.mktemp("run"), *RUNS[name])
        return run


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Played]:
    return Runs(tmp_path_factory)


def play(folder: Path, *arguments: str) -> Played:
    """Run pytest behind the fake's proxy."""
    seed = folder / "seed.toml"
    seed.write_text(SEED, encoding="utf-8")
    owned = folder / "real.toml"
    owned.write_text(f'number = "{OURS}"\nhandset = "{HANDSET}"\n', encoding="utf-8")
    others = folder / "others.toml"
    others.write_text(f'number = "{OURS}"\nhandset = "+12015550199"\n', encoding="utf-8")
    trial = folder / "trial.toml"
    trial.write_text(
        f'number = "{TRIALS}"\nhandset = "{HANDSET}"\naccount_type = "Trial"\ntemplates_only = true\n', encoding="utf-8"
    )
    tunneled, inner = free_port(), free_port()
    tunnel = f'tunnel = "http://127.0.0.1:{tunneled}"\nwebhook_port = {inner}\n'
    (folder / "tunnel.toml").write_text(owned.read_text(encoding="utf-8") + tunnel, encoding="utf-8")
    environment = [argument for argument in arguments if argument.startswith("TWILIO_")]
    options = [argument.format(folder=folder) for argument in arguments if argument not in environment]
    chosen = [f"--real-settings={owned}", *options]
    program = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs", *chosen]
    command = [
        sys.executable,
        "-P",
        "-m",
        "fake_twilio",
        "exec",
        "--seed",
        str(seed),
        "--",
        *env(environment),
        *program,
    ]
    with forwarded(tunneled, inner):
        done = subprocess.run(
            [*command, f"--report={folder / 'page.html'}"],
            cwd=ROOT,
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            timeout=170,
            check=False,
        )
    page = folder / "page.html"
    return Played(done.returncode, done.stdout, done.stderr, page.read_text(encoding="utf-8") if page.exists() else "")


def env(variables: Sequence[str]) -> list[str]:
    """Return the command that sets variables for a program the fake starts, after the fake has set its own."""
    code = "import os, subprocess, sys; os.environ |= dict(one.split('=', 1) for one in sys.argv[1].split()); "
    return (
        [sys.executable, "-c", code + "sys.exit(subprocess.call(sys.argv[2:]))", " ".join(variables)]
        if variables
        else []
    )


@contextmanager
def forwarded(port: int, to: int) -> Iterator[None]:
    """Forward connections from one port of this machine to another."""
    tunnel, loop = TcpProxy(lambda: [("127.0.0.1", to)]), asyncio.new_event_loop()
    loop.run_until_complete(tunnel.open(port))
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(tunnel.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def test_an_oauth_app_is_enough(played: Mapping[str, Played]) -> None:
    run = played["an OAuth app"]
    assert run.status == 0, run.said + run.sent
    assert "2 passed" in run.said


def test_webhooks_come_through_a_tunnel(played: Mapping[str, Played]) -> None:
    run = played["through a tunnel"]
    assert run.status == 0, run.said + run.sent
    assert "1 passed" in run.said


def test_a_trial_that_may_send_templates_only_plays_what_it_can(played: Mapping[str, Played]) -> None:
    run = played["a trial with templates only"]
    assert run.status == 0, run.said + run.sent
    assert "this trial account may only send Twilio's own templates" in run.said
    assert "1 passed, 1 skipped" in run.said


def test_scenarios_play_unchanged_and_the_bill_is_shown(played: Mapping[str, Played]) -> None:
    run = played["both ways"]
    assert run.status == 0, run.said + run.sent
    assert "2 passed" in run.said
    bill = re.search(r"run ([0-9a-f]{6}): 2 of 5 real messages sent, 2 billable segments", run.said)
    assert bill is not None, run.said
    assert f'{OURS} → {HANDSET}  delivered  "Door forced at dock 3 [{bill[1]}.1]"' in run.sent
    assert f'{HANDSET} → {OURS}  delivered  "All clear [{bill[1]}.2]"' in run.sent


def test_nothing_is_sent_beyond_the_budget(played: Mapping[str, Played]) -> None:
    run = played["too expensive"]
    assert run.status == 1, run.said + run.sent
    assert "the budget of 1 messages is used up" in run.said
    assert re.search(r"again: pytest .*::.* --twilio=real --budget=1 --real-settings=\S+/real\.toml\n", run.said)
    assert "1 failed, 1 passed, 1 skipped" in run.said
    assert run.sent.count(f"{OURS} → {HANDSET}  delivered") == 1


def test_neither_numbers_nor_tokens_are_shown(played: Mapping[str, Played]) -> None:
    for name in ("too expensive", "faulty line"):
        run = played[name]
        assert "What happened" in run.page or run.status == 0
        for secret in (OURS, HANDSET, OURS[1:], HANDSET[1:], "the-drivers-token", "the-handsets-token"):
            assert secret not in run.page
            assert secret not in run.said


def test_a_scenario_that_wants_more_people_than_are_owned_is_skipped(played: Mapping[str, Played]) -> None:
    assert "no number left for 'Dock'" in played["too expensive"].said


def test_what_fails_on_the_way_can_be_rehearsed_for_real(played: Mapping[str, Played]) -> None:
    run = played["faulty line"]
    assert run.status == 0, run.said + run.sent
    assert "2 passed" in run.said
    assert run.sent.count(f"{OURS} → {HANDSET}  delivered") == 2


def test_without_a_budget_nothing_is_started(played: Mapping[str, Played]) -> None:
    run = played["no budget"]
    assert run.status == 4
    assert "--budget is missing" in run.said + run.sent
    assert "delivered" not in run.sent


def test_a_number_that_is_not_owned_ends_the_run_before_anything_is_sent(played: Mapping[str, Played]) -> None:
    run = played["somebody else's number"]
    assert run.status == 4, run.said
    refusal = (
        "nothing was sent:\n- the account of TWILIO_HANDSET_ACCOUNT_SID does not own +1…0199: use a number that it owns"
    )
    assert refusal in run.said
    assert "Traceback" not in run.said
    assert "delivered" not in run.sent


def test_a_budget_without_the_flag_is_no_silent_rehearsal(played: Mapping[str, Played]) -> None:
    run = played["no flag"]
    assert run.status == 4
    assert "--budget only works with the real Twilio: add --twilio=real, or remove it" in run.said + run.sent


def test_test_credentials_play_the_magic_scenarios_and_nothing_else(played: Mapping[str, Played]) -> None:
    run = played["magic"]
    assert run.status == 0, run.said + run.sent
    assert "2 passed, 3 skipped" in run.said
