"""Running commands in tests: ``sms-driver`` as a process, or a click command in a thread beside the event loop."""

import asyncio
import os
import sys
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import click
from click.testing import CliRunner


class Done(NamedTuple):
    """The result of a command."""

    returncode: int
    stdout: str
    stderr: str


async def invoke(command: click.Command, *arguments: str) -> Done:
    """Run a command in a thread, and return its result."""
    # A command caches the help option of its first call, so it is called through its group.
    run = partial(CliRunner().invoke, command, list(arguments), help_option_names=["-h", "--help"])
    result = await asyncio.to_thread(run)
    return Done(result.exit_code, result.stdout, result.stderr)


async def sms_driver(
    *arguments: str | Path, env: Mapping[str, str] | None = None, cwd: Path | None = None, typed: bytes | None = None
) -> Done:
    """Run the command, and return its result; ``typed`` is its standard input, if any."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "driver", *arguments),
        cwd=cwd,
        stdin=asyncio.subprocess.DEVNULL if typed is None else asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **(env or {})},
    )
    out, err = await process.communicate(typed)
    assert process.returncode is not None
    assert b"Traceback" not in err, err.decode()
    return Done(process.returncode, out.decode(), err.decode())
