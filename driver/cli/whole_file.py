"""Writes files atomically, readable by their owner only."""

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path


def write_whole(files: Mapping[Path, str]) -> None:
    """Write each file with its text and a line break: all of them, or none if one does not fit.

    Devices and pipes are written to directly.

    Raises:
        OSError: A file cannot be written.
    """
    made: dict[Path, Path] = {}
    try:
        for file, text in files.items():
            if file.exists() and not file.is_file():
                file.write_text(text + "\n", encoding="utf-8")
                continue
            handle, name = tempfile.mkstemp(dir=file.absolute().parent, prefix=f".{file.name}.")
            made[file] = Path(name)
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                stream.write(text + "\n")
        for file, whole in made.items():
            whole.replace(file)
    finally:
        for whole in made.values():
            with suppress(OSError):
                whole.unlink(missing_ok=True)
