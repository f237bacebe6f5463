"""SQL of users and API keys; sessions, resets and companies have a store of their own beside this one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

import msgspec

from onepizza.core.db import Transaction

AccountType = Literal["personal", "company"]


class KeyOwner(msgspec.Struct, frozen=True):
    """Whom an active API key belongs to."""

    key_id: int
    user_id: int


class User(msgspec.Struct, frozen=True):
    """An account as everybody but the log-in sees it; `company_id` is the company it belongs to now."""

    id: int
    email: str
    account_type: AccountType
    company_id: int | None
    is_admin: bool
    created_at: datetime


class Credentials(msgspec.Struct, frozen=True):
    """What a password is checked against."""

    user_id: int
    password_hash: str


class ApiKey(msgspec.Struct, frozen=True):
    """What is left of an API key after its creation; `shown` is its beginning."""

    id: int
    shown: str
    label: str
    is_active: bool
    created_at: datetime


USER_COLUMNS = "users.id, users.email, users.account_type, users.company_id, users.is_admin, users.created_at"


def user_of(row: Mapping[str, Any]) -> User:
    """Return the user in a row of `USER_COLUMNS`."""
    return User(row["id"], row["email"], row["account_type"], row["company_id"], row["is_admin"], row["created_at"])


async def add_user(
    tx: Transaction,
    email: str,
    password_hash: str,
    *,
    account_type: AccountType = "personal",
    is_admin: bool = False,
) -> int | None:
    """Insert an account and return its id; None if the address is taken.

    `email` is normalised already; the unique index decides between two who ask at once.
    """
    return await tx.conn.fetchval(
        """
        INSERT INTO users (email, password_hash, account_type, is_admin) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING RETURNING id
        """,
        email,
        password_hash,
        account_type,
        is_admin,
    )


async def is_admin(tx: Transaction, email: str) -> bool | None:
    """Say whether the account of this normalised address is an administrator's; None if there is no such account."""
    return await tx.conn.fetchval("SELECT is_admin FROM users WHERE lower(email) = $1", email)


async def find_user(tx: Transaction, user_id: int) -> User | None:
    """Return an account by its id."""
    row = await tx.read_row(f"SELECT {USER_COLUMNS} FROM users WHERE id = $1", user_id)  # noqa: S608
    return None if row is None else user_of(row)


async def find_credentials(tx: Transaction, email: str) -> Credentials | None:
    """Return what to check the password of this normalised address against."""
    row = await tx.conn.fetchrow("SELECT id, password_hash FROM users WHERE lower(email) = $1", email)
    return None if row is None else Credentials(row["id"], row["password_hash"])


async def find_password_hash(tx: Transaction, user_id: int) -> str | None:
    """Return the stored hash of an account's password."""
    return await tx.conn.fetchval("SELECT password_hash FROM users WHERE id = $1", user_id)


async def lock_user(tx: Transaction, user_id: int) -> bool:
    """Keep everybody else from changing this account until the transaction ends; False if it is gone."""
    return await tx.conn.fetchval("SELECT true FROM users WHERE id = $1 FOR NO KEY UPDATE", user_id) or False


async def replace_password(tx: Transaction, user_id: int, old_hash: str, new_hash: str) -> bool:
    """Store a new hash in place of that old one; False if somebody else was faster."""
    return (
        await tx.conn.fetchval(
            "UPDATE users SET password_hash = $3 WHERE id = $1 AND password_hash = $2 RETURNING true",
            user_id,
            old_hash,
            new_hash,
        )
        or False
    )


async def set_password(tx: Transaction, user_id: int, new_hash: str) -> None:
    """Store a new hash, whatever the old one was."""
    await tx.conn.execute("UPDATE users SET password_hash = $2 WHERE id = $1", user_id, new_hash)


async def add_api_key(tx: Transaction, user_id: int, key_hash: bytes, shown: str, label: str) -> ApiKey:
    """Insert an API key by its hash; `shown` is what lists show of it (CONTRACT 1.11)."""
    row = await tx.conn.fetchrow(
        """
        INSERT INTO api_keys (user_id, key_hash, key_prefix, label) VALUES ($1, $2, $3, $4)
        RETURNING id, key_prefix, label, is_active, created_at
        """,
        user_id,
        key_hash,
        shown,
        label,
    )
    if row is None:
        raise LookupError("an INSERT without a condition returned no row")
    return _api_key(row)


async def count_api_keys(tx: Transaction, user_id: int) -> int:
    """Return how many API keys an account has."""
    return await tx.conn.fetchval("SELECT count(*) FROM api_keys WHERE user_id = $1", user_id)


async def list_api_keys(tx: Transaction, user_id: int, limit: int, after_id: int = 0) -> list[ApiKey]:
    """Return up to `limit` of the account's API keys behind that id, the oldest first."""
    rows = await tx.conn.fetch(
        """
        SELECT id, key_prefix, label, is_active, created_at FROM api_keys
        WHERE user_id = $1 AND id > $3 ORDER BY id LIMIT $2
        """,
        user_id,
        limit,
        after_id,
    )
    return [_api_key(row) for row in rows]


async def delete_api_key(tx: Transaction, user_id: int, key_id: int) -> bool:
    """Delete one of the account's API keys; False if it has none with this id."""
    deleted = await tx.conn.fetchval(
        "DELETE FROM api_keys WHERE id = $2 AND user_id = $1 RETURNING true", user_id, key_id
    )
    return deleted or False


async def find_key_owner(tx: Transaction, key_hash: bytes) -> KeyOwner | None:
    """Return whom an active key belongs to."""
    row = await tx.read_row("SELECT id, user_id FROM api_keys WHERE key_hash = $1 AND is_active", key_hash)
    return None if row is None else KeyOwner(row["id"], row["user_id"])


def _api_key(row: Mapping[str, Any]) -> ApiKey:
    return ApiKey(row["id"], row["key_prefix"], row["label"], row["is_active"], row["created_at"])
