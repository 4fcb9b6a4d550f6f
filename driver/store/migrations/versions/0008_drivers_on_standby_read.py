"""Data for drivers on standby: the transaction that last wrote an asset, and the active driver's version."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for name in ("term", "beat"):
        op.add_column("assets", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("leadership", sa.Column("version", sa.Text(), nullable=False, server_default=""))
