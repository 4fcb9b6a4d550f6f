"""Sessions of commands with drivers: who calls, whom it trusts, and what to do where it is not let in."""

import ssl
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import click

from driver.cli.kept_logins import address_of, kept_logins
from driver.cli.questions import ask, at_terminal, secret
from driver.client.http import DEFAULT_URL, given_token, http_session
from driver.errors import RefusedError

Command = TypeVar("Command", bound=Callable[..., Any])


def _token(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value != "-":
        return value
    if not at_terminal():
        raise click.UsageError("--token - asks at a terminal; elsewhere put the token into SMS_DRIVER_TOKEN")
    return ask("Token (not shown)", secret, hidden=True)


token_option = click.option(
    "--token",
    callback=_token,
    help="A service token; - asks for it. Default: SMS_DRIVER_TOKEN, else the login that sms-driver login keeps.",
)


@asynccontextmanager
async def driver_session(
    token: str | None, urls: Sequence[str], tls: ssl.SSLContext | bool
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session with drivers, by a token that is given or by what is kept of each address.

    Raises:
        RefusedError: as the body does; where the driver does not know the caller, it says how to log in.
        StartError: no token can be like this one.
    """
    kept = None if given_token(token) else kept_logins()
    try:
        async with http_session(token, tls, kept=kept) as session:
            yield session
    except RefusedError as exc:
        if exc.status != 401 or kept is None:
            raise
        raise RefusedError(_how_to_log_in(urls, kept), status=exc.status, problem=exc.problem) from exc


def _how_to_log_in(urls: Sequence[str], kept: Mapping[str, str]) -> str:
    addresses = [address_of(url) for url in urls]
    command = "sms-driver login" + "".join(f" --url {one}" for one in addresses if addresses != [DEFAULT_URL])
    programs = "(programs: a service token in SMS_DRIVER_TOKEN)"
    if not kept.keys() & set(addresses):
        return f"{addresses[0]} needs a login: {command} {programs}"
    if len(addresses) > 1:
        return f"a driver does not take its login, or has none; log in again: {command}"
    return f"the login at {addresses[0]} has ended; log in again: {command}"
