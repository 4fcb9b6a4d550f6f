"""The how-tos for a site's engineer, run in an empty folder with the installed commands and the fake as Twilio."""

import json
import os
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_twilio import BlockingFakeTwilio, FakeTwilio
from harness.loopback import free_port
from support.driver_database import postgres_server
from support.played_page import play

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(180),
    pytest.mark.skipif(not all(map(shutil.which, ("bash", "curl"))), reason="install bash and curl"),
]

HOW_TO = Path(__file__).parents[2] / "docs/how-to"
PASSWORD = "right horse"
ANSWERS = (
    "AC0123456789abcdef0123456789abcdef",
    "fake0auth0token0for0local0tests0",
    "Guard desk",
    "+12015550101",
    "",
    "n",
    "",
)


@pytest.fixture
def fake(request: pytest.FixtureRequest) -> Iterator[BlockingFakeTwilio]:
    with FakeTwilio.running(trial=getattr(request, "param", False)) as fake:
        yield fake


@pytest.fixture
def folder(tmp_path: Path, fake: BlockingFakeTwilio) -> Path:
    """Return a folder with the files that ``sms-driver init`` writes for one phone."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "driver", "init", "--base-url", fake.base_url],
        cwd=tmp_path,
        input="\n".join(ANSWERS) + "\n",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return tmp_path


def own(folder: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return replacements for the ports on a page, and the environment variables of its shell."""
    port, debug_port = str(free_port()), str(free_port())
    variables = {
        "SMS_DRIVER__DATASERVER__PORT": port,
        "SMS_DRIVER__INTERNAL__DEBUG_PORT": debug_port,
        "XDG_STATE_HOME": str(folder / ".state"),
    }
    return {"9622": port, "9623": debug_port}, variables


@pytest.fixture
def postgres() -> Iterator[str]:
    with postgres_server() as server:
        yield server.url


@pytest.mark.skipif(shutil.which("openssl") is None, reason="install openssl")
def test_users_roles_and_tls(folder: Path) -> None:
    words, variables = own(folder)
    words = {
        "--role operator --ask": f"--role operator --ask <<< '{PASSWORD}'",
        "--role engineer --ask": f"--role engineer --ask <<< '{PASSWORD}'",
        "--user ann": f"--user ann <<< '{PASSWORD}'",
        **words,
    }
    assert play(HOW_TO / "users-roles-and-tls.md", folder, instead=words, environment=variables) == 5


def test_monitor_the_driver(folder: Path) -> None:
    words, variables = own(folder)
    page = folder / "page.md"
    run = '```console title="Terminal"\n$ sms-driver run\n```\n'
    # The driver is ready when it answers; Twilio may answer it slightly later.
    connected = 'curl --silent http://127.0.0.1:9622/metrics | grep "^sms_driver_communication 1"'
    run += f"```console\n$ until {connected}; do :; done\n```\n"
    page.write_text(run + (HOW_TO / "monitor-the-driver.md").read_text(encoding="utf-8"))
    assert play(page, folder, instead=words, environment=variables) == 2


@pytest.fixture
def service(folder: Path) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Return replacements for the systemd commands, to start and stop a driver here, and the shell's variables."""
    words, variables = own(folder)
    answers = f"http://127.0.0.1:{words['9622']}/healthz"
    start = "sms-driver run > driver.log 2>&1 & echo $! > pid"
    words["sudo systemctl start sms-driver"] = f"{start}\n$ curl -s --retry 99 --retry-connrefused {answers}"
    words["sudo systemctl stop sms-driver"] = "kill $(cat pid) && tail --pid=$(cat pid) -f /dev/null; rm pid"
    yield words, variables
    if (pid := folder / "pid").exists():
        os.kill(int(pid.read_text()), signal.SIGTERM)


def test_out_through_a_proxy(tmp_path: Path) -> None:
    port, proxy = str(free_port()), str(free_port())
    serve = f"fake-twilio serve --port {port} --proxy-port {proxy} --data-dir {tmp_path}/fake"
    written = (HOW_TO / "behind-a-proxy.md").read_text(encoding="utf-8")
    (tmp_path / "page.md").write_text(f'```console title="Terminal"\n$ {serve}\n```\n{written.partition("## In ")[0]}')
    (tmp_path / "driver.toml").write_text(f'[twilio]\naccount_sid = "{ANSWERS[0]}"\nauth_token = "{ANSWERS[1]}"\n')
    words = {
        "export HTTPS_PROXY=http://proxy.example.com:3128\n": (
            f"export HTTPS_PROXY=http://127.0.0.1:{proxy} REQUESTS_CA_BUNDLE=fake/bundle.pem\n"
        ),
        "http://proxy.example.com:3128": f"http://127.0.0.1:{proxy}",
        "/etc/ssl/certs/site-ca.pem": "fake/bundle.pem",
    }
    machine = dict.fromkeys(("https_proxy", "all_proxy", "no_proxy", "NO_PROXY", "CURL_CA_BUNDLE"), "")
    assert play(tmp_path / "page.md", tmp_path, instead=words, environment=machine) == 2


