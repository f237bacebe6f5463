"""Cookie sessions and password resets; both stand here as hashes only."""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE sessions (
            token_hash bytea CONSTRAINT sessions_pk PRIMARY KEY
                CONSTRAINT sessions_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
            user_id bigint NOT NULL CONSTRAINT sessions_user_fk REFERENCES users (id) ON DELETE CASCADE,
            created_at timestamptz NOT NULL,
            last_seen_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX sessions_by_user ON sessions (user_id)")
    op.execute("CREATE INDEX sessions_by_expiry ON sessions (expires_at)")
    op.execute("""
        CREATE TABLE password_resets (
            token_hash bytea CONSTRAINT password_resets_pk PRIMARY KEY
                CONSTRAINT password_resets_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
            user_id bigint NOT NULL CONSTRAINT password_resets_user_fk REFERENCES users (id) ON DELETE CASCADE,
            expires_at timestamptz NOT NULL,
            used_at timestamptz
        )
    """)
    op.execute("CREATE INDEX password_resets_by_user ON password_resets (user_id)")
    op.execute("CREATE INDEX password_resets_by_expiry ON password_resets (expires_at)")
