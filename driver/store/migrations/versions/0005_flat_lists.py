"""Indexes that keep lists and the start as fast with a million rows as with a thousand."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    waiting = sa.text("state IN ('accepted', 'executing')")
    dead = sa.text("state IN ('terminated', 'unknown') AND result <> 'requeued'")
    op.create_index("dead_letters", "executions", ["execution_id"], sqlite_where=dead, postgresql_where=dead)
    op.drop_index("executions_by_state", "executions")
    op.create_index("executions_open", "executions", ["position"], sqlite_where=waiting, postgresql_where=waiting)
    op.drop_index("messages_by_status", "messages")
    op.create_index("messages_by_status", "messages", ["direction", "status", "created_at"])
