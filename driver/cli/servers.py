"""The options by which commands know several drivers, in the words of the platform's data server settings."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from driver.client.settings import FailoverSettings

Command = TypeVar("Command", bound=Callable[..., Any])
_USUAL = FailoverSettings()


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
