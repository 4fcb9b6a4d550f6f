"""Calling a click command off the event loop's thread, so that servers on the loop can answer it."""

import asyncio
from functools import partial
from typing import NamedTuple

import click
from click.testing import CliRunner


class Done(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


async def invoke(command: click.Command, *arguments: str) -> Done:
    """Run a command in a thread and return how it ended."""
    # A command keeps the help option that it was first asked for: it is asked as its group asks for it.
    run = partial(CliRunner().invoke, command, list(arguments), help_option_names=["-h", "--help"])
    result = await asyncio.to_thread(run)
    return Done(result.exit_code, result.stdout, result.stderr)
