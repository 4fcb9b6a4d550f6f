"""An empty database with the driver's schema: made once in a session and copied for each scenario."""

from __future__ import annotations

import shutil
from pathlib import Path


class EmptyDatabase:
    """Copies of one freshly migrated SQLite file; making the schema anew would take as long as a scenario."""

    def __init__(self, folder: Path) -> None:
        self._original = folder / "empty.db"

    async def place(self, file: Path) -> None:
        """Put an empty database there, unless there is one already."""
        from driver.store import open_store

        if not self._original.exists():
            async with open_store(f"sqlite:///{self._original}"):
                pass
        if not file.exists():
            shutil.copyfile(self._original, file)
