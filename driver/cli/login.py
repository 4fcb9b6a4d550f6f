"""``sms-driver login`` and ``logout``: store a login for the command line, and end it."""

import asyncio
import ssl
import sys
from contextlib import suppress

import click

from driver.cli.driver_session import ca_option, tls_for
from driver.cli.exit_codes import FAILED
from driver.cli.kept_logins import address_of, keep_login, kept_logins
from driver.cli.questions import ask, say, secret
from driver.client import DriverClient, RefusedError
from driver.client.http_client import DEFAULT_URL, http_session
from driver.errors import NotReachableError

_URLS = click.option(
    "--url",
    "urls",
    multiple=True,
    default=(DEFAULT_URL,),
    show_default=True,
    help="The address of a data server or of debug tools; repeat it if drivers take over from each other.",
)


@click.command()
@_URLS
@click.option("--user", help="User name. Default: prompt for it.")
@ca_option
def login(urls: tuple[str, ...], user: str | None, ca: str | None) -> None:
    """Log in for two hours; the other commands use the login for the same address.

    The password is prompted for and not shown; without a terminal, it is read from standard input. The login is
    stored in a file that only you can read.
    """
    asyncio.run(_login(urls, user, tls_for(urls, ca)))


@click.command()
@_URLS
@ca_option
def logout(urls: tuple[str, ...], ca: str | None) -> None:
    """Log out, here and at the driver."""
    asyncio.run(_logout(urls, tls_for(urls, ca)))


async def _login(urls: tuple[str, ...], user: str | None, tls: ssl.SSLContext | bool) -> None:
    async with http_session("", tls, kept={}) as session:
        drivers = [DriverClient(session, address_of(url)) for url in urls]
        protected = []
        for driver in drivers:  # find out before anybody types a password
            if await driver.needs_login():
                protected.append(driver)
            else:
                say(f"{driver.url} needs no login: no users or tokens are configured.")
        if not protected:
            return
        name = user or ask("User name", secret)
        password = ask(f"Password of {name}", secret, hidden=True)
        for driver in protected:
            try:
                made = await driver.login(name, password)
            except RefusedError as exc:
                say(f"sms-driver login: {driver.url}: {exc}")
                sys.exit(FAILED)
            keep_login(driver.url, made.token)
            say(f"{name} is logged in at {driver.url} as {made.role.value}, for two hours.")


async def _logout(urls: tuple[str, ...], tls: ssl.SSLContext | bool) -> None:
    kept = kept_logins()
    for url in map(address_of, urls):
        if url not in kept:
            say(f"No login is stored for {url}.")
            continue
        keep_login(url, None)
        try:
            async with http_session(kept[url], tls) as session:
                with suppress(RefusedError):  # the login has already expired
                    await DriverClient(session, url).logout()
        except NotReachableError as exc:
            say(f"Logged out of {url} on this machine only; the driver was not reached: {exc}")
        else:
            say(f"Logged out of {url}.")
