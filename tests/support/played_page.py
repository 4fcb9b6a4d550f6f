"""Runs a tutorial as a reader does: titled blocks are files, consoles are typed, and their output is compared.

- A block such as ```` ```python title="a.py" ```` is written to a file, or appended to it with ``a.py, at the end``.
- The contents of a ```` ```console ```` are typed into a shell. The lines below a ``$`` line must appear in this
  order, and ``…`` matches anything. With ``title="Terminal …"`` the program keeps running.
- A ```` ```sh ```` block without a title installs what the tests already have, and is not run.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import reduce
from pathlib import Path
from textwrap import dedent

_BLOCK = re.compile(
    r"^(?P<indent> *)```(?P<kind>\w+)(?P<rest>[^\n]*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)
_TITLE = re.compile(r'title="([^",]+)(, at the end)?"')


def blocks(page: Path) -> Iterator[tuple[str, str, bool, str]]:
    """Return the kind, the title, whether it is appended, and the text of each block of code."""
    for found in _BLOCK.finditer(page.read_text(encoding="utf-8")):
        title = _TITLE.search(found["rest"])
        yield found["kind"], title[1] if title else "", bool(title and title[2]), dedent(found["text"])


def play(page: Path, folder: Path, *, instead: Mapping[str, str], environment: Mapping[str, str]) -> int:
    """Run a page in a folder, with some words replaced; return how many consoles were typed."""
    typed = 0
    variables = _variables(folder, environment)
    with ExitStack() as terminals:
        for kind, title, append, written in blocks(page):
            text = reduce(lambda words, swap: words.replace(*swap), instead.items(), written)
            if kind == "console" and title:
                terminals.enter_context(_terminal(text.removeprefix("$ "), folder, variables))
            elif kind == "console":
                _type(text, folder, variables)
                typed += 1
            elif title:
                file = folder / title
                file.parent.mkdir(parents=True, exist_ok=True)
                before = file.read_text(encoding="utf-8") + "\n\n" if append else ""
                file.write_text(before + text, encoding="utf-8")
    return typed


def _variables(folder: Path, more: Mapping[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("TWILIO_", "PYTEST_"))}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**ours, "PATH": path, "XDG_DATA_HOME": str(folder / ".data"), **more}


def _type(text: str, folder: Path, variables: Mapping[str, str]) -> None:
    lines = text.splitlines()
    script = "\n".join(line.removeprefix("$ ") for line in lines if line.startswith("$ "))
    shown = [line for line in lines if not line.startswith("$ ")]
    done = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=folder,
        env=variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=150,
        check=False,
    )
    assert done.returncode == 0, f"{script}\n{done.stdout}"
    wanted = ".*".join(re.escape(line).replace("…", ".*") for line in shown)
    assert re.search(wanted, done.stdout, re.DOTALL), f"{script}\nshows\n{done.stdout}\nand not\n{shown}"


@contextmanager
def _terminal(command: str, folder: Path, variables: Mapping[str, str]) -> Iterator[None]:
    """Run a program until the end of the page; it is ready when it prints its first line."""
    with subprocess.Popen(
        ["bash", "-c", f"exec {command}"], cwd=folder, env=variables, stdout=subprocess.PIPE, text=True
    ) as program:
        try:
            assert program.stdout is not None
            assert program.stdout.readline(), f"{command} ended before it was ready"
            yield
        finally:
            program.send_signal(signal.SIGTERM)
            program.communicate(timeout=20)
