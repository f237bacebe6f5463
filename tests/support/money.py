"""Payers to test with, made straight in the database, and the question whether the books are right."""

from __future__ import annotations

import hashlib
from decimal import Decimal

from onepizza.core.db import Database, Transaction

# One statement: a balance and its entries as of the same moment.
_UNBALANCED = """
    SELECT balances.*, coalesce(entries.total, 0) AS total FROM balances
    LEFT JOIN (
        SELECT user_id, company_id, sum(amount) AS total FROM ledger_entries GROUP BY user_id, company_id
    ) AS entries ON balances.user_id = entries.user_id OR balances.company_id = entries.company_id
    WHERE balances.amount <> coalesce(entries.total, 0)
"""


async def add_user(tx: Transaction, email: str) -> int:
    return await tx.conn.fetchval("INSERT INTO users (email, password_hash) VALUES ($1, 'none') RETURNING id", email)


async def add_company(tx: Transaction, name: str, owner_id: int) -> int:
    """Insert a company with its owner as a member, who must not be one of another."""
    company_id = await tx.conn.fetchval(
        "INSERT INTO companies (name, owner_id, invite_code_hash) VALUES ($1, $2, $3) RETURNING id",
        name,
        owner_id,
        hashlib.sha256(name.encode()).digest(),
    )
    await add_member(tx, company_id, owner_id)
    return company_id


async def add_member(tx: Transaction, company_id: int, user_id: int) -> int:
    """Insert a membership and return its id."""
    return await tx.conn.fetchval(
        "INSERT INTO company_members (company_id, user_id) VALUES ($1, $2) RETURNING id", company_id, user_id
    )


async def unbalanced(database: Database) -> list[dict[str, object]]:
    """Return the balances that differ from the sum of their entries; there must never be one."""
    async with database.transaction() as tx:
        return [dict(row) for row in await tx.conn.fetch(_UNBALANCED)]


async def total(database: Database) -> Decimal:
    """Return all the money there is."""
    async with database.transaction() as tx:
        return await tx.conn.fetchval("SELECT coalesce(sum(amount), 0) FROM balances")
