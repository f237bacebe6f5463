"""Every SQL statement of the accounts slice."""

from __future__ import annotations

import msgspec

from onepizza.core.db import Transaction


class KeyOwner(msgspec.Struct, frozen=True):
    """Whom an active API key belongs to."""

    key_id: int
    user_id: int


async def add_user(tx: Transaction, email: str, password_hash: str, *, is_admin: bool = False) -> int | None:
    """Insert a personal account and return its id; None if the address is taken.

    `email` is normalised already; the unique index decides between two who ask at once.
    """
    return await tx.conn.fetchval(
        """
        INSERT INTO users (email, password_hash, is_admin) VALUES ($1, $2, $3)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        email,
        password_hash,
        is_admin,
    )


async def has_user(tx: Transaction, email: str) -> bool:
    """Say whether an account has this normalised address."""
    return await tx.conn.fetchval("SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = $1)", email)


async def add_api_key(tx: Transaction, user_id: int, key_hash: bytes, shown: str, label: str) -> int:
    """Insert an API key by its hash; `shown` is what lists show of it (CONTRACT 1.11)."""
    return await tx.conn.fetchval(
        "INSERT INTO api_keys (user_id, key_hash, key_prefix, label) VALUES ($1, $2, $3, $4) RETURNING id",
        user_id,
        key_hash,
        shown,
        label,
    )


async def find_key_owner(tx: Transaction, key_hash: bytes) -> KeyOwner | None:
    """Return whom an active key belongs to."""
    row = await tx.conn.fetchrow("SELECT id, user_id FROM api_keys WHERE key_hash = $1 AND is_active", key_hash)
    return None if row is None else KeyOwner(row["id"], row["user_id"])
