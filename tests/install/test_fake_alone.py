"""The fake alone, in empty environments of every Python installed here, and with other projects' pins."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.venvs import ROOT, Venv, interpreters, uv, venv

if TYPE_CHECKING:
    from install.conftest import Built

pytestmark = [pytest.mark.long]

MAX_PACKAGES = 15
MAX_BYTES = 40_000_000

TEXTING = """
import os, urllib.parse, urllib.request
sid, token = os.environ["TWILIO_ACCOUNT_SID"], os.environ["TWILIO_AUTH_TOKEN"]
passwords = urllib.request.HTTPPasswordMgrWithPriorAuth()
passwords.add_password(None, "https://api.twilio.com/", sid, token, is_authenticated=True)
form = {"To": "+12015550101", "From": os.environ["TWILIO_PHONE_NUMBER"], "Body": "hello"}
opener = urllib.request.build_opener(urllib.request.HTTPBasicAuthHandler(passwords))
url = f"https://api.twilio.com/2010-04-01/Accounts/{sid}/Messages.json"
print(opener.open(url, urllib.parse.urlencode(form).encode()).status)
"""

FIRST_TEST = """
def test_it(fake_twilio, handset):
    handset.send(fake_twilio.phone_number, "hello")
    fake_twilio.restore(fake_twilio.snapshot())
    assert [message.body for message in handset.messages] == ["hello"]
    assert fake_twilio.base_url.startswith("http://127.0.0.1")
"""

WITH_SDK = """
def test_it(fake_twilio, twilio_client, handset):
    twilio_client.messages.create(to=handset.number, from_=fake_twilio.phone_number, body="hello")
    fake_twilio.assert_sent(body="hello", status="delivered")
"""


def _plays(environment: Venv, folder: Path, test: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "test_it.py").write_text(test)
    done = environment.run("python", "-m", "pytest", "-q", ".", cwd=folder)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def _execs(environment: Venv, folder: Path) -> None:
    done = environment.run("fake-twilio", "exec", "--data-dir", str(folder), "--", "python", "-c", TEXTING)
    assert (done.returncode, done.stdout) == (0, "201\n"), done.stderr
    assert "1 message sent" in done.stderr


@pytest.mark.parametrize("python", interpreters())
def test_it_is_small_and_works_in_an_empty_environment(built: "Built", tmp_path: Path, python: str) -> None:
    with venv(tmp_path / "venv", python) as environment:
        empty = environment.size()
        environment.install(built.fake)
        assert len(environment.versions().keys() - {"fake-twilio"}) <= MAX_PACKAGES
        assert environment.size() - empty <= MAX_BYTES
        done = environment.run("python", "-c", "import importlib.util as u; print(u.find_spec('driver'))")
        assert done.stdout == "None\n"
        assert environment.run("fake-twilio", "--version").returncode == 0
        _execs(environment, tmp_path)
        environment.install("pytest")
        _plays(environment, tmp_path / "project", FIRST_TEST)


@pytest.mark.release
@pytest.mark.parametrize("python", sorted({interpreters()[0], interpreters()[-1]}))
def test_the_oldest_dependencies_do(built: "Built", tmp_path: Path, python: str) -> None:
    with venv(tmp_path / "venv", python) as environment:
        project = ROOT / "fake_twilio" / "pyproject.toml"
        lowest = tmp_path / "lowest.txt"
        uv(
            *("pip", "compile", "--quiet", "--resolution", "lowest-direct", "--all-extras"),
            *("--python", environment.folder, "--output-file", lowest, project),
        )
        environment.install("--requirements", lowest, built.fake)
        versions = environment.versions()
        asked = {line.split("==")[0]: line.split("==")[1] for line in lowest.read_text().splitlines() if "==" in line}
        assert {name: versions[name] for name in ("aiohttp", "click", "cryptography", "phonenumberslite", "yarl")} == {
            name: asked[name] for name in ("aiohttp", "click", "cryptography", "phonenumberslite", "yarl")
        }
        _execs(environment, tmp_path)
        _plays(environment, tmp_path / "project", WITH_SDK)


@pytest.mark.release
@pytest.mark.parametrize(
    "pins",
    [
        ("sqlalchemy==1.4.54",),
        ("sqlalchemy==2.0.36", "pydantic==2.9.2"),
        ("django==4.2.16", "django-phonenumber-field[phonenumbers]==8.0.0"),
        ("aiohttp==3.13.0", "click==8.1.8", "twilio==9.4.0"),
    ],
    ids=lambda pins: pins[0],
)
def test_nobody_s_pins_move(built: "Built", tmp_path: Path, pins: tuple[str, ...]) -> None:
    with venv(tmp_path / "venv", interpreters()[0]) as environment:
        environment.install("pytest", *pins)
        before = environment.versions()
        environment.install(built.fake)
        after = environment.versions()
        assert {name: after.get(name) for name in before} == before
        _plays(environment, tmp_path / "project", FIRST_TEST)


def test_a_project_with_a_package_driver_of_its_own_keeps_it(built: "Built", tmp_path: Path) -> None:
    project = tmp_path / "project"
    (project / "driver").mkdir(parents=True)
    (project / "driver" / "__init__.py").write_text("OURS = True\n")
    with venv(tmp_path / "venv", interpreters()[-1]) as environment:
        environment.install("pytest", built.fake)
        _plays(environment, project, f"import driver\nassert driver.OURS\n{FIRST_TEST}")


@pytest.mark.release
def test_a_source_archive_alone_builds_and_works(built: "Built", tmp_path: Path) -> None:
    with venv(tmp_path / "venv", interpreters()[-1]) as environment:
        environment.install(built.fake_source)
        done = environment.run("fake-twilio", "coverage", "--json")
        assert json.loads(done.stdout)["operations"]
