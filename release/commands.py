"""Man pages and completions of both commands, generated from the commands themselves."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from driver.cli import cli as sms_driver
from fake_twilio.cli import main as fake_twilio

COMMANDS: dict[str, click.Group] = {"fake-twilio": fake_twilio, "sms-driver": sms_driver}
COMPLETIONS = {"bash": "{name}.bash", "zsh": "_{name}", "fish": "{name}.fish"}
"""File name of a command's completion for each shell."""


def man_pages(folder: Path, version: str, made: int) -> None:
    """Write a page for each command and each of its subcommands."""
    folder.mkdir(parents=True)
    date = datetime.fromtimestamp(made, UTC).date().isoformat()
    for name, group in COMMANDS.items():
        for context in _contexts(group, click.Context(group, info_name=name, **group.context_settings)):
            page = context.command_path.replace(" ", "-")
            (folder / f"{page}.1").write_text(_page(context, version, date), encoding="utf-8")


def completions(folder: Path) -> None:
    """Write the completion files that each shell loads."""
    folder.mkdir(parents=True)
    for name, group in COMMANDS.items():
        for shell, file in COMPLETIONS.items():
            kind = get_completion_class(shell)
            if kind is None:
                raise RuntimeError(f"click does not complete for {shell}")
            variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
            complete = kind(group, {}, name, variable)
            # ``source()`` would run bash to check its version, but bash is not required on the build machine.
            script = complete.source_template % complete.source_vars()
            (folder / file.format(name=name)).write_text(script, encoding="utf-8")


def _contexts(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                yield from _contexts(
                    below, click.Context(below, info_name=name, parent=context, **below.context_settings)
                )


def _page(context: click.Context, version: str, date: str) -> str:
    command, title = context.command, context.command_path.replace(" ", "-")
    first, *more = (command.help or "").replace("\b", "").strip().split("\n\n")
    lines = [
        f'.TH {title.upper()} 1 "{date}" "{context.command_path.split()[0]} {version}"',
        ".SH NAME",
        f"{_text(title)} \\- {_text(first).rstrip('.')}",
        ".SH SYNOPSIS",
        f"{_text(context.command_path)} {_text(' '.join(command.collect_usage_pieces(context)))}",
    ]
    if more:
        lines += [".SH DESCRIPTION", "\n.PP\n".join(map(_text, more))]
    options = [record for param in command.get_params(context) if (record := param.get_help_record(context))]
    if options:
        lines += [".SH OPTIONS", *(f".TP\n\\fB{_text(name)}\\fR\n{_text(words) or '.'}" for name, words in options)]
    if isinstance(command, click.Group):
        lines.append(".SH COMMANDS")
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None:
                lines.append(f".TP\n\\fB{_text(title)}\\-{_text(name)}\\fR(1)\n{_text(below.get_short_help_str(200))}")
    return "\n".join(lines) + "\n"


def _text(text: str) -> str:
    """Return text for a man page: on one line, with typed hyphens, and nothing read as a request."""
    line = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{line}" if line.startswith((".", "'")) else line
