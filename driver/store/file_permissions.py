"""Files that hold phone numbers and texts belong to the driver's own account only, from the first moment on."""

import os
from contextlib import suppress
from pathlib import Path


def make_private(path: Path) -> None:
    """Make an empty file that only its owner may read, unless there is one: whoever made it chose who may.

    One that exists is not even opened: closing it would end the locks that SQLite has on it in this process, and
    another program would take itself for the only one. What keeps it from being made keeps SQLite from it too, which
    says so.
    """
    with suppress(OSError):
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
