"""Background jobs: one row from the transaction that asks for the work until it is done.

`run_at` is when a job may start; while it runs, when its lease ends and somebody else may start it over.
"""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE jobs (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT jobs_pk PRIMARY KEY,
            kind text NOT NULL,
            payload bytea NOT NULL,
            run_at timestamptz NOT NULL,
            attempts integer NOT NULL DEFAULT 0,
            failed_at timestamptz,
            last_error text,
            created_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX jobs_due ON jobs (kind, run_at, id) WHERE failed_at IS NULL")
