"""The migrations lead to exactly the schema that the code expects."""

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from driver.store import migration, open_store, schema


def test_the_newest_script_is_the_one_the_code_names() -> None:
    config = Config()
    config.set_main_option("script_location", str(migration.SCRIPTS))
    assert ScriptDirectory.from_config(config).get_current_head() == migration.HEAD


async def test_a_migrated_database_is_what_the_code_expects(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db"):
        pass
    engine = create_engine(f"sqlite:///{tmp_path}/driver.db")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, schema.metadata) == []
        assert migration.revision(connection) == migration.HEAD
    engine.dispose()
