"""The pytest fixtures, used in another project."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def _pytest(folder: Path, *options: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options, str(folder)],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PYTEST_"))},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    return done.stdout + done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def test_a_first_test_takes_three_lines(project: Path) -> None:
    (project / "test_it.py").write_text(
        "def test_it(fake_twilio, twilio_client, handset):\n"
        "    twilio_client.messages.create(to=handset.number, from_=fake_twilio.phone_number, body='hi')\n"
        "    assert handset.messages[-1].body == 'hi'\n"
    )
    assert "1 passed" in _pytest(project)


def test_each_test_begins_anew_on_the_same_server(project: Path) -> None:
    (project / "test_it.py").write_text(
        "import pytest\n"
        "seen = set()\n"
        "@pytest.mark.parametrize('number', [1, 2])\n"
        "def test_it(fake_twilio, handset, number):\n"
        "    assert fake_twilio.messages == []\n"
        "    assert not list(fake_twilio.faults)\n"
        "    handset.send(fake_twilio.phone_number, 'hello')\n"
        "    fake_twilio.faults.add({'effect': {'type': 'rate_limit'}})\n"
        "    fake_twilio.clock.advance(100)\n"
        "    seen.add(fake_twilio.base_url)\n"
        "    assert len(seen) == 1\n"
    )
    assert "2 passed" in _pytest(project)


def test_the_option_makes_it_a_trial(project: Path) -> None:
    (project / "test_it.py").write_text(
        "import pytest\n"
        "def test_it(fake_twilio, twilio_client, handset):\n"
        "    sent = twilio_client.messages.create(to=handset.number, from_=fake_twilio.phone_number, body='hi')\n"
        "    assert sent.body == 'Sent from your Twilio trial account - hi'\n"
    )
    assert "1 passed" in _pytest(project, "--fake-twilio-trial")


def test_the_setting_names_a_seed(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nfake_twilio_seed = seeds/mine.toml\n")
    (project / "seeds").mkdir()
    (project / "seeds" / "mine.toml").write_text(
        f'[[accounts]]\nsid = "AC{"b" * 32}"\nauth_token = "mine"\nverified = ["+12015550109"]\n'
        '[[accounts.numbers]]\nphone_number = "+12015550150"\n'
    )
    (project / "test_it.py").write_text(
        "def test_it(fake_twilio, handset):\n"
        "    assert fake_twilio.auth_token == 'mine'\n"
        "    assert fake_twilio.phone_number == '+12015550150'\n"
        "    assert handset.number == '+12015550109'\n"
        "    assert handset('+12015550108').number == '+12015550108'\n"
    )
    assert "1 passed" in _pytest(project)


def test_a_run_that_does_not_ask_for_it_does_not_pay_for_it(project: Path) -> None:
    (project / "test_it.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    loaded = [name for name in sys.modules if name.startswith('fake_twilio.')]\n"
        "    assert loaded == ['fake_twilio.pytest_plugin']\n"
    )
    assert "1 passed" in _pytest(project, "-p", "no:aiohttp")


def test_the_option_leaves_the_timeline_of_each_failed_test(project: Path) -> None:
    (project / "test_it.py").write_text(
        "from fake_twilio import Fault\n"
        "def test_fails(fake_twilio, twilio_client, handset):\n"
        "    fake_twilio.faults.add(Fault.delivery('undelivered', 30003))\n"
        "    twilio_client.messages.create(to=handset.number, from_=fake_twilio.phone_number, body='<b>hi</b>')\n"
        "    fake_twilio.assert_sent(status='delivered')\n"
        "def test_passes(fake_twilio, handset):\n"
        "    handset.send(fake_twilio.phone_number, 'hello')\n"
        "def test_fails_without_it():\n"
        "    assert False\n"
    )
    output = _pytest(project, "--fake-twilio-report")
    assert "2 failed, 1 passed" in output
    (page,) = (project / "fake-twilio-report").iterdir()
    assert page.name == "test_it.py-test_fails.html"
    assert f"timeline: {page}" in output
    text = page.read_text("utf-8")
    assert "expected a sent message" in text
    assert "Body: &lt;b&gt;hi&lt;/b&gt;" in text
    assert "undelivered<td>30003" in text
    assert "<td>POST /2010-04-01/Accounts/" in text
    assert "<b>hi" not in text
    assert "Authorization" not in text


def test_without_the_option_nothing_is_left(project: Path) -> None:
    (project / "test_it.py").write_text("def test_fails(fake_twilio):\n    assert fake_twilio.messages\n")
    assert "1 failed" in _pytest(project)
    assert not (project / "fake-twilio-report").exists()
