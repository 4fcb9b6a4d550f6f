"""The text for coding agents: the command and a running fake provide the same one, and what it says works."""

import gc
import re
import urllib.request
from importlib.resources import files
from pathlib import Path

from click.testing import CliRunner

from fake_twilio import FakeTwilio
from fake_twilio.cli import main
from fake_twilio.faults import effects
from support.own_pytest import typed

TEXT = files("fake_twilio").joinpath("skill.md").read_text("utf-8")


def test_the_command_and_the_server_hand_out_the_same() -> None:
    assert CliRunner().invoke(main, ["skill"]).stdout == TEXT
    with FakeTwilio.running() as fake, urllib.request.urlopen(f"{fake.base_url}/_fake/agent.md") as answer:
        assert answer.headers["Content-Type"] == "text/markdown; charset=utf-8"
        assert answer.read().decode("utf-8") == TEXT


def test_a_command_that_has_ended_leaves_pythons_search_for_garbage_on() -> None:
    CliRunner().invoke(main, ["skill"])
    assert gc.isenabled()


def test_it_has_the_head_of_a_skill() -> None:
    head = re.match(r"---\nname: fake-twilio\ndescription: (.{50,1024})\n---\n", TEXT)
    assert head is not None


def test_its_tests_pass(tmp_path: Path) -> None:
    (example,) = re.findall(r"```python test\n(.*?)```", TEXT, re.DOTALL)
    test = tmp_path / "test_it.py"
    test.write_text(example, "utf-8")
    status, output = typed("--rootdir", str(tmp_path), "-p", "no:asyncio", "-q", str(test))
    assert (status, "3 passed" in output) == (0, True), output


def test_the_calls_and_faults_that_it_names_exist() -> None:
    with FakeTwilio.running() as fake:
        for call in re.findall(r"`GET (/_fake/v1/[^?`]+)", TEXT):
            url = f"{fake.base_url}{call}{'?timeout=0' if call.endswith('wait') else ''}"
            request = urllib.request.Request(url)
            try:
                status = urllib.request.urlopen(request).status
            except urllib.error.HTTPError as exc:
                status = exc.code
            assert status in (200, 408), call
    assert set(re.findall(r"Fault\.(\w+)\(", TEXT)) <= effects().keys()
