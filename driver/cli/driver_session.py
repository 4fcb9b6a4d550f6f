"""Sessions of commands with drivers: who calls, whom it trusts, and what to do where it is not let in."""

import ssl
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import click

from driver.cli.kept_logins import address_of, kept_logins
from driver.cli.questions import ask, secret
from driver.client.http import DEFAULT_URL, RefusedError, given_token, http_session

Command = TypeVar("Command", bound=Callable[..., Any])


def _token(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value != "-":
        return value
    if not sys.stdin.isatty():
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
    ended = [url for url in urls if address_of(url) in kept]
    command = "sms-driver login" + "".join(f" --url {address_of(url)}" for url in urls if list(urls) != [DEFAULT_URL])
    if ended:
        return f"the login at {address_of(ended[0])} has ended; log in again: {command}"
    return f"{address_of(urls[0])} needs a login: {command} (programs: a service token in SMS_DRIVER_TOKEN)"
