"""Reference page of the two commands, generated from their help texts."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import click

from driver.cli import cli as sms_driver
from fake_twilio.cli import main as fake_twilio

HERE = Path(__file__).parent


def command_line() -> str:
    """``command-line.md``: every command with its own help text."""
    parts = [
        "# Command line",
        "",
        "There are two commands. This page is generated from their help texts.",
        "",
    ]
    for name, group in (("sms-driver", sms_driver), ("fake-twilio", fake_twilio)):
        parts += [f"## {name}", ""]
        for path, command in _walk(name, group, None):
            parts += [f"### `{path}`", "", "```text", command, "```", ""]
    return "\n".join(parts).rstrip() + "\n"


def _walk(path: str, command: click.Command, parent: click.Context | None) -> Iterator[tuple[str, str]]:
    """Yield the command and its subcommands, each with its help at a fixed width."""
    context = click.Context(
        command,
        info_name=path.rsplit(" ", 1)[-1],
        parent=parent,
        max_content_width=96,
        terminal_width=96,
        help_option_names=["-h", "--help"],
    )
    yield path, command.get_help(context).rstrip()
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _walk(f"{path} {name}", below, context)


PAGES: Mapping[str, Callable[[], str]] = {"command-line.md": command_line}


def main() -> int:
    """Write the page."""
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
