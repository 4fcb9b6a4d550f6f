"""The driver as it runs at the site, against a fake: messages from the gate reach whoever is on duty."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
DAY, NIGHT = "+12015550111", "+12015550112"


def sms_driver(*arguments, **more):
    """Start one of the driver's commands with this interpreter."""
    return subprocess.Popen([sys.executable, "-m", "driver", *arguments], text=True, **more)


@pytest.fixture
def url(fake_twilio, tmp_path):
    """The site's driver with its own configuration; only addresses and the database differ."""
    environment = os.environ | {
        "SMS_DRIVER__TWILIO__BASE_URL": fake_twilio.base_url,
        "SMS_DRIVER__DATASERVER__PORT": "0",
        "SMS_DRIVER__INTERNAL__DEBUG_PORT": "0",
        "SMS_DRIVER__STORE__URL": f"sqlite:///{tmp_path}/driver.db",
    }
    ready = tmp_path / "ready.json"
    command = ("run", "--config", str(HERE / "driver.toml"), "--ready-file", str(ready))
    with sms_driver(*command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as driver:
        assert driver.stdout.readline(), "the driver ended before it was ready"
        yield json.loads(ready.read_text("utf-8"))["dataserver_url"]
        driver.terminate()
        driver.communicate(timeout=20)


def shift(url, name):
    """Change the shift, as a timer at the site does."""
    command = ("tables", "import", "asset", str(HERE / "roster" / f"{name}.csv"), "--yes", "--url", url)
    with sms_driver(*command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as done:
        output = done.communicate(timeout=20)[0]
    assert done.returncode == 0, output


def test_each_shift_gets_its_own_texts(url, fake_twilio, handset):
    gate = handset("+12015550101")
    shift(url, "day")
    gate.send(fake_twilio.phone_number, "Door forced at dock 3")
    fake_twilio.expect_message(to=DAY, body="North gate: Door forced at dock 3").within(10)
    shift(url, "night")
    gate.send(fake_twilio.phone_number, "Door forced at dock 4")
    fake_twilio.expect_message(to=NIGHT, body="North gate: Door forced at dock 4").within(10)
    gate.send(fake_twilio.phone_number, "All quiet")
    fake_twilio.assert_sent(1, to=DAY)
    fake_twilio.assert_sent(1, to=NIGHT)
