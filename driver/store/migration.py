"""Brings a database to this driver's schema with Alembic, and refuses one that a newer driver made.

Alembic is only imported when there is something to do: most starts find the schema as it should be.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from driver.errors import StartError

#: The newest migration's revision; a test holds it against the scripts.
HEAD = "0001"
SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Apply the migrations that the database lacks, inside the caller's transaction.

    Raises:
        StartError: the database's schema is unknown here, so a newer driver made it.
    """
    present = revision(connection)
    if present == HEAD:
        return
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if present is not None and present not in known:
        raise StartError(
            f"the database has schema {present!r}, which this driver does not know: a newer driver made it; "
            "start that version, or restore the backup it made before upgrading"
        )
    command.upgrade(config, "head")


def revision(connection: Connection) -> str | None:
    """Return the revision of a database's schema, or None if it has none yet."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)
