"""Upgrades a database to this driver's schema with Alembic, and rejects one created by a newer driver.

Alembic is only imported when there is something to do: at most starts, the schema is already current.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from driver.errors import StartError

#: The newest migration's revision; a test compares it with the scripts.
HEAD = "0009"
SCRIPTS = Path(__file__).parent / "migrations"


def pending(connection: Connection) -> str | None:
    """Return the revision that ``upgrade`` would change; None if the schema is current or does not exist yet.

    Raises:
        StartError: the schema is unknown, so a newer driver created it; or the file belongs to another program.
    """
    present = revision(connection)
    if present is None and connection.dialect.name == "sqlite":
        _refuse_foreign(connection)
    if present in (None, HEAD):
        return None
    from alembic.script import ScriptDirectory

    known = {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}
    if present not in known:
        raise StartError(
            f"the database has schema {present!r}, which this driver does not know: a newer driver created it; "
            "start that version, or restore the backup it made before upgrading"
        )
    return present


def upgrade(connection: Connection) -> None:
    """Apply the migrations that the database lacks, inside the caller's transaction."""
    if revision(connection) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def revision(connection: Connection) -> str | None:
    """Return the revision of a database's schema, or None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _refuse_foreign(connection: Connection) -> None:
    """Reject a file of another program: one with tables, but without the driver's first table."""
    tables = inspect(connection).get_table_names()
    if tables and "alembic_version" not in tables:
        raise StartError(
            f"the database belongs to another program: it has the table {tables[0]!r}; set another file in store.url"
        )
