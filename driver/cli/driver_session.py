"""Sessions of commands with drivers: which options say how, whom they trust, and what to do where they are not let in.

Options about several drivers have the words of the platform's data server settings.
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

_USUAL = FailoverSettings()


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
ca_option = click.option(
    "--ca",
    type=click.Path(exists=True),
    help="File or folder with the authorities whose certificates are trusted (PEM); default: the system's.",
)


def failover_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of a client that goes over to another driver; it gets them as ``how``."""

    @click.option(
        "--retries",
        type=click.IntRange(min=0),
        default=_USUAL.connection_retries,
        show_default=True,
        help="With several --url: connection retries before failover.",
    )
    @click.option(
        "--retry-delay-ms",
        type=click.IntRange(min=0),
        default=_USUAL.connection_retry_delay_ms,
        show_default=True,
        help="With several --url: connection retry delay, in milliseconds.",
    )
    @click.option(
        "--heartbeat",
        type=click.FloatRange(min=0.1),
        default=_USUAL.heartbeat_interval_s,
        show_default=True,
        help="With several --url: heartbeat interval in seconds, by which a driver that hangs is noticed.",
    )
    @functools.wraps(command)
    def collected(*, retries: int, retry_delay_ms: int, heartbeat: float, **others: Any) -> None:
        how = FailoverSettings(
            connection_retries=retries, connection_retry_delay_ms=retry_delay_ms, heartbeat_interval_s=heartbeat
        )
        command(how=how, **others)

    return collected


def tls_for(urls: Iterable[str], ca: str | None) -> ssl.SSLContext | bool:
    """Return whom to trust at these addresses; without TLS nobody is asked.

    Raises:
        click.UsageError: the certificates cannot be read.
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
    """Open a session with drivers, by a token that is given or by what is kept of each address.

    Raises:
        RefusedError: as the body does; where the driver does not know the caller, it says how to log in.
        StartError: no token can be like this one.
        click.UsageError: the certificates of ``ca`` cannot be read.
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
        return f"{addresses[0]} needs a login: {command} {programs}"
    if len(addresses) > 1:
        return f"a driver does not take its login, or has none; log in again: {command}"
    return f"the login at {addresses[0]} has ended; log in again: {command}"
