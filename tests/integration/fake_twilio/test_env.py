"""``fake-twilio env`` prints a running fake as environment variables."""

import json
import subprocess
import sys
from pathlib import Path

from fake_twilio import FakeTwilio
from fake_twilio.cli.env import command
from support.commands import invoke


async def test_the_variables_of_a_running_fake(tmp_path: Path) -> None:
    async with FakeTwilio(tls_port=0, proxy_port=0, data_dir=tmp_path) as fake:
        done = await invoke(command, "--url", fake.base_url, "--format", "json")
    made = json.loads(done.stdout)
    assert done.returncode == 0
    assert made["FAKE_TWILIO_URL"] == fake.base_url
    assert made["TWILIO_AUTH_TOKEN"]
    assert made["https_proxy"].startswith("http://127.0.0.1:")
    assert Path(made["SSL_CERT_FILE"]).read_text("ascii").startswith((tmp_path / "ca.pem").read_text("ascii").strip())
    assert made["TWILIO_REGION"] is None


async def test_a_fake_without_a_proxy_is_said_to_have_none() -> None:
    async with FakeTwilio() as fake:
        done = await invoke(command, "--url", fake.base_url + "/")
    assert "export FAKE_TWILIO_URL=" in done.stdout
    assert "PROXY" not in done.stdout
    assert "runs without --proxy-port" in done.stderr


def test_no_fake_at_all_is_one_line_and_status_3() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "fake_twilio", "env", "--url", "http://127.0.0.1:9"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "no fake answers at http://127.0.0.1:9" in done.stderr


def test_what_is_no_address_is_one_line_and_status_3() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "fake_twilio", "env", "--url", "nonsense"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 3
    assert len(done.stderr.splitlines()) == 1
