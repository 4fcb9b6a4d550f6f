"""Indexes for conversations with one number and for the history of alarms and of the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("messages_from", "messages", ["from_number", "created_at", "sid"])
    op.create_index("messages_to", "messages", ["to_number", "created_at", "sid"])
    op.drop_index("audit_by_time", "audit")
    op.create_index("audit_by_time", "audit", ["at", "entry_id"])
    alarms = sa.text("name LIKE 'Alarm%'")
    op.create_index("events_of_alarms", "events", ["observed_at", "seq"], sqlite_where=alarms, postgresql_where=alarms)
