"""The first schema."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def upgrade() -> None:
    op.create_table(
        "assets",
        sa.Column("asset_id", sa.Text(), primary_key=True),
        sa.Column("state", sa.Text(), nullable=False),
    )
    op.create_table(
        "attempts",
        sa.Column("execution_id", sa.Text(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("http_status", sa.Integer()),
        sa.Column("code", sa.Integer()),
        *_texts("sid", "detail"),
    )
    op.create_table(
        "audit",
        sa.Column("entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_texts("device_type", "command_or_status", "action", "computer", "user_name", "location"),
    )
    op.create_index("audit_by_time", "audit", ["at"])
    op.create_table(
        "events",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("event_id", sa.Text(), nullable=False, unique=True),
        *_texts("asset_id", "item_id", "item_type", "name", "parameters", "initial"),
        sa.Column("occurred_at", sa.BigInteger(), nullable=False),
        sa.Column("observed_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("events_by_time", "events", ["observed_at"])
    op.create_table(
        "executions",
        sa.Column("execution_id", sa.Text(), primary_key=True),
        sa.Column("command_id", sa.Text(), unique=True),
        *_texts("asset_id", "scope", "command", "parameters", "user", "workstation", "state"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("finished_at", sa.BigInteger()),
        *_texts("result", "reason", "message_sid"),
    )
    op.create_index("executions_by_state", "executions", ["state", "execution_id"])
    op.create_table(
        "marks",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_table(
        "messages",
        sa.Column("sid", sa.Text(), primary_key=True),
        *_texts("direction", "source", "destination", "body", "status"),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        *_texts("execution_id", "asset_id"),
        sa.Column("error_code", sa.Integer()),
        sa.Column("segments", sa.Integer()),
        sa.Column("media", sa.Text(), nullable=False),
    )
    op.create_index("messages_by_status", "messages", ["status"])
    op.create_index("messages_by_time", "messages", ["created_at", "sid"])
    op.create_table(
        "outbox",
        sa.Column("execution_id", sa.Text(), primary_key=True),
        *_texts("asset_id", "sender", "recipient", "body"),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("in_doubt", sa.Integer(), nullable=False),
        sa.Column("lookups", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger()),
        sa.Column("expires_at", sa.BigInteger()),
        sa.Column("position", sa.BigInteger(), nullable=False),
    )
