"""Oddly formatted URLs and tokens on the command line: read as they were meant, or refused in one line."""

from collections.abc import Mapping

import pytest
from click.testing import CliRunner

from driver.cli.send import send
from driver.cli.tables import tables
from driver.cli.tail import tail
from driver.client.http_client import http_session
from driver.errors import NotReachableError, StartError
from support.driver_site import GUARD, OURS


@pytest.mark.parametrize("url", ["127.0.0.1:9622", "localhost:9622", "ftp://x", "http://", "http://[::1", "http://x:y"])
def test_an_address_that_is_none_has_no_driver(url: str) -> None:
    numbers = ["--from", OURS, "--to", GUARD]
    commands = (
        (send, ["--url", url, "--phone", "guard", "x"]),
        (send, ["--url", url, *numbers, "x"]),
        (tail, ["--url", url]),
        (tables, ["export", "asset", "--url", url]),
    )
    for command, arguments in commands:
        error = CliRunner().invoke(command, arguments).exception
        assert isinstance(error, NotReachableError), error
        assert str(error).startswith(f"no driver answers at {url.rstrip('/')}")


@pytest.mark.parametrize("env", [{}, {"SMS_DRIVER_TOKEN": "secret\n"}])
async def test_what_surrounds_a_token_is_taken_off(monkeypatch: pytest.MonkeyPatch, env: Mapping[str, str]) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    async with http_session(None if env else " secret\n") as session:
        assert session.headers["Authorization"] == "Bearer secret"


async def test_a_token_of_two_lines_is_refused() -> None:
    with pytest.raises(StartError, match="the token contains") as refused:
        async with http_session("secret\nX-Other: y"):
            pass
    assert "secret" not in str(refused.value)
