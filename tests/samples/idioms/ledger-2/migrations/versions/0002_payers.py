"""who paid"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade():
    with op.batch_alter_table("payment") as table:
        table.add_column(sa.Column("payer", sa.String(50), nullable=False, server_default="somebody"))


def downgrade():
    with op.batch_alter_table("payment") as table:
        table.drop_column("payer")
