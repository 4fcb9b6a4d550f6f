"""The command line: one file per command, loaded only when it is used."""

import importlib
from difflib import get_close_matches
from typing import Final

import click

from driver.cli.exit_codes import exit_codes
from driver.runtime.loading import loading

#: Maps commands to modules. A module is imported when its command is used, so that help and completion stay fast.
COMMANDS: Final = {
    "init": "driver.cli.init:init",
    "run": "driver.cli.run:run",
    "check": "driver.cli.check:check",
    "login": "driver.cli.login:login",
    "logout": "driver.cli.login:logout",
    "send": "driver.cli.send:send",
    "tail": "driver.cli.tail:tail",
    "tables": "driver.cli.tables:tables",
    "store": "driver.cli.store:store",
    "access": "driver.cli.access:access",
    "demo": "driver.cli.demo:demo",
}


class LazyGroup(click.Group):
    """A group that lists its commands without importing them, and imports a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the command names, in the order in which people need them."""
        return list(COMMANDS)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command name; for a misspelled one, suggest similar names."""
        near = get_close_matches(args[0], COMMANDS) if args[0] not in COMMANDS else []
        if near:
            ctx.fail(f"No such command {args[0]!r}. Did you mean {' or '.join(map(repr, near))}?")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        where = COMMANDS.get(cmd_name)
        if where is None:
            return None
        module, _, name = where.partition(":")
        with loading():
            command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)  # noqa: S101 - a mistake in the table above
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="twilio-sms-driver")
def cli() -> None:
    """Run and use the Twilio SMS driver.

    Exit status: 0 success, 1 the operation failed, 2 usage or configuration error, 3 a required service is unreachable.
    """


def main() -> None:
    """Run the command line; report any error in one clear line and with the right exit status."""
    with exit_codes():
        cli()
