"""Calling a click command off the event loop's thread, so that servers on the loop can answer it."""

import asyncio
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
    result = await asyncio.to_thread(CliRunner().invoke, command, list(arguments))
    return Done(result.exit_code, result.stdout, result.stderr)
