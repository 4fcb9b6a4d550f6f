"""Files with phone numbers and messages, readable only by the driver's own account from the moment of creation."""

import os
from contextlib import suppress
from pathlib import Path


def make_private(path: Path) -> None:
    """Create an empty file that only its owner may read, unless the file exists: its creator chose who may read it.

    An existing file is not even opened: closing it would release the locks that SQLite has on it in this process, and
    another program would assume that it is the only user. An error that prevents creation is ignored, because SQLite
    then fails for the same reason and reports it.
    """
    with suppress(OSError):
        os.close(os.open(path.resolve(), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
