"""payments"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade():
    op.create_table(
        "payment",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("what", sa.String(100), nullable=False),
        sa.Column("cents", sa.Integer(), nullable=False),
    )


def downgrade():
    op.drop_table("payment")
