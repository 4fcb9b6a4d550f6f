"""The command `fake-twilio`; each subcommand is imported only when it is called."""

import importlib
from difflib import get_close_matches

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

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        near = get_close_matches(args[0], _COMMANDS) if args[0] not in _COMMANDS else []
        if near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {' or '.join(map(repr, near))}?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = importlib.import_module(f"fake_twilio.cli.{cmd_name}").command
        return command if isinstance(command, click.Command) else None


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fake-twilio")
def main() -> None:
    """A local Twilio that real clients cannot tell from the real one."""
