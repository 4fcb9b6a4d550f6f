"""The severity of a message, by which it overtakes waiting ones; those already waiting get that of commands."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OF_COMMANDS = 2


def upgrade() -> None:
    op.add_column("executions", sa.Column("severity", sa.Integer()))
    executions = sa.table("executions", sa.column("from_number"), sa.column("severity"))
    op.execute(sa.update(executions).where(executions.c.from_number.is_not(None)).values(severity=OF_COMMANDS))
