"""The command ``fake-twilio``; each subcommand is imported only when it is called."""

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
    "exec": "Run any program against a fake of its own, and say what it sent.",
    "env": "Print the variables that lead programs to a running fake.",
    "coverage": "List what of Twilio's messaging API the fake does.",
    "skill": "Print a SKILL.md for coding agents.",
}


class _Commands(click.Group):
    """Finds subcommands in modules of the same name."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run a subcommand; an output that cannot be written ends it in one line.

        Loading makes no garbage, and looking for some slows a start: only ``run`` has it looked for.
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
        """Name the subcommand that was meant, if one comes near."""
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
    """Return whether this came from writing; what stdout still holds is dropped then, or the exit fails once more."""
    if exc.filename is not None or exc.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF}:
        return False
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return True


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fake-twilio")
def main() -> None:
    """A local Twilio that real clients cannot tell from the real one."""
