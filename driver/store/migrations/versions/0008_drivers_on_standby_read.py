"""What drivers on standby go by: which transaction wrote an asset last, and of which version the active driver is."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for name in ("term", "beat"):
        op.add_column("assets", sa.Column(name, sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("leadership", sa.Column("version", sa.Text(), nullable=False, server_default=""))
