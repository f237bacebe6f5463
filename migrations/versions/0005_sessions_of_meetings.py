"""What a meeting leaves behind and what lets it survive: history, attendance, live rooms, repeatable requests.

What the database itself guarantees:
- a session of a meeting has one line of history, written with its end and never changed;
- a live room's row exists only from its opening to its end, so a late heartbeat cannot bring it back;
- the rate is an amount of money that makes sense.
"""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for statement in (*SETTINGS, *HISTORY, *LIVE_ROOMS, *IDEMPOTENCY, *MEETINGS):
        op.execute(statement)


# A missing row means the default, which stands in the code.
SETTINGS = (
    """
    CREATE TABLE settings (
        name text CONSTRAINT settings_pk PRIMARY KEY,
        value text NOT NULL,
        changed_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT settings_rate_is_money CHECK (
            name <> 'rate_per_participant_minute_usd' OR (
                value ~ '^[0-9]{1,3}(\\.[0-9]{1,6})?$'
                AND value::numeric <= 100
            )
        )
    )
    """,
)

# Payer and rate are copied: the line says what was true when the meeting ended.
HISTORY = (
    """
    CREATE TABLE meeting_history (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT meeting_history_pk PRIMARY KEY,
        meeting_id text NOT NULL CONSTRAINT meeting_history_meeting_fk REFERENCES meetings (meeting_id),
        session integer NOT NULL,
        owner_id bigint NOT NULL CONSTRAINT meeting_history_owner_fk REFERENCES users (id),
        payer_user_id bigint CONSTRAINT meeting_history_payer_user_fk REFERENCES users (id),
        payer_company_id bigint CONSTRAINT meeting_history_payer_company_fk REFERENCES companies (id),
        title text NOT NULL,
        started_at timestamptz NOT NULL,
        ended_at timestamptz NOT NULL,
        billed_seconds integer NOT NULL CONSTRAINT meeting_history_billed_not_negative CHECK (billed_seconds >= 0),
        peak_participants integer NOT NULL CONSTRAINT meeting_history_peak_not_negative CHECK (peak_participants >= 0),
        rate_usd numeric(20, 6) NOT NULL CONSTRAINT meeting_history_rate_valid CHECK (rate_usd >= 0),
        cost_usd numeric(14, 4) NOT NULL
            CONSTRAINT meeting_history_cost_valid CHECK (cost_usd >= 0 AND cost_usd <> 'NaN'),
        CONSTRAINT meeting_history_session_unique UNIQUE (meeting_id, session),
        CONSTRAINT meeting_history_one_payer CHECK (num_nonnulls(payer_user_id, payer_company_id) = 1),
        CONSTRAINT meeting_history_order CHECK (ended_at >= started_at)
    )
    """,
    """
    CREATE TRIGGER meeting_history_fixed BEFORE UPDATE OR DELETE OR TRUNCATE ON meeting_history
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change('history is written once')
    """,
    """
    CREATE INDEX meeting_history_by_user ON meeting_history (payer_user_id, ended_at DESC, id DESC)
        WHERE payer_user_id IS NOT NULL
    """,
    """
    CREATE INDEX meeting_history_by_company ON meeting_history (payer_company_id, ended_at DESC, id DESC)
        WHERE payer_company_id IS NOT NULL
    """,
    # One row for each stay: whoever comes back after the seat was given up has another one.
    """
    CREATE TABLE attendance (
        meeting_id text NOT NULL CONSTRAINT attendance_meeting_fk REFERENCES meetings (meeting_id),
        participant_id text NOT NULL,
        joined_at timestamptz NOT NULL,
        left_at timestamptz,
        name text NOT NULL,
        is_admin boolean NOT NULL,
        CONSTRAINT attendance_pk PRIMARY KEY (meeting_id, joined_at, participant_id)
    )
    """,
)

# Updated every few seconds while a meeting runs: beside `meetings`, so that those rows stay where they are.
LIVE_ROOMS = (
    """
    CREATE TABLE live_rooms (
        meeting_id text CONSTRAINT live_rooms_pk PRIMARY KEY
            CONSTRAINT live_rooms_meeting_fk REFERENCES meetings (meeting_id),
        state bytea,
        beat_at timestamptz NOT NULL
    ) WITH (fillfactor = 50)
    """,
)

# The answer is stored without its secrets, which are derived again; see core.idempotency.
IDEMPOTENCY = (
    """
    CREATE TABLE idempotency_keys (
        caller text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        nonce bytea NOT NULL,
        answer bytea,
        answer_hash bytea,
        created_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pk PRIMARY KEY (caller, key)
    )
    """,
    "CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at)",
)

# The calendar revision counts what calendars show: title and cancellation.
MEETINGS = (
    "ALTER TABLE meetings ADD COLUMN calendar_revision integer NOT NULL DEFAULT 0",
    "CREATE INDEX meetings_due ON meetings (scheduled_at) WHERE status = 'scheduled'",
    "CREATE INDEX meetings_running ON meetings (activated_at) WHERE status = 'active'",
)
