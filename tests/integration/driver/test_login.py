"""``sms-driver login``: the command line stores a login and uses it only for the URL where it was made."""

import asyncio
import json
import stat
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from driver.api.access import LOGIN_LASTS_S
from driver.api.lockout import MAX_FAILURES
from driver.api.passwords import hash_password, hash_token
from support.commands import Done, sms_driver
from support.driver_site import Site, settings, site
from support.terminal import Talked, talk

pytestmark = [pytest.mark.long, pytest.mark.timeout(180)]

PASSWORD = "right horse"
USERS = [{"username": "ann", "password_hash": hash_password(PASSWORD), "role": "engineer"}]
TOKENS = [{"name": "scada", "token_hash": hash_token("scada-token"), "role": "viewer"}]
SEND = ("send", "--phone", "guard", "Door 3")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    protected = {"users": USERS, "tokens": TOKENS}
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver=protected)),
    ):
        yield here


def file(folder: Path) -> Path:
    return folder / "state" / "sms-driver" / "logins.json"


async def sms(folder: Path, *arguments: str, typed: str = "", **env: str) -> Done:
    """Run the command with this text on its standard input."""
    env = {"XDG_STATE_HOME": str(folder / "state"), **env}
    return await sms_driver(*arguments, cwd=folder, env=env, typed=typed.encode())


async def terminal(folder: Path, arguments: Sequence[str], answers: Sequence[tuple[str, str]]) -> Talked:
    env = {"XDG_STATE_HOME": str(folder / "state")}
    return await asyncio.to_thread(talk, arguments, answers, cwd=folder, env=env)


async def test_a_login_opens_the_address_that_it_was_made_at(here: Site, tmp_path: Path) -> None:
    url = here.driver.dataserver_url
    before = await sms(tmp_path, *SEND, "--url", url)
    assert before.returncode == 1
    assert f"sms-driver login --url {url}" in before.stderr

    shown = await terminal(tmp_path, ["login", "--url", f"{url}/"], [("User name", "ann"), ("Password", PASSWORD)])
    assert shown.returncode == 0, shown
    assert PASSWORD not in shown.screen
    assert f"ann is logged in at {url} as engineer, for two hours." in shown.screen
    assert stat.S_IMODE(file(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(file(tmp_path).parent.stat().st_mode) == 0o700

    done = await sms(tmp_path, *SEND, "--url", url)
    assert done.returncode == 0, done
    done = await sms(tmp_path, "tables", "export", "asset", "--url", url)
    assert "guard" in done.stdout, done
    assert here.received() == ["Door 3"]


async def test_every_command_says_how_to_log_in_again(here: Site, tmp_path: Path) -> None:
    url = here.driver.dataserver_url
    commands = (SEND, ("tail",), ("tables", "export", "asset"))
    assert (await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"{PASSWORD}\n")).returncode == 0
    await here.clock.advance(LOGIN_LASTS_S)
    for command in commands:
        done = await sms(tmp_path, *command, "--url", url)
        assert done.returncode == 1
        (line,) = done.stderr.splitlines()
        assert line.endswith(f"the login at {url} has expired; log in again: sms-driver login --url {url}"), line


async def test_the_debug_tools_have_a_login_of_their_own(here: Site, tmp_path: Path) -> None:
    url = here.driver.debugtools_url
    await sms(tmp_path, "login", "--url", here.driver.dataserver_url, "--user", "ann", typed=f"{PASSWORD}\n")
    done = await sms(tmp_path, "tail", "--debug", "--url", url)
    assert f"sms-driver login --url {url}" in done.stderr
    done = await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"{PASSWORD}\n")
    assert done.returncode == 0, done
    assert set(json.loads(file(tmp_path).read_text())) == {here.driver.dataserver_url, url}


async def test_a_token_that_is_given_counts_more_than_a_login(here: Site, tmp_path: Path) -> None:
    url = here.driver.dataserver_url
    await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"{PASSWORD}\n")
    done = await sms(tmp_path, *SEND, "--url", url, SMS_DRIVER_TOKEN="scada-token")
    assert "scada is viewer" in done.stderr
    done = await sms(tmp_path, *SEND, "--url", url, "--token", "wrong")
    assert (done.returncode, "the token is invalid" in done.stderr) == (1, True)
    shown = await terminal(tmp_path, [*SEND[:3], "--url", url, "--token", "-", "x"], [("Token", "scada-token")])
    assert "scada is viewer" in shown.screen
    assert "scada-token" not in shown.screen
    done = await sms(tmp_path, "tables", "import", "asset", "--url", url, "--token", "-", typed="scada-token\nAssetId")
    assert (done.returncode, "SMS_DRIVER_TOKEN" in done.stderr) == (2, True)


