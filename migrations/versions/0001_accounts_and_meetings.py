"""Users, API keys and meetings."""

from __future__ import annotations

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE users (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT users_pk PRIMARY KEY,
            email text NOT NULL,
            password_hash text NOT NULL,
            account_type text NOT NULL DEFAULT 'personal'
                CONSTRAINT users_account_type_known CHECK (account_type IN ('personal', 'company')),
            company_id bigint,
            is_admin boolean NOT NULL DEFAULT false,
            created_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("CREATE UNIQUE INDEX users_email_unique ON users (lower(email))")
    op.execute("""
        CREATE TABLE api_keys (
            id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT api_keys_pk PRIMARY KEY,
            user_id bigint NOT NULL CONSTRAINT api_keys_user_fk REFERENCES users (id) ON DELETE CASCADE,
            key_hash bytea NOT NULL CONSTRAINT api_keys_hash_unique UNIQUE
                CONSTRAINT api_keys_hash_is_sha256 CHECK (octet_length(key_hash) = 32),
            key_prefix text NOT NULL,
            label text NOT NULL DEFAULT '',
            is_active boolean NOT NULL DEFAULT true,
            created_at timestamptz NOT NULL DEFAULT now()
        )
    """)
    op.execute("CREATE INDEX api_keys_by_user ON api_keys (user_id)")
    # Rows are never deleted: the primary key is also what keeps an id from being given twice.
    op.execute("""
        CREATE TABLE meetings (
            meeting_id text CONSTRAINT meetings_pk PRIMARY KEY,
            owner_id bigint NOT NULL CONSTRAINT meetings_owner_fk REFERENCES users (id),
            payer_user_id bigint CONSTRAINT meetings_payer_user_fk REFERENCES users (id),
            payer_company_id bigint,
            title text NOT NULL,
            status text NOT NULL
                CONSTRAINT meetings_status_known CHECK (status IN ('scheduled', 'active', 'ended', 'cancelled')),
            admin_token_hash bytea NOT NULL
                CONSTRAINT meetings_admin_token_is_sha256 CHECK (octet_length(admin_token_hash) = 32),
            scheduled_at timestamptz,
            created_at timestamptz NOT NULL DEFAULT now(),
            activated_at timestamptz,
            started_at timestamptz,
            ended_at timestamptz,
            mute_on_join boolean NOT NULL DEFAULT false,
            video_off_on_join boolean NOT NULL DEFAULT false,
            max_participants integer NOT NULL DEFAULT 50
                CONSTRAINT meetings_max_participants_range CHECK (max_participants BETWEEN 1 AND 500),
            locked boolean NOT NULL DEFAULT false,
            waiting_room boolean NOT NULL DEFAULT false,
            peak_participants integer NOT NULL DEFAULT 0
                CONSTRAINT meetings_peak_not_negative CHECK (peak_participants >= 0),
            end_reason text
        )
    """)
    op.execute("""
        CREATE INDEX meetings_open_by_owner ON meetings (owner_id, created_at DESC)
        WHERE status IN ('scheduled', 'active')
    """)
    op.execute("CREATE INDEX meetings_by_owner ON meetings (owner_id, created_at DESC)")
