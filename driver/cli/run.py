"""``sms-driver run``: runs the driver until it is stopped."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import structlog

from driver.cli.whole_file import write_whole
from driver.config.loading import load
from driver.config.models import DriverConfig
from driver.errors import DriverError, StartError
from driver.runtime.loading import loading

if TYPE_CHECKING:
    from driver.app import RunningDriver


@click.command()
@click.option(
    "--config",
    "path",
    type=click.Path(dir_okay=False),
    help="Default: driver.toml in the current folder, if it exists.",
)
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False),
    help="File to write the addresses to, as JSON, once all listeners accept requests.",
)
def run(path: str | None, ready_file: str | None) -> None:
    """Run the driver until SIGTERM or SIGINT; SIGHUP reloads the configuration.

    Twilio need not be reachable: the driver starts, shows No Communication with the reason, and keeps trying.
    """
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # must not end the driver before it can reload
    _keep_numbers_taken()
    with loading():
        config = load(path)
        from driver.app.file_limit import raise_file_limit
    raise_file_limit()
    _run_loop(_serve(config, path, Path(ready_file) if ready_file else None))


def _keep_numbers_taken() -> None:
    """Keep file descriptors 0 to 2 open, so that no other file, such as the database, gets the number of a closed one.

    Otherwise, whatever libraries write to stderr would go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _say(line: str) -> None:
    """Print a line for whoever started the driver. If stdout is closed, the driver keeps running."""
    try:
        click.echo(line)
    except (OSError, ValueError):
        # Otherwise stdout would be flushed at exit, fail, and change the exit status.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - it stays open as long as the process


def _run_loop(serve: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve)
    else:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve)


#: Signals that ask a program to end; Windows sends ``SIGBREAK`` for Ctrl-Break and when its console closes.
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGINT", "SIGBREAK") if hasattr(signal, name))


def on_signal(number: int, call: Callable[[], object]) -> None:
    """Have the running event loop call a function whenever a signal arrives."""
    loop = asyncio.get_running_loop()
    try:
        loop.add_signal_handler(number, call)
    except NotImplementedError:  # the event loop on Windows
        signal.signal(number, lambda _number, _frame: loop.call_soon_threadsafe(call))


async def _serve(config: DriverConfig, path: str | None, ready_file: Path | None) -> None:
    stop, early = asyncio.Event(), asyncio.Event()
    for number in ENDING:
        on_signal(number, stop.set)
    if hasattr(signal, "SIGHUP"):
        on_signal(signal.SIGHUP, early.set)
    async with AsyncExitStack() as stack:
        with loading():
            from driver.app import open_driver

            running = await stack.enter_async_context(open_driver(config, log_to_stderr=True))
        reloads: set[asyncio.Task[None]] = set()

        def reload() -> None:
            task = asyncio.ensure_future(_reload(running, path))
            reloads.add(task)
            task.add_done_callback(reloads.discard)

        if hasattr(signal, "SIGHUP"):
            on_signal(signal.SIGHUP, reload)
        if early.is_set():
            reload()
        if ready_file is not None:
            addresses = {
                "dataserver_url": running.dataserver_url,
                "debugtools_url": running.debugtools_url,
                "webhook_url": running.webhook_url,
                "pid": os.getpid(),
            }
            try:
                write_whole({ready_file: json.dumps(addresses)})
            except OSError as exc:
                raise StartError(f"the ready file {ready_file} cannot be written: {exc.strerror or exc}") from exc
        role = "on standby" if running.on_standby else "active"
        _say(f"{role}: data server {running.dataserver_url}  debug tools {running.debugtools_url}")
        if config.dataserver.open_to_all:
            _say("no users or tokens are configured: programs on this machine need no login")
        await _end(stop, running)


async def _end(stop: asyncio.Event, running: "RunningDriver") -> None:
    """Return when the driver should stop.

    Raises:
        StartError: Another driver has taken over its database.
    """
    ends = {asyncio.ensure_future(stop.wait()), asyncio.ensure_future(running.passed_over())}
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
    if not stop.is_set():
        raise StartError("another driver has taken over this database; only one may use it, see [failover]")


async def _reload(running: "RunningDriver", path: str | None) -> None:
    """Reload the configuration; an invalid one is reported in the log and changes nothing."""
    try:
        await running.reload(await asyncio.to_thread(load, path))
    except DriverError as exc:
        structlog.get_logger("driver").error("configuration_not_reloaded", reason=str(exc))
    except Exception:  # noqa: BLE001 - the driver keeps its current configuration
        structlog.get_logger("driver").exception("configuration_not_reloaded")