async def test_two_drivers_are_logged_in_to_at_once(here: Site, tmp_path: Path) -> None:
    urls = ("--url", here.driver.dataserver_url, "--url", here.driver.debugtools_url)
    done = await sms(tmp_path, "login", *urls, "--user", "ann", typed=f"{PASSWORD}\n")
    assert done.returncode == 0, done
    assert done.stderr.count("is logged in at") == 2
    done = await sms(tmp_path, *SEND, *urls[:2], "--url", "http://127.0.0.1:9")
    assert done.returncode == 0, done
    await here.clock.advance(LOGIN_LASTS_S)
    done = await sms(tmp_path, *SEND, *urls)
    assert done.stderr.strip().endswith(f"log in again: sms-driver login {' '.join(urls)}"), done


async def test_a_wrong_password_and_a_driver_without_users_are_said_in_one_line(here: Site, tmp_path: Path) -> None:
    url = here.driver.dataserver_url
    for n in range(MAX_FAILURES):
        done = await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"wrong-{n}\n")
        assert (done.returncode, done.stderr) == (1, f"sms-driver login: {url}: wrong user name or password\n")
    done = await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"{PASSWORD}\n")
    assert (done.returncode, "try again in" in done.stderr) == (1, True)
    assert not file(tmp_path).exists()

    done = await sms(tmp_path, "login", "--url", "http://127.0.0.1:9", "--user", "ann", typed=f"{PASSWORD}\n")
    assert (done.returncode, "no driver answers at http://127.0.0.1:9" in done.stderr) == (3, True)
    done = await sms(tmp_path, "login", "--url", url, "--user", "ann", "--password", PASSWORD)
    assert (done.returncode, "No such option" in done.stderr) == (2, True)
    done = await sms(tmp_path, "login", "--url", url)
    assert (done.returncode, "the input ended at the question 'User name'" in done.stderr) == (2, True)


async def test_a_driver_that_is_open_to_all_needs_no_login(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        done = await sms(tmp_path, "login", "--url", here.driver.dataserver_url)
    assert (done.returncode, "needs no login" in done.stderr) == (0, True)


async def test_logging_out_ends_the_login_here_and_there(here: Site, tmp_path: Path) -> None:
    url = here.driver.dataserver_url
    await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"{PASSWORD}\n")
    token = json.loads(file(tmp_path).read_text())[url]
    done = await sms(tmp_path, "logout", "--url", url)
    assert (done.returncode, done.stderr) == (0, f"Logged out of {url}.\n")
    assert json.loads(file(tmp_path).read_text()) == {}
    async with here.http.get(f"{url}/api/info", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 401
    done = await sms(tmp_path, "logout", "--url", url)
    assert (done.returncode, done.stderr) == (0, f"No login is stored for {url}.\n")


async def test_a_driver_that_is_gone_is_logged_out_of_here_at_least(tmp_path: Path) -> None:
    file(tmp_path).parent.mkdir(parents=True)
    file(tmp_path).write_text('{"http://127.0.0.1:9": "a-token"}')
    done = await sms(tmp_path, "logout", "--url", "http://127.0.0.1:9")
    assert done.returncode == 0
    assert "no driver answers" in done.stderr
    assert json.loads(file(tmp_path).read_text()) == {}


@pytest.mark.parametrize("damage", ["", "[]", '{"http://x": 7}', "\x00\xff"])
async def test_a_damaged_file_is_no_login(here: Site, tmp_path: Path, damage: str) -> None:
    url = here.driver.dataserver_url
    file(tmp_path).parent.mkdir(parents=True)
    file(tmp_path).write_bytes(damage.encode("latin-1"))
    done = await sms(tmp_path, *SEND, "--url", url)
    assert f"sms-driver login --url {url}" in done.stderr
    done = await sms(tmp_path, "login", "--url", url, "--user", "ann", typed=f"{PASSWORD}\n")
    assert done.returncode == 0, done
