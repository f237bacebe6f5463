"""SQL of cookie sessions and password resets.

Lock order: a transaction that locks an account (`store.lock_user`, a membership) locks it before it deletes sessions.
Looking a session up may lock its row, so whoever locks an account looks the session up in a transaction before.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from onepizza.accounts.store import USER_COLUMNS, User, user_of
from onepizza.core.db import Transaction

# FOR SHARE waits for a change of the password and then finds the old hash gone: else a log-in that checked the old
# password before the change could leave a session behind that the change did not end.
_ADD_AFTER_CHECK = """
    INSERT INTO sessions (token_hash, user_id, created_at, last_seen_at, expires_at)
    SELECT $1, id, $4, $4, $5 FROM users WHERE id = $2 AND password_hash = $3 FOR SHARE
    RETURNING true
"""
# SKIP LOCKED: the page's parallel calls must not stand in a queue behind the first one's transaction.
_SLIDE = """
    UPDATE sessions SET last_seen_at = $2, expires_at = $3
    WHERE token_hash = (SELECT token_hash FROM sessions WHERE token_hash = $1 FOR UPDATE SKIP LOCKED)
"""
_USE_RESET = """
    UPDATE password_resets SET used_at = $2
    WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2 RETURNING true
"""


class Session(msgspec.Struct, frozen=True):
    """A live session and whose it is."""

    token_hash: bytes
    user: User
    last_seen_at: datetime


async def add_session(
    tx: Transaction, token_hash: bytes, user_id: int, password_hash: str, *, now: datetime, expires_at: datetime
) -> bool:
    """Begin a session of an account that still has this password hash; False if it has another by now."""
    return await tx.conn.fetchval(_ADD_AFTER_CHECK, token_hash, user_id, password_hash, now, expires_at) or False


async def find_session(tx: Transaction, token_hash: bytes, now: datetime) -> Session | None:
    """Return a session that has not expired."""
    row = await tx.read_row(
        f"""
        SELECT {USER_COLUMNS}, sessions.last_seen_at FROM sessions JOIN users ON users.id = sessions.user_id
        WHERE sessions.token_hash = $1 AND sessions.expires_at > $2
        """,  # noqa: S608
        token_hash,
        now,
    )
    return None if row is None else Session(token_hash, user_of(row), row["last_seen_at"])


async def slide_session(tx: Transaction, token_hash: bytes, now: datetime, expires_at: datetime) -> None:
    """Move the end of a session that is in use."""
    await tx.conn.execute(_SLIDE, token_hash, now, expires_at)


async def delete_session(tx: Transaction, token_hash: bytes) -> None:
    """End one session."""
    await tx.conn.execute("DELETE FROM sessions WHERE token_hash = $1", token_hash)


async def delete_sessions(tx: Transaction, user_id: int, keep: bytes | None = None) -> None:
    """End all sessions of an account but the one to keep."""
    await tx.conn.execute(
        "DELETE FROM sessions WHERE user_id = $1 AND ($2::bytea IS NULL OR token_hash <> $2)", user_id, keep
    )


async def add_reset(tx: Transaction, token_hash: bytes, user_id: int, expires_at: datetime) -> None:
    """Insert a password reset; earlier ones of the account stay good until one is used."""
    await tx.conn.execute(
        "INSERT INTO password_resets (token_hash, user_id, expires_at) VALUES ($1, $2, $3)",
        token_hash,
        user_id,
        expires_at,
    )


async def find_reset(tx: Transaction, token_hash: bytes, now: datetime) -> int | None:
    """Return the account of a reset that is neither used nor expired."""
    return await tx.conn.fetchval(
        "SELECT user_id FROM password_resets WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2",
        token_hash,
        now,
    )


async def use_reset(tx: Transaction, token_hash: bytes, now: datetime) -> bool:
    """Use a reset up; True for exactly one of many who try, and only before it expires."""
    return await tx.conn.fetchval(_USE_RESET, token_hash, now) or False


async def delete_unused_resets(tx: Transaction, user_id: int) -> None:
    """Make every other link that was mailed to the account worthless."""
    await tx.conn.execute("DELETE FROM password_resets WHERE user_id = $1 AND used_at IS NULL", user_id)


async def delete_expired(tx: Transaction, now: datetime) -> None:
    """Forget sessions and resets that nobody can use any more."""
    await tx.conn.execute("DELETE FROM sessions WHERE expires_at <= $1", now)
    await tx.conn.execute("DELETE FROM password_resets WHERE expires_at <= $1", now)
