"""``sms-driver`` in a terminal, where a person reads prompts and types answers."""

import errno
import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

#: Longest time that a program may be silent before it prompts or exits.
PATIENCE_S = 30


class Talked(NamedTuple):
    """The result of a command, and everything on its terminal, including what was typed."""

    returncode: int
    screen: str


def talk(
    arguments: Sequence[str], answers: Sequence[tuple[str, str]], *, cwd: Path, env: Mapping[str, str] | None = None
) -> Talked:
    """Run ``sms-driver``; type each answer once its prompt is on the screen after the previous prompt."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, 400, 0, 0))
    program = subprocess.Popen(
        [sys.executable, "-P", "-m", "driver", *arguments],
        cwd=cwd,
        env={**os.environ, "TERM": "dumb", **(env or {})},
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - a terminal of its own, as in a window
    )
    os.close(follower)
    screen, seen, waiting = "", 0, list(answers)
    try:
        while True:
            if not select.select([leader], [], [], PATIENCE_S)[0]:
                raise AssertionError(f"the program waits for input without a planned answer:\n{screen}")
            try:
                data = os.read(leader, 65536)
            except OSError as exc:  # on Linux, the program has closed its side
                if exc.errno != errno.EIO:
                    raise
                data = b""
            if not data:
                break
            screen += data.decode(errors="replace").replace("\r\n", "\n")
            if waiting and (place := screen.find(waiting[0][0], seen)) >= 0:
                seen = place + len(waiting[0][0])
                os.write(leader, f"{waiting.pop(0)[1]}\n".encode())
    finally:
        os.close(leader)
        program.kill() if program.poll() is None and waiting else None
        code = program.wait(PATIENCE_S)
    assert not waiting, f"the program never asked {waiting[0][0]!r}:\n{screen}"
    assert "Traceback" not in screen, screen
    return Talked(code, screen)
