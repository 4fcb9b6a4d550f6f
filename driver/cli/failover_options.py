"""The options by which commands know several drivers, in the words of the platform's data server settings."""

import ssl
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import click

from driver.client.settings import FailoverSettings
from driver.errors import StartError
from driver.runtime.tls_trust import trusting

Command = TypeVar("Command", bound=Callable[..., Any])
_USUAL = FailoverSettings()
ca_option = click.option(
    "--ca",
    type=click.Path(exists=True),
    help="File or folder with the authorities whose certificates are trusted (PEM); default: the system's.",
)


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


def failover_options(command: Command) -> Command:
    """Give a command the options that ``settings`` reads."""
    for option in reversed(
        (
            click.option(
                "--retries",
                type=click.IntRange(min=0),
                default=_USUAL.connection_retries,
                show_default=True,
                help="With several --url: connection retries before failover.",
            ),
            click.option(
                "--retry-delay-ms",
                type=click.IntRange(min=0),
                default=_USUAL.connection_retry_delay_ms,
                show_default=True,
                help="With several --url: connection retry delay, in milliseconds.",
            ),
            click.option(
                "--heartbeat",
                type=click.FloatRange(min=0.1),
                default=_USUAL.heartbeat_interval_s,
                show_default=True,
                help="With several --url: heartbeat interval in seconds, by which a driver that hangs is noticed.",
            ),
        )
    ):
        command = option(command)
    return command


def settings(retries: int, retry_delay_ms: int, heartbeat: float, **more: Any) -> FailoverSettings:
    """Return the settings that the options say; ``more`` are settings that only some commands offer."""
    return FailoverSettings(
        connection_retries=retries, connection_retry_delay_ms=retry_delay_ms, heartbeat_interval_s=heartbeat, **more
    )
