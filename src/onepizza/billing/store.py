"""Every SQL statement of the billing slice.

The database keeps its own side of the rules (migration 0002): an entry moves the balance of its payer by a trigger,
nothing else can, and entries are never changed or removed.
"""

# ruff: noqa: S608  (the names put into statements are constants of this slice, never input)

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from onepizza.billing.payers import CompanyPayer, Payer, UserPayer, column
from onepizza.core.db import Transaction

_SHOWN = "id, user_id, company_id, amount, type, cause, description, created_at"


class Entry(msgspec.Struct, frozen=True):
    """One row of the ledger; `amount` is USD with up to six decimals, negative where money left the payer."""

    id: int
    payer: Payer
    amount: Decimal
    type: str
    cause: str
    description: str
    created_at: datetime


async def lock_balance(tx: Transaction, payer: Payer) -> Decimal | None:
    """Return the payer's balance and keep others from changing it until the transaction ends; None if unknown."""
    return await tx.conn.fetchval(f"SELECT amount FROM balances WHERE {column(payer)} = $1 FOR UPDATE", payer.id)


async def read_balance(tx: Transaction, payer: Payer) -> Decimal | None:
    """Return the payer's balance; None if unknown."""
    return await tx.conn.fetchval(f"SELECT amount FROM balances WHERE {column(payer)} = $1", payer.id)


async def add_entry(
    tx: Transaction, payer: Payer, amount: Decimal, *, entry_type: str, cause: str, description: str
) -> bool:
    """Insert an entry, which moves the balance; False if its cause has one already."""
    inserted = await tx.conn.fetchval(
        f"""
        INSERT INTO ledger_entries ({column(payer)}, amount, type, cause, description)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (cause) DO NOTHING RETURNING id
        """,
        payer.id,
        amount,
        entry_type,
        cause,
        description,
    )
    return inserted is not None


async def find_entry(tx: Transaction, cause: str) -> Entry | None:
    """Return the entry that has this cause."""
    row = await tx.conn.fetchrow(f"SELECT {_SHOWN} FROM ledger_entries WHERE cause = $1", cause)
    return None if row is None else _entry(row)


async def list_entries(tx: Transaction, payer: Payer, limit: int, before_id: int | None) -> list[Entry]:
    """Return the payer's entries, newest first, those before `before_id` if it is given."""
    rows = await tx.conn.fetch(
        f"""
        SELECT {_SHOWN} FROM ledger_entries
        WHERE {column(payer)} = $1 AND ($2::bigint IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
        """,
        payer.id,
        before_id,
        limit,
    )
    return [_entry(row) for row in rows]


def _entry(row: Any) -> Entry:  # noqa: ANN401 (a database row, typed by this function)
    payer = UserPayer(row["user_id"]) if row["company_id"] is None else CompanyPayer(row["company_id"])
    return Entry(row["id"], payer, row["amount"], row["type"], row["cause"], row["description"], row["created_at"])


async def read_rate(tx: Transaction) -> str | None:
    """Return the rate as it was set in the admin panel; None if it never was."""
    return await tx.conn.fetchval("SELECT value FROM settings WHERE name = 'rate_per_participant_minute_usd'")


async def write_rate(tx: Transaction, usd: str) -> None:
    """Set the rate, a plain decimal number."""
    await tx.conn.execute(
        """
        INSERT INTO settings (name, value) VALUES ('rate_per_participant_minute_usd', $1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = now()
        """,
        usd,
    )
