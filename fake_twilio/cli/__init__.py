"""The command ``fake-twilio``; each subcommand is imported only when called."""

import errno
import gc
import importlib
import os
import sys
from typing import Any

import click

from fake_twilio import __version__

_COMMANDS = {
    "serve": "Run a fake Twilio until SIGTERM or SIGINT.",
    "exec": "Run any program against its own fake, and report what it sent.",
    "env": "Print the variables that redirect programs to a running fake.",
    "coverage": "List the supported parts of Twilio's messaging API.",
    "skill": "Print a SKILL.md for coding agents.",
}


class _Commands(click.Group):
    """A group that finds subcommands in modules of the same name."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a subcommand; if its output cannot be written, it ends with a one-line error.

        Loading creates no garbage, and collecting slows startup: only ``run`` enables garbage collection.
        """
        gc.disable()
        try:
            return super().main(*args, **extra)
        except OSError as exc:
            if not _is_of_output(exc):
                raise
            click.echo(f"fake-twilio: the output cannot be written: {exc.strerror}", err=True)
            sys.exit(1)
        finally:
            gc.enable()

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS:
            self._refuse(ctx, args[0])
        return super().resolve_command(ctx, args)

    def _refuse(self, ctx: click.Context, name: str) -> None:
        """Suggest the most similar subcommands, if any."""
        from difflib import get_close_matches

        near = get_close_matches(name, _COMMANDS)
        if near:
            ctx.fail(f"No such command {name!r}. Did you mean {' or '.join(map(repr, near))}?")

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"fake_twilio.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None


def _is_of_output(exc: OSError) -> bool:
    """Return whether the error is about writing; if so, discard buffered output, which would fail again at exit."""
    if exc.filename is not None or exc.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}:
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fake-twilio")
def main() -> None:
    """A local Twilio that real clients cannot tell from the real one."""
