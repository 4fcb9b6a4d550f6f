"""The stack is valid for Compose, resolves Twilio's host names to the fake, and delivers a message to a phone."""

import json
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
FILE = HERE / "docker-compose.yml"
SERVICES = yaml.safe_load(FILE.read_text("utf-8"))["services"]


def run(*command):
    """Run a command next to the file; return its output."""
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def has(*command):
    """Return whether a command is installed and works."""
    return (
        shutil.which(command[0]) is not None
        and not subprocess.run(command, capture_output=True, check=False).returncode
    )


def test_the_file_follows_the_official_schema():
    run(sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE))


def test_twilio_s_names_lead_to_the_fake_whose_authority_is_trusted():
    fake, program = SERVICES["fake-twilio"], SERVICES["alert"]
    assert "api.twilio.com" in fake["networks"]["default"]["aliases"]
    assert fake["command"][fake["command"].index("--tls-port") + 1] == "443"
    kept = fake["command"][fake["command"].index("--data-dir") + 1]
    assert f"authority:{kept}" in fake["volumes"]
    assert "authority:/authority:ro" in program["volumes"]
    assert program["environment"]["CURL_CA_BUNDLE"].startswith("/authority/")


@pytest.mark.skipif(shutil.which("curl") is None, reason="install curl")
def test_the_program_texts():
    script = ["sh", "alert.sh", *SERVICES["alert"]["command"][2:]]
    run(sys.executable, "-m", "fake_twilio", "exec", "--", *script)


@pytest.mark.skipif(not has("docker", "compose", "version"), reason="install Docker Compose")
def test_compose_reads_the_file():
    run("docker", "compose", "config", "--quiet")


@pytest.mark.skipif(
    not (has("docker", "compose", "version") and has("docker", "image", "inspect", "fake-twilio")),
    reason="install Docker Compose, start the engine, and build the image fake-twilio",
)
def test_the_text_is_on_the_phone():
    try:
        run("docker", "compose", "run", "--rm", "alert")
        url = "http://127.0.0.1:8945/_fake/v1/handsets/+12015550101/messages"
        with urllib.request.urlopen(url) as answer:
            assert json.load(answer)["messages"][-1]["body"] == "Fire in building 4"
    finally:
        run("docker", "compose", "down", "--volumes")
