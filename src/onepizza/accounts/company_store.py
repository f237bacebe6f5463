"""SQL of companies and memberships; `users.company_id` follows `company_members` by a trigger (migration 0002)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from onepizza.core.db import Transaction

Role = Literal["owner", "member"]


class Company(msgspec.Struct, frozen=True):
    """A company."""

    id: int
    name: str
    owner_id: int


class Member(msgspec.Struct, frozen=True):
    """One account in a company."""

    user_id: int
    email: str
    role: Role
    joined_at: datetime


async def add_company(tx: Transaction, name: str, owner_id: int, invite_code_hash: bytes) -> int:
    """Open a company with its owner as first member, and return its id."""
    company_id = await tx.conn.fetchval(
        "INSERT INTO companies (name, owner_id, invite_code_hash) VALUES ($1, $2, $3) RETURNING id",
        name,
        owner_id,
        invite_code_hash,
    )
    if await add_member(tx, company_id, owner_id) is None:
        raise LookupError("the owner belongs to another company")
    return company_id


async def find_company_by_code(tx: Transaction, invite_code_hash: bytes) -> Company | None:
    """Return the company that this invite code lets into."""
    row = await tx.conn.fetchrow(
        "SELECT id, name, owner_id FROM companies WHERE invite_code_hash = $1", invite_code_hash
    )
    return None if row is None else Company(row["id"], row["name"], row["owner_id"])


async def find_company_of(tx: Transaction, user_id: int) -> Company | None:
    """Return the company that an account belongs to now."""
    row = await tx.conn.fetchrow(
        """
        SELECT companies.id, companies.name, companies.owner_id FROM company_members
        JOIN companies ON companies.id = company_members.company_id WHERE company_members.user_id = $1
        """,
        user_id,
    )
    return None if row is None else Company(row["id"], row["name"], row["owner_id"])


async def add_member(tx: Transaction, company_id: int, user_id: int) -> int | None:
    """Insert a membership and return its id; None if the account belongs to a company already."""
    return await tx.conn.fetchval(
        """
        INSERT INTO company_members (company_id, user_id) VALUES ($1, $2)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        company_id,
        user_id,
    )


async def delete_member(tx: Transaction, company_id: int, user_id: int) -> bool:
    """End a membership; False if there is none."""
    deleted = await tx.conn.fetchval(
        "DELETE FROM company_members WHERE company_id = $1 AND user_id = $2 RETURNING true", company_id, user_id
    )
    return deleted or False


async def list_members(
    tx: Transaction, company_id: int, limit: int, after: tuple[datetime, int] | None
) -> list[Member]:
    """Return the members, the first to join first."""
    moment, user_id = after or (None, None)
    rows = await tx.conn.fetch(
        """
        SELECT users.id, users.email, company_members.joined_at, companies.owner_id = users.id AS is_owner
        FROM company_members
        JOIN users ON users.id = company_members.user_id
        JOIN companies ON companies.id = company_members.company_id
        WHERE company_members.company_id = $1
            AND ($3::timestamptz IS NULL OR (company_members.joined_at, users.id) > ($3, $4::bigint))
        ORDER BY company_members.joined_at, users.id LIMIT $2
        """,
        company_id,
        limit,
        moment,
        user_id,
    )
    return [Member(row["id"], row["email"], "owner" if row["is_owner"] else "member", row["joined_at"]) for row in rows]


async def replace_invite_code(tx: Transaction, company_id: int, invite_code_hash: bytes) -> None:
    """Store another invite code; the old one dies."""
    await tx.conn.execute("UPDATE companies SET invite_code_hash = $2 WHERE id = $1", company_id, invite_code_hash)
