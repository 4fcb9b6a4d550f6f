"""Sessions of commands with drivers: the options, the trusted certificates, and the hint when a login is missing.

Options about several drivers use the terms of the platform's data server settings.
"""

import functools
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import click

from driver.cli.kept_logins import address_of, kept_logins
from driver.cli.questions import ask, at_terminal, secret
from driver.client.http_client import DEFAULT_URL, given_token, http_session
from driver.client.settings import FailoverSettings
from driver.errors import RefusedError, StartError
from driver.runtime.tls_trust import trusting


def _token(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value != "-":
        return value
    if not at_terminal():
        raise click.UsageError("--token - requires a terminal; otherwise set SMS_DRIVER_TOKEN")
    return ask("Token (not shown)", secret, hidden=True)


token_option = click.option(
    "--token",
    callback=_token,
    help="A service token; - prompts for it. Default: SMS_DRIVER_TOKEN, else the login stored by sms-driver login.",
)
ca_option = click.option(
    "--ca",
    type=click.Path(exists=True),
    help="File or folder with the trusted certificate authorities (PEM). Default: the system's.",
)


_COUNT, _SECONDS = click.IntRange(min=0), click.FloatRange(min=0.1)
#: The options of a client that fails over: name, setting, range and meaning.
_FAILOVER: tuple[tuple[str, str, click.ParamType[Any], str], ...] = (
    ("--retries", "connection_retries", _COUNT, "connection retries before failover."),
    ("--retry-delay-ms", "connection_retry_delay_ms", _COUNT, "connection retry delay, in milliseconds."),
    ("--heartbeat", "heartbeat_interval_s", _SECONDS, "heartbeat interval in seconds; detects a driver that hangs."),
)


def failover_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options of a client that fails over to another driver; the command gets them as ``how``."""

    @functools.wraps(command)
    def collected(**options: Any) -> None:
        settings = {setting: options.pop(setting) for _, setting, _, _ in _FAILOVER}
        command(how=FailoverSettings(**settings), **options)

    added: Callable[..., None] = collected
    for name, setting, values, meaning in reversed(_FAILOVER):
        text, default = f"With several --url: {meaning}", getattr(FailoverSettings(), setting)
        added = click.option(name, setting, type=values, default=default, show_default=True, help=text)(added)
    return added


def tls_for(urls: Iterable[str], ca: str | None) -> ssl.SSLContext | bool:
    """Return the TLS settings for these addresses; without TLS, no certificates are loaded.

    Raises:
        click.UsageError: The certificates cannot be read.
    """
    if not any(url.lower().startswith("https:") for url in urls):
        return True
    try:
        return trusting(authority=ca)
    except StartError as exc:
        raise click.UsageError(str(exc)) from None


@asynccontextmanager
async def driver_session(
    token: str | None, urls: Sequence[str], ca: str | None
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session with drivers, using the given token or the login stored for each address.

    Raises:
        RefusedError: Raised by the body. If credentials are missing or invalid, the message says how to log in.
        StartError: The token has characters that no token can have.
        click.UsageError: The certificates of ``ca`` cannot be read.
    """
    kept = None if given_token(token) else kept_logins()
    try:
        async with http_session(token, tls_for(urls, ca), kept=kept) as session:
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
        return f"{addresses[0]} requires a login: {command} {programs}"
    if len(addresses) > 1:
        return f"the login for one of the drivers is missing or no longer valid; log in again: {command}"
    return f"the login at {addresses[0]} has expired; log in again: {command}"
