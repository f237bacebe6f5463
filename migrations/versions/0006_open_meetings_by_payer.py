"""Counts of open meetings go by who pays, so a company has as many as one account (CONTRACT 2)."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"

_OPEN = "WHERE status IN ('active', 'scheduled')"


def upgrade() -> None:
    op.execute(f"CREATE INDEX meetings_open_by_user ON meetings (payer_user_id, status) {_OPEN}")
    op.execute(f"CREATE INDEX meetings_open_by_company ON meetings (payer_company_id, status) {_OPEN}")


def downgrade() -> None:
    op.execute("DROP INDEX meetings_open_by_user")
    op.execute("DROP INDEX meetings_open_by_company")
