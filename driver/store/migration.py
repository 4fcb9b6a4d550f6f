"""Brings a database to this driver's schema with Alembic, and refuses one that a newer driver made."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from driver.errors import StartError

_SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(connection: Connection) -> None:
    """Apply the migrations that the database lacks, inside the caller's transaction.

    Raises:
        StartError: the database's schema is unknown here, so a newer driver made it.
    """
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    present = MigrationContext.configure(connection).get_current_revision()
    scripts = ScriptDirectory.from_config(config)
    known = {script.revision for script in scripts.walk_revisions()}
    if present is not None and present not in known:
        raise StartError(
            f"the database has schema {present!r}, which this driver does not know: a newer driver made it; "
            "start that version, or restore the backup it made before upgrading"
        )
    if present != scripts.get_current_head():
        command.upgrade(config, "head")
