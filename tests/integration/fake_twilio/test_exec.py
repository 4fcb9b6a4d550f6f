"""``fake-twilio exec`` runs programs that are unaware of the fake: SDKs, curl, third-party packages."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from support.node import node_modules

EXEC = (sys.executable, "-P", "-m", "fake_twilio", "exec")
SEND = """
import os
from twilio.rest import Client
message = Client().messages.create(to="+12015550101", from_=os.environ["TWILIO_PHONE_NUMBER"], body="from the SDK")
print(message.status)
"""
SEND_ASYNC = """
import asyncio, os
from twilio.rest import Client
from twilio.http.async_http_client import AsyncTwilioHttpClient

async def main():
    http = AsyncTwilioHttpClient()
    client = Client(os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"], http_client=http)
    message = await client.messages.create_async(
        to="+12015550101", from_=os.environ["TWILIO_PHONE_NUMBER"], body="from the async SDK"
    )
    print(message.status)
    await http.session.close()

asyncio.run(main())
"""
SEND_NODE = """
require('twilio')().messages
  .create({to: '+12015550101', from: process.env.TWILIO_PHONE_NUMBER, body: 'from Node'})
  .then((message) => console.log(message.status))
  .catch((error) => { console.error(error.message); process.exit(1) })
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


def _run(
    data: Path, *program: str, options: tuple[str, ...] = (), **environment: str
) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "FAKE_TWILIO"))}
    return subprocess.run(
        [*EXEC, "--data-dir", str(data), *options, "--", *program],
        env=inherited | environment,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


def _needs(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"there is no {program} here")
    return found


def test_the_official_sdk_with_no_option_set(data: Path) -> None:
    done = _run(data, sys.executable, "-c", SEND)
    assert (done.returncode, done.stdout) == (0, "queued\n"), done.stderr
    assert "fake-twilio: 1 message sent" in done.stderr
    assert '+12015550100 → +12015550101  delivered  "from the SDK"' in done.stderr


def test_region_and_edge_in_the_environment_do_not_lead_astray(data: Path) -> None:
    done = _run(data, sys.executable, "-c", SEND, TWILIO_REGION="ie1", TWILIO_EDGE="dublin")
    assert (done.returncode, done.stdout) == (0, "queued\n"), done.stderr


def test_region_and_edge_set_in_the_program_are_served_too(data: Path) -> None:
    script = SEND.replace("Client()", "Client(region='ie1', edge='dublin')")
    done = _run(data, sys.executable, "-c", script)
    assert (done.returncode, done.stdout) == (0, "queued\n"), done.stderr


def test_the_official_sdks_async_client_which_ignores_proxy_variables(data: Path) -> None:
    done = _run(data, sys.executable, "-W", "ignore", "-c", SEND_ASYNC)
    assert (done.returncode, done.stdout) == (0, "queued\n"), done.stderr
    assert '"from the async SDK"' in done.stderr


@pytest.mark.node
def test_the_official_node_sdk_with_no_option_set(data: Path) -> None:
    done = _run(data, "node", "-e", SEND_NODE, NODE_PATH=str(node_modules()))
    assert (done.returncode, done.stdout) == (0, "queued\n"), done.stderr
    assert '"from Node"' in done.stderr


def test_curl(data: Path) -> None:
    script = (
        'curl -sS "https://api.twilio.com/2010-04-01/Accounts/$TWILIO_ACCOUNT_SID/Messages.json" '
        '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN" --data-urlencode To=+12015550101 '
        '--data-urlencode "From=$TWILIO_PHONE_NUMBER" --data-urlencode "Body=from curl"'
    )
    _needs("curl")
    done = _run(data, "sh", "-c", script)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["body"] == "from curl"


def test_apprise_which_knows_nothing_of_the_fake(data: Path) -> None:
    apprise = Path(sys.executable).with_name("apprise")
    assert apprise.exists(), "the group `test` brings apprise"
    url = "twilio://$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN@$TWILIO_PHONE_NUMBER/+12015550101"
    done = _run(data, "sh", "-c", f'"{apprise}" -b "from apprise" "{url}"')
    assert done.returncode == 0, done.stderr
    assert '"from apprise"' in done.stderr


def test_notifiers_which_knows_nothing_of_the_fake(data: Path) -> None:
    script = (
        "import os; from notifiers import get_notifier; "
        "get_notifier('twilio').notify(account_sid=os.environ['TWILIO_ACCOUNT_SID'], "
        "auth_token=os.environ['TWILIO_AUTH_TOKEN'], from_=os.environ['TWILIO_PHONE_NUMBER'], to='+12015550101', "
        "message='from notifiers').raise_on_errors()"
    )
    done = _run(data, sys.executable, "-W", "ignore", "-c", script)
    assert done.returncode == 0, done.stderr
    assert '"from notifiers"' in done.stderr


def test_other_hosts_are_refused_and_named(data: Path) -> None:
    _needs("curl")
    done = _run(data, "curl", "-sS", "https://example.com/")
    assert done.returncode != 0
    assert "the proxy refused example.com (1 time); to allow it, add --proxy-allow example.com" in done.stderr


def test_a_refused_text_is_reported_with_its_reason(data: Path) -> None:
    done = _run(data, sys.executable, "-c", SEND.replace("+12015550101", "+12015550199"), options=("--trial",))
    assert done.returncode == 1
    assert "fake-twilio: nothing was sent" in done.stderr
    assert "HTTP 400  21608 The number +1201555XXXX is unverified" in done.stderr


def test_standard_input_output_and_exit_status_are_the_programs_own(data: Path) -> None:
    done = subprocess.run(
        [*EXEC, "--data-dir", str(data), "--", "sh", "-c", "cat; exit 7"],
        input="through and through",
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert (done.returncode, done.stdout) == (7, "through and through")


def test_options_behind_the_program_are_the_programs_own(data: Path) -> None:
    done = subprocess.run(
        [*EXEC, "--data-dir", str(data), "sh", "-c", "echo $0", "--port"],
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert done.stdout == "--port\n"


@pytest.mark.parametrize(("program", "status", "said"), [("no-such-program", 127, "not found"), ("/", 126, "denied")])
def test_a_program_that_cannot_be_started(data: Path, program: str, status: int, said: str) -> None:
    done = _run(data, program)
    assert done.returncode == status
    assert done.stderr.startswith(f"fake-twilio: {program}: ")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_program_ended_by_a_signal_gives_the_shells_status(data: Path) -> None:
    assert _run(data, "sh", "-c", "kill -KILL $$").returncode == 128 + signal.SIGKILL


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_are_passed_on(data: Path, number: signal.Signals) -> None:
    script = (
        "import os, signal\n"
        # The signal may arrive while the line below is still being written, so the handler bypasses that buffer.
        f"signal.signal({int(number)}, lambda n, f: (os.write(1, b'got %d\\n' % n), os._exit(5)))\n"
        "print('ready', flush=True)\n"
        "while True: signal.pause()"
    )
    process = subprocess.Popen(
        [*EXEC, "--data-dir", str(data), "--", sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert (output, process.returncode) == (f"got {int(number)}\n", 5)


def test_a_sitecustomize_of_the_programs_own_still_runs(data: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import os\nif 'FAKE_TWILIO_URL' in os.environ: print('mine')\n")
    done = _run(data, sys.executable, "-c", "print('program')", PYTHONPATH=str(tmp_path))
    assert done.stdout == "mine\nprogram\n", done.stderr


def test_aiohttp_clients_may_still_refuse_proxies(data: Path) -> None:
    script = (
        "import aiohttp, asyncio\n"
        "async def main():\n"
        "    async with aiohttp.ClientSession() as one, aiohttp.ClientSession(trust_env=False) as two:\n"
        "        print(one.trust_env, two.trust_env)\n"
        "asyncio.run(main())"
    )
    done = _run(data, sys.executable, "-c", script)
    assert done.stdout == "True False\n", done.stderr


def test_a_damaged_authority_is_one_line_and_status_2(tmp_path: Path) -> None:
    (tmp_path / "authority.pem").write_text("scribble")
    done = _run(tmp_path, "true")
    assert done.returncode == 2
    assert "authority.pem is damaged" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_manual_clock_starts_at_the_present(data: Path) -> None:
    script = (
        "import json, os, urllib.request; from datetime import datetime, UTC; "
        "said = json.load(urllib.request.urlopen(os.environ['FAKE_TWILIO_URL'] + '/_fake/v1/clock')); "
        "print(said['kind'], abs((datetime.now(UTC) - datetime.fromisoformat(said['now'])).total_seconds()) < 60)"
    )
    done = _run(data, sys.executable, "-c", script, options=("--clock", "manual"))
    assert done.stdout == "manual True\n", done.stderr
