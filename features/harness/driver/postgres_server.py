"""A private PostgreSQL server without a password, and a database for each scenario."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from harness.driver.database import administer
from harness.driver.open_store import open_store
from harness.loopback import free_port

_FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/local/pgsql/bin", "/opt/homebrew/opt/postgresql*/bin")


def server_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl, or None if there is no server on this machine."""
    found = shutil.which("initdb")
    if found:
        return Path(found).parent
    for pattern in _FOLDERS:
        for folder in sorted(Path("/").glob(pattern.lstrip("/")), reverse=True):
            if (folder / "initdb").exists():
                return folder
    return None


def _as_owner(command: list[str]) -> None:
    """Run a command as an ordinary user, since the server refuses to run as root."""
    owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
    done = subprocess.run(  # noqa: S603 - the server's own programs
        command,
        user=owner.pw_uid if owner else None,
        group=owner.pw_gid if owner else None,
        cwd="/",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stdout}")


class NoServerError(Exception):
    """No usable server on this machine; the message says why."""


class PostgresServer:
    """A private server that a test may stop and start; ``url`` is the address of its database."""

    def __init__(self, programs: Path, folder: Path, port: int) -> None:
        self._control = [str(programs / "pg_ctl"), "-D", str(folder / "data")]
        self._options = ["-o", f"-p {port} -k {folder} -h 127.0.0.1", "-w", "-l", str(folder / "log")]
        self.url = f"postgresql://postgres@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        _as_owner([*self._control, *self._options, "start"])

    def stop(self) -> None:
        """Stop the server as a power failure would."""
        _as_owner([*self._control, "-m", "immediate", "stop"])


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server with an empty database while the context lasts.

    Raises:
        NoServerError: If this machine has no server, or it cannot run.
    """
    programs = server_programs()
    if programs is None:
        raise NoServerError("no PostgreSQL server (initdb, pg_ctl) on this machine")
    if os.geteuid() == 0 and "postgres" not in {user.pw_name for user in pwd.getpwall()}:
        raise NoServerError("PostgreSQL refuses to run as root, and the user postgres does not exist")
    with tempfile.TemporaryDirectory(prefix="pg") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = str(folder / "data")
        _as_owner([str(programs / "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"])
        server = PostgresServer(programs, folder, free_port())
        server.start()
        try:
            yield server
        finally:
            server.stop()


class PostgresDatabases:
    """The databases of one session, copied from one migrated template; the previous scenario's database is dropped."""

    def __init__(self, url: str) -> None:
        self._server = url.rpartition("/")[0]
        self._admin = url
        self._names = (f"scenario{number}" for number in itertools.count(1))
        self._last = ""

    async def fresh(self) -> str:
        """Return the address of an empty, migrated database."""
        if not self._last:
            await administer(self._admin, "CREATE DATABASE migrated")
            async with open_store(f"{self._server}/migrated"):
                pass
        else:
            await administer(self._admin, f"DROP DATABASE IF EXISTS {self._last} WITH (FORCE)")
        self._last = next(self._names)
        await administer(self._admin, f"CREATE DATABASE {self._last} TEMPLATE migrated")
        return f"{self._server}/{self._last}"
