"""A disk of a few megabytes that a test can fill: an in-memory file system, if the machine allows mounting one."""

import errno
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CHUNK = b"\0" * 4096


class SmallDisk:
    """A mounted file system; ``folder`` is its root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._filler = folder / "somebody-elses-file"

    def fill(self) -> None:
        """Fill the disk so that not one more page fits."""
        with self._filler.open("ab", buffering=0) as filler:
            while True:
                try:
                    filler.write(_CHUNK)
                except OSError as exc:
                    if exc.errno != errno.ENOSPC:
                        raise
                    return

    def make_room(self) -> None:
        """Delete what ``fill`` wrote."""
        self._filler.unlink()


@contextmanager
def small_disk(megabytes: int) -> Iterator[SmallDisk]:
    """Mount a disk that every user may read while the context lasts; skip the test without permission to mount."""
    with tempfile.TemporaryDirectory(prefix="small-disk") as folder:
        mounted = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", folder],
            capture_output=True,
            text=True,
            check=False,
        )
        if mounted.returncode:
            pytest.skip(f"a small disk cannot be mounted here: {mounted.stderr.strip()}")
        try:
            yield SmallDisk(Path(folder))
        finally:
            subprocess.run(["umount", folder], check=True, capture_output=True)
