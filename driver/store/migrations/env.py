"""Runs migrations on the connection that the driver provides."""

from alembic import context

from driver.store import schema

context.configure(connection=context.config.attributes["connection"], target_metadata=schema.metadata)
context.run_migrations()
