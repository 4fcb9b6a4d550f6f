"""The driver as sites install it: alone, and with the fake for its demo."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.venvs import interpreters, venv

if TYPE_CHECKING:
    from install.conftest import Built

pytestmark = [pytest.mark.long]


@pytest.mark.parametrize("python", interpreters())
def test_it_works_alone_and_beside_the_fake(built: "Built", tmp_path: Path, python: str) -> None:
    with venv(tmp_path / "venv", python) as environment:
        environment.install(built.driver)
        assert "fake-twilio" not in environment.versions()
        done = environment.run("sms-driver", "--version")
        assert (done.returncode, done.stdout.startswith("sms-driver, version ")) == (0, True), done.stderr
        done = environment.run("sms-driver", "demo", "--once")
        assert done.returncode == 3
        assert "pip install 'twilio-sms-driver[demo]'" in done.stderr
        environment.install("--find-links", built.fake.parent, f"twilio-sms-driver[demo] @ {built.driver.as_uri()}")
        assert "fake-twilio" in environment.versions()
        done = environment.run("sms-driver", "demo", "--once")
        assert done.returncode == 0, done.stdout + done.stderr
