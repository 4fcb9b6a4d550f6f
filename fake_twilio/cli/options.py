"""Options common to ``serve`` and ``exec``, and the fake built from them."""

import asyncio
import gc
import logging
import sys
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from fake_twilio.clock import Clock, ManualClock, RealClock
from fake_twilio.seed.loading import load_seed
from fake_twilio.seed.models import SeedError

if TYPE_CHECKING:
    from fake_twilio.fake import FakeTwilio

F = TypeVar("F", bound=Callable[..., Any])

_PORT = click.IntRange(0, 65_535)
_FILE = click.Path(path_type=Path)
_AS_GIVEN = (
    *("port", "host", "pace", "tls_port", "proxy_port", "proxy_allow", "data_dir"),
    *("incoming_texts", "webhook_allow", "upstream", "upstream_limit", "keep_messages"),
)
"""Options that are passed to the fake as parameters of the same name."""


def server_options(port: int) -> Callable[[F], F]:
    """Return a decorator that adds a fake's options to a command; ``port`` is the default of ``--port``."""
    options = (
        click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
        click.option("--port", default=port, show_default=True, type=_PORT, help="Port; 0 picks a free one."),
        click.option("--seed", type=_FILE, help="TOML file with accounts, numbers, keys and services."),
        click.option("--trial", is_flag=True, help="Make the accounts trial accounts."),
        click.option(
            "--clock", "clock_kind", default="real", show_default=True, help="real, manual, or a speed such as x60."
        ),
        click.option(
            "--pace",
            type=click.Choice(["instant", "realistic"]),
            default="instant",
            show_default=True,
            help="Delivery timing.",
        ),
        click.option("--tls-port", type=_PORT, help="Also listen with TLS, as *.twilio.com; 0 picks a port."),
        click.option("--proxy-port", type=_PORT, help="Also run a proxy for twilio.com; 0 picks a port."),
        click.option("--proxy-allow", multiple=True, metavar="HOST", help="Another host that the proxy may reach."),
        click.option("--data-dir", type=_FILE, help="Folder of the fake's certificate authority."),
        click.option("--state", type=_FILE, help="File that preserves the whole state across restarts."),
        click.option("--incoming-texts", type=_FILE, help="CSV file of timed messages to receive."),
        click.option("--webhook-allow", multiple=True, metavar="HOST", help="Link-local host that webhooks may call."),
        click.option("--upstream", metavar="URL", help="Forward requests there; faults and logs still apply."),
        click.option(
            "--upstream-limit",
            default=10,
            show_default=True,
            type=click.IntRange(0),
            help="How many requests that cost money to forward.",
        ),
        click.option(
            "--keep-messages",
            metavar="N",
            type=click.IntRange(1),
            help="Keep at least N messages per account; all by default.",
        ),
        click.option("--ready-file", type=_FILE, help="Write URLs and credentials here once the fake is ready."),
        click.option(
            "--log-level",
            type=click.Choice(["debug", "info", "warning", "error"], case_sensitive=False),
            default="warning",
            show_default=True,
            help="Level of the log on stderr.",
        ),
    )

    def add(command: F) -> F:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def build(given: Mapping[str, Any]) -> "FakeTwilio":
    """Return the fake that the options describe, not running yet.

    Raises:
        SystemExit: with status 2 if the seed is unusable; every problem is reported.
    """
    logging.basicConfig(level=given["log_level"].upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        seed = load_seed(given["seed"], trial=given["trial"])
    except SeedError as exc:
        for problem in exc.problems:
            print(f"{exc.source}: {problem}", file=sys.stderr)
        raise SystemExit(2) from None
    clock = _clock(given["clock_kind"])
    from fake_twilio.fake import FakeTwilio

    if given["upstream"] and not given["upstream"].startswith(("http://", "https://")):
        raise click.BadParameter(
            f"{given['upstream']!r} is not a URL such as https://api.twilio.com", param_hint="--upstream"
        )
    return FakeTwilio(seed, clock=clock, state_file=given["state"], **{name: given[name] for name in _AS_GIVEN})


def run(work: Coroutine[Any, Any, int]) -> int:
    """Run a command's coroutine to its end, on uvloop if installed, and return its exit status.

    Errors that are not the program's fault become one line: status 2 for unusable files, 3 for addresses. What is
    loaded so far stays, and messages are never in cycles: Python collects garbage rarely, and skips what is loaded.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()
    try:
        with suppress(KeyboardInterrupt), asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(work)
    except OSError as exc:
        print(f"cannot listen: {exc.strerror or exc}", file=sys.stderr)
        return 3
    except Exception as exc:
        if not _is_about_files(exc):
            raise
        print(exc, file=sys.stderr)
        return 2
    return 130


def _is_about_files(error: Exception) -> bool:
    """Return whether a given file is unusable; the error classes are imported only when needed."""
    from fake_twilio.intercept.certificate_authority import CertificateAuthorityError
    from fake_twilio.messages.incoming_texts import IncomingTextsError
    from fake_twilio.state_file import StateFileError

    return isinstance(error, (CertificateAuthorityError, IncomingTextsError, StateFileError))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _clock(kind: str) -> Clock:
    if kind == "real":
        return RealClock()
    if kind == "manual":
        return ManualClock(RealClock().now())
    with suppress(ValueError):
        if kind.startswith("x"):
            return RealClock(float(kind[1:]))
    raise click.BadParameter(f"{kind!r} is not real, manual or a speed such as x60", param_hint="--clock")
