"""Companies, their members, balances, and the append-only ledger that moves them.

What the database itself guarantees, whoever is connected:
- an entry is never changed or removed, and its cause is unique;
- a balance changes only through an entry, in the same statement, so sums equal balances at every read;
- amounts are finite (numeric(20,6) has no room for Infinity, the checks refuse NaN) and an entry is never 0;
- every user and every company has exactly one balance, from the statement that creates them;
- nobody is in two companies, `users.company_id` says the same as `company_members`, and an owner is a member.
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in (*COMPANIES, *LEDGER, *ENTRIES_MOVE_BALANCES, *GUARDS):
        op.execute(statement)


COMPANIES = (
    """
    CREATE TABLE companies (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT companies_pk PRIMARY KEY,
        name text NOT NULL,
        owner_id bigint NOT NULL CONSTRAINT companies_owner_unique UNIQUE
            CONSTRAINT companies_owner_fk REFERENCES users (id),
        invite_code_hash bytea NOT NULL CONSTRAINT companies_invite_code_unique UNIQUE
            CONSTRAINT companies_invite_code_is_sha256 CHECK (octet_length(invite_code_hash) = 32),
        created_at timestamptz NOT NULL DEFAULT now()
    )
    """,
    # The role is not stored: the owner is companies.owner_id, everybody else is a member. The id names one membership:
    # whoever leaves and joins again is another cause in the ledger.
    """
    CREATE TABLE company_members (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT company_members_pk PRIMARY KEY,
        company_id bigint NOT NULL CONSTRAINT company_members_company_fk REFERENCES companies (id),
        user_id bigint NOT NULL CONSTRAINT company_members_user_unique UNIQUE
            CONSTRAINT company_members_user_fk REFERENCES users (id),
        joined_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT company_members_pair_unique UNIQUE (company_id, user_id)
    )
    """,
    """
    ALTER TABLE companies ADD CONSTRAINT companies_owner_is_member
        FOREIGN KEY (id, owner_id) REFERENCES company_members (company_id, user_id) DEFERRABLE INITIALLY DEFERRED
    """,
    "ALTER TABLE users ADD CONSTRAINT users_company_fk FOREIGN KEY (company_id) REFERENCES companies (id)",
    """
    ALTER TABLE meetings ADD CONSTRAINT meetings_payer_company_fk
        FOREIGN KEY (payer_company_id) REFERENCES companies (id)
    """,
    # Every authenticated request asks for the company; company_members stays the only place where it is decided.
    """
    CREATE FUNCTION users_follow_membership() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' THEN
            UPDATE users SET company_id = NULL WHERE id = OLD.user_id;
        ELSE
            UPDATE users SET company_id = NEW.company_id WHERE id = NEW.user_id;
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER users_follow_membership AFTER INSERT OR DELETE ON company_members
        FOR EACH ROW EXECUTE FUNCTION users_follow_membership()
    """,
    """
    CREATE FUNCTION refuse_direct_change() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0]
            USING ERRCODE = 'restrict_violation';
    END $$
    """,
    """
    CREATE TRIGGER company_members_fixed BEFORE UPDATE ON company_members
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change('a membership begins and ends')
    """,
    # A statement of ours fires a trigger at depth 0; what a trigger does fires the next one at depth 1.
    """
    CREATE TRIGGER users_company_follows BEFORE UPDATE OF company_id ON users
        FOR EACH ROW WHEN (pg_trigger_depth() < 1)
        EXECUTE FUNCTION refuse_direct_change('it follows company_members')
    """,
)

LEDGER = (
    """
    CREATE TABLE balances (
        user_id bigint CONSTRAINT balances_user_unique UNIQUE
            CONSTRAINT balances_user_fk REFERENCES users (id),
        company_id bigint CONSTRAINT balances_company_unique UNIQUE
            CONSTRAINT balances_company_fk REFERENCES companies (id),
        amount numeric(20, 6) NOT NULL DEFAULT 0 CONSTRAINT balances_amount_finite CHECK (amount <> 'NaN'),
        CONSTRAINT balances_one_payer CHECK (num_nonnulls(user_id, company_id) = 1)
    )
    """,
    """
    CREATE TABLE ledger_entries (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT ledger_entries_pk PRIMARY KEY,
        user_id bigint CONSTRAINT ledger_entries_user_fk REFERENCES users (id),
        company_id bigint CONSTRAINT ledger_entries_company_fk REFERENCES companies (id),
        amount numeric(20, 6) NOT NULL
            CONSTRAINT ledger_entries_amount_moves CHECK (amount <> 0 AND amount <> 'NaN'),
        type text NOT NULL CONSTRAINT ledger_entries_type_known CHECK (type IN (
            'signup_credit', 'stripe_topup', 'usdc_deposit', 'meeting_charge', 'company_merge', 'admin_credit')),
        cause text NOT NULL CONSTRAINT ledger_entries_cause_unique UNIQUE
            CONSTRAINT ledger_entries_cause_length CHECK (length(cause) BETWEEN 1 AND 300),
        description text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT ledger_entries_one_payer CHECK (num_nonnulls(user_id, company_id) = 1)
    )
    """,
    "CREATE INDEX ledger_entries_by_user ON ledger_entries (user_id, id) WHERE user_id IS NOT NULL",
    "CREATE INDEX ledger_entries_by_company ON ledger_entries (company_id, id) WHERE company_id IS NOT NULL",
)

ENTRIES_MOVE_BALANCES = (
    """
    CREATE FUNCTION ledger_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.user_id IS NOT NULL THEN
            UPDATE balances SET amount = amount + NEW.amount WHERE user_id = NEW.user_id;
        ELSE
            UPDATE balances SET amount = amount + NEW.amount WHERE company_id = NEW.company_id;
        END IF;
        RETURN NULL;
    END $$
    """,
    # AFTER: a row that ON CONFLICT DO NOTHING then drops would have moved the balance in a BEFORE trigger as well.
    """
    CREATE TRIGGER ledger_moves_balance AFTER INSERT ON ledger_entries
        FOR EACH ROW EXECUTE FUNCTION ledger_moves_balance()
    """,
    """
    CREATE FUNCTION balances_open() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_TABLE_NAME = 'users' THEN
            INSERT INTO balances (user_id) VALUES (NEW.id);
        ELSE
            INSERT INTO balances (company_id) VALUES (NEW.id);
        END IF;
        RETURN NULL;
    END $$
    """,
    "CREATE TRIGGER balances_open AFTER INSERT ON users FOR EACH ROW EXECUTE FUNCTION balances_open()",
    "CREATE TRIGGER balances_open AFTER INSERT ON companies FOR EACH ROW EXECUTE FUNCTION balances_open()",
    "INSERT INTO balances (user_id) SELECT id FROM users",
)

GUARDS = (
    """
    CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change('the ledger only grows')
    """,
    """
    CREATE TRIGGER balances_stay BEFORE DELETE OR TRUNCATE ON balances
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_direct_change('every payer has one')
    """,
    """
    CREATE TRIGGER balances_follow_ledger BEFORE INSERT OR UPDATE ON balances
        FOR EACH ROW WHEN (pg_trigger_depth() < 1)
        EXECUTE FUNCTION refuse_direct_change('money moves by a ledger entry')
    """,
)
