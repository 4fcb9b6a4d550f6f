"""Indexes for conversations with one number and for the history of alarms."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("messages_from", "messages", ["from_number", "created_at", "sid"])
    op.create_index("messages_to", "messages", ["to_number", "created_at", "sid"])
    alarms = sa.text("name LIKE 'Alarm%'")
    op.create_index("events_of_alarms", "events", ["observed_at", "seq"], sqlite_where=alarms, postgresql_where=alarms)