@pytest.mark.skipif(not all(map(shutil.which, ("nginx", "openssl"))), reason="install nginx and openssl")
def test_in_through_nginx(folder: Path, fake: BlockingFakeTwilio) -> None:
    words, variables = own(folder)
    public, webhooks = str(free_port()), str(free_port())
    address, answer = (
        f"https://localhost:{public}",
        "--cacert sms.pem --silent --output /dev/null --write-out '%{http_code}'",
    )
    words = {
        "--role operator --ask": f"--role operator --ask <<< '{PASSWORD}'",
        "https://sms.example.com": address,
        "sms.example.com": "localhost",
        "listen 443": f"listen {public}",
        "9624": webhooks,
        **{f"{place}/sms.": "sms." for place in ("/etc/ssl/certs", "/etc/ssl/private", "/var/log/nginx")},
        **words,
    }
    paths = "".join(
        f"{kind}_temp_path {folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    main = f"daemon off; pid {folder}/nginx.pid; events {{}} http {{ {paths} include sms.conf; }}"
    (folder / "nginx.conf").write_text(main)
    for file in ("sms.pem", "sms.key"):
        (folder / file).touch()
    certificate = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    certificate = f"{certificate} -keyout sms.key -out sms.pem 2> openssl.log"
    typed = f"""
```console
$ {certificate}
```
```console title="Terminal 1"
$ sms-driver run
```
```console
$ nginx -p {folder} -e {folder}/error.log -c {folder}/nginx.conf > nginx.log 2>&1 &
$ curl {answer} --retry 99 --retry-connrefused {address}/healthz
200
$ sms-driver login --url {address} --ca sms.pem --user ann <<< '{PASSWORD}'
$ sms-driver send --url {address} --ca sms.pem --phone guard-desk hello
attempt 1: accepted
$ curl {answer} --data Body=forged {address}/twilio/sms
403
$ kill $(cat nginx.pid)
```
"""
    page = folder / "page.md"
    written = (HOW_TO / "behind-a-proxy.md").read_text(encoding="utf-8")
    page.write_text(written.partition("## In ")[2] + typed)
    variables["SMS_DRIVER__RECEIVE__WEBHOOK_PORT"] = webhooks
    assert play(page, folder, instead=words, environment=variables) == 3
    assert "access_token" not in (folder / "sms.log").read_text()


@pytest.mark.postgresql
def test_run_two_drivers(folder: Path, postgres: str) -> None:
    _, variables = own(folder)
    first, second = str(free_port()), str(free_port())
    written = (HOW_TO / "run-two-drivers.md").read_text(encoding="utf-8").partition("## What a standby")[0]
    for port in (first, second):  # they are separate machines, so their ports are the same there
        own_ports = f"SMS_DRIVER__DATASERVER__PORT={port} SMS_DRIVER__INTERNAL__DEBUG_PORT={free_port()}"
        written = written.replace("$ sms-driver run", f"$ env {own_ports} sms-driver  run", 1)
    (folder / "page.md").write_text(written)
    words = {
        "10.0.0.5:9622": f"127.0.0.1:{first}",
        "10.0.0.6:9622": f"127.0.0.1:{second}",
        "postgresql://sms:PASSWORD@db.example.com/sms?ssl=verify-full": postgres,
    }
    assert play(folder / "page.md", folder, instead=words, environment=variables) == 2


@pytest.mark.parametrize("fake", [True], indirect=True, ids=["trial"])
def test_from_trial_to_full(folder: Path, fake: BlockingFakeTwilio) -> None:
    words, variables = own(folder)
    words = {
        "http://127.0.0.1:8945": fake.base_url,
        "sms-driver send": f"sms-driver send --url http://127.0.0.1:{words['9622']}",
    }
    page = folder / "page.md"
    run = '```console title="Terminal"\n$ sms-driver run\n```\n'
    page.write_text(run + (HOW_TO / "from-trial-to-full.md").read_text(encoding="utf-8"))
    assert play(page, folder, instead=words, environment=variables) == 4


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="install sqlite3")
def test_back_up_and_restore(
    folder: Path, fake: BlockingFakeTwilio, service: tuple[dict[str, str], dict[str, str]]
) -> None:
    words, variables = service
    texted = f"sms-driver send --url http://127.0.0.1:{words['9622']} --phone guard-desk"
    before = f"```console\n$ sudo systemctl start sms-driver\n$ {texted} kept\n```\n"
    after = f"```console\n$ {texted} lost\n```\n"
    written = (HOW_TO / "maintain-the-database.md").read_text(encoding="utf-8")
    page = folder / "page.md"
    page.write_text(before + written.replace("## Restore", f"{after}\n## Restore"))
    assert play(page, folder, instead=words, environment=variables) == 7
    with urllib.request.urlopen(f"http://127.0.0.1:{words['9622']}/api/messages") as answer:
        assert [message["body"] for message in json.load(answer)["items"]] == ["kept"]
