"""``fake-twilio exec -- COMMAND``: run any program, unchanged, against its own fake."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Self

import click

from fake_twilio.cli.options import build, run, server_options
from fake_twilio.signals import forget_signal, on_signal

if TYPE_CHECKING:
    from fake_twilio.fake import FakeTwilio

FORWARDED = tuple(
    getattr(signal, name)
    for name in ("SIGTERM", "SIGINT", "SIGBREAK", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)
"""Signals forwarded to the program, as if it had been started without ``exec``."""

_FROM_TERMINAL = frozenset(getattr(signal, name, signal.SIGINT) for name in ("SIGINT", "SIGQUIT", "SIGBREAK"))
_SETTLE_WITHIN_S = 2.0
NOT_ISOLATED = 125
"""Exit status if the program cannot be isolated; it was not started."""


@click.command("exec", context_settings={"allow_interspersed_args": False})
@server_options(port=0)
@click.option("--isolate", is_flag=True, help="On Linux: give the program a network that contains only the fake.")
@click.argument("program", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND [ARG ...]")
def command(program: tuple[str, ...], **given: Any) -> None:
    """Run a program, in any language, against a fake on free ports, and report on stderr what it sent.

    The program's environment gets TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, TWILIO_PHONE_NUMBER and FAKE_TWILIO_URL;
    proxy and certificate variables redirect every host under twilio.com to the fake. Other hosts are refused unless
    --proxy-allow names them.
    """
    if given["isolate"] and sys.platform != "linux":
        raise click.UsageError("--isolate requires Linux: omit it, or run the whole command in a container.")
    given["tls_port"] = given["tls_port"] or 0
    given["proxy_port"] = given["proxy_port"] or 0
    sys.exit(run(_exec(build(given), program, given)))


async def _exec(fake: "FakeTwilio", program: tuple[str, ...], given: dict[str, Any]) -> int:
    from fake_twilio.cli.report import report
    from fake_twilio.cli.serve import announce
    from fake_twilio.intercept.environment import applied

    async with fake:
        if given["ready_file"] is not None:
            announce(fake, given["ready_file"])
        with _Forwarding() as forwarding:
            try:
                process = await _started(fake, program, applied(fake.reachable, os.environ), isolate=given["isolate"])
            except (FileNotFoundError, NotADirectoryError):
                print(f"fake-twilio: {program[0]}: command not found", file=sys.stderr)
                return 127
            except OSError as exc:
                print(f"fake-twilio: {program[0]}: {exc.strerror}", file=sys.stderr)
                return 126
            if process is None:
                return NOT_ISOLATED
            forwarding.to(process)
            status = await process.wait()
        with suppress(TimeoutError):
            async with asyncio.timeout(_SETTLE_WITHIN_S):
                await fake.wait_idle()
        for line in report(fake):
            print(f"fake-twilio: {line}", file=sys.stderr)
    return status if status >= 0 else 128 - status


async def _started(
    fake: "FakeTwilio", program: tuple[str, ...], environment: dict[str, str], *, isolate: bool
) -> asyncio.subprocess.Process | None:
    """Start the program, in its own network if requested; return None if that is impossible."""
    if not isolate:
        return await asyncio.create_subprocess_exec(*program, env=environment)
    from fake_twilio.intercept.isolated_start import start

    return await start(fake.listeners, fake.base_url, program, environment=environment)


class _Forwarding:
    """Forwards signals to a program, including those that arrive while it is being started."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._early: list[int] = []

    def __enter__(self) -> Self:
        for number in FORWARDED:
            on_signal(number, partial(self._pass_on, number))
        return self

    def __exit__(self, *exc_info: object) -> None:
        for number in FORWARDED:
            forget_signal(number)

    def to(self, process: asyncio.subprocess.Process) -> None:
        """Set the program."""
        self._process = process
        for number in self._early:
            self._pass_on(number)

    def _pass_on(self, number: int) -> None:
        if self._process is None:
            self._early.append(number)
        elif number not in _FROM_TERMINAL or not _at_terminal():
            with suppress(ProcessLookupError):
                self._process.send_signal(number)


def _at_terminal() -> bool:
    """Return whether a terminal sends Ctrl-C to this process's group, to which the program also belongs.

    On Windows, both share a console, which sends it to both; no process can forward it there.
    """
    if sys.platform == "win32":
        return True
    try:
        descriptor = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(descriptor)
