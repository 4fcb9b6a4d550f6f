"""``sms-driver`` on a machine whose clock can be set; a file contains the offset in seconds.

Run as ``python -m support.driver_stepped FILE run …``. The driver reads the time of day in a single place, where the
offset is added. The monotonic clock cannot be set and is not changed.
"""

import mmap
import struct
import sys
from datetime import datetime, timedelta
from pathlib import Path

from driver.cli import main
from driver.runtime.clock import SystemClock

_SECONDS = struct.Struct("d")


def set_step(file: Path, seconds: float) -> None:
    """Shift the time of day for the drivers that use this file, forward or (if negative) back."""
    with file.open("r+b" if file.exists() else "w+b") as stream:
        stream.write(_SECONDS.pack(seconds))


def _step_by(file: Path) -> None:
    with file.open("rb") as stream:
        shared = mmap.mmap(stream.fileno(), _SECONDS.size, access=mmap.ACCESS_READ)
    right = SystemClock.now

    def now(self: SystemClock) -> datetime:
        return right(self) + timedelta(seconds=_SECONDS.unpack_from(shared)[0])

    setattr(SystemClock, "now", now)  # noqa: B010


if __name__ == "__main__":
    _step_by(Path(sys.argv.pop(1)))
    main()
