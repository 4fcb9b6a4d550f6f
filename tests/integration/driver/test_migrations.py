"""The migrations produce exactly the schema that the code expects."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from driver.errors import StartError
from driver.store import migration, schema
from harness.driver.open_store import open_store


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


@pytest.mark.parametrize("table", ["events", "bookmarks"])
async def test_the_file_of_another_program_is_left_alone(tmp_path: Path, table: str) -> None:
    file = tmp_path / "driver.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute(f"CREATE TABLE {table} (name TEXT)")
    with pytest.raises(StartError, match=f"another program: it has the table '{table}'"):
        async with open_store(f"sqlite:///{file}"):
            pass
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [(table,)]
