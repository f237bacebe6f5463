"""Every SQL statement of the meetings slice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from onepizza.core.db import Transaction
from onepizza.core.facts import MeetingCreated
from onepizza.meetings.meeting import Meeting, NewMeeting, SettingsChange
from onepizza.rooms.commands import RoomSettings

_COLUMNS = """
    meeting_id, owner_id, title, status, mute_on_join, video_off_on_join, max_participants, locked, waiting_room,
    admin_token_hash, scheduled_at, created_at, activated_at, calendar_revision
"""

# Who pays is read in the statement that writes it down, with the balance, though that is billing's table: a second
# question to the database costs a third of the request, and between two of them the membership could end.
# CASE and not OR: the planner then needs one index.
_PAYER_HAS_CREDIT = """
    (CASE WHEN users.company_id IS NULL
        THEN (SELECT amount FROM balances WHERE balances.user_id = users.id)
        ELSE (SELECT amount FROM balances WHERE balances.company_id = users.company_id)
    END) > 0
"""
# The same question about a meeting that is there: its payer does not change any more.
_BOOKED_HAS_CREDIT = """
    coalesce((CASE WHEN meetings.payer_company_id IS NULL
        THEN (SELECT amount FROM balances WHERE balances.user_id = meetings.payer_user_id)
        ELSE (SELECT amount FROM balances WHERE balances.company_id = meetings.payer_company_id)
    END) > 0, false)
"""
# The count stops at the limit, so its cost is bounded; two at once may pass it by one, which harms nobody.
_INSERT = f"""
    INSERT INTO meetings (
        meeting_id, owner_id, payer_user_id, payer_company_id, title, status, mute_on_join, video_off_on_join,
        max_participants, admin_token_hash, scheduled_at, created_at, activated_at
    )
    SELECT $1, id, CASE WHEN company_id IS NULL THEN id END, company_id, $3, $4, $5, $6, $7, $8, $9, $10, $11
    FROM users
    WHERE id = $2 AND {_PAYER_HAS_CREDIT} AND (CASE WHEN users.company_id IS NULL
        THEN (SELECT count(*) FROM (
            SELECT 1 FROM meetings WHERE payer_user_id = users.id AND status = $4 LIMIT $12
        ) AS open)
        ELSE (SELECT count(*) FROM (
            SELECT 1 FROM meetings WHERE payer_company_id = users.company_id AND status = $4 LIMIT $12
        ) AS open)
    END) < $12
    ON CONFLICT (meeting_id) DO NOTHING
    RETURNING meeting_id
"""  # noqa: S608


async def add_meeting(
    tx: Transaction,
    meeting_id: str,
    owner_id: int,
    new: NewMeeting,
    *,
    admin_token_hash: bytes,
    now: datetime,
    limit: int,
) -> bool:
    """Insert a meeting with who pays for it, for good: the owner's company, or the owner; MeetingCreated follows.

    Returns:
        False if the id was ever used, the payer has no credit, or `limit` open ones of this kind.
    """
    settings = new.settings
    is_scheduled = new.scheduled_at is not None
    inserted = await tx.whole(MeetingCreated).fetchval(
        _INSERT,
        meeting_id,
        owner_id,
        new.title,
        "scheduled" if is_scheduled else "active",
        settings.mute_on_join,
        settings.video_off_on_join,
        settings.max_participants,
        admin_token_hash,
        new.scheduled_at,
        now,
        None if is_scheduled else now,
        limit,
    )
    return inserted is not None


async def is_known(tx: Transaction, meeting_id: str) -> bool:
    """Say whether this id was ever given to a meeting."""
    return await tx.read_value("SELECT EXISTS (SELECT 1 FROM meetings WHERE meeting_id = $1)", meeting_id)


async def has_credit(tx: Transaction, owner_id: int) -> bool:
    """Say whether the one who pays for what this account creates now has anything left."""
    return (
        await tx.read_value(f"SELECT {_PAYER_HAS_CREDIT} FROM users WHERE id = $1", owner_id)  # noqa: S608
        or False
    )


async def payer_has_credit(tx: Transaction, meeting_id: str) -> bool:
    """Say whether the one who pays for this meeting has anything left; False for an unknown one."""
    return (
        await tx.read_value(f"SELECT {_BOOKED_HAS_CREDIT} FROM meetings WHERE meeting_id = $1", meeting_id)  # noqa: S608
        or False
    )


async def find_meeting(tx: Transaction, meeting_id: str, *, lock_row: bool = False) -> Meeting | None:
    """Return a meeting in whatever state; `lock_row` keeps it so until the end of the transaction."""
    query = f"SELECT {_COLUMNS} FROM meetings WHERE meeting_id = $1"  # noqa: S608
    if lock_row:
        row = await tx.conn.fetchrow(f"{query} FOR NO KEY UPDATE", meeting_id)
    else:
        row = await tx.read_row(query, meeting_id)
    return None if row is None else _meeting(row)


async def list_open(tx: Transaction, owner_id: int, limit: int, after: tuple[datetime, str] | None) -> list[Meeting]:
    """Return the owner's active and scheduled meetings, newest first."""
    moment, row_id = after or (None, None)
    rows = await tx.read(
        f"""
        SELECT {_COLUMNS} FROM meetings
        WHERE owner_id = $1 AND status IN ('active', 'scheduled')
            AND ($3::timestamptz IS NULL OR (created_at, meeting_id) < ($3, $4))
        ORDER BY created_at DESC, meeting_id DESC LIMIT $2
        """,  # noqa: S608
        owner_id,
        limit,
        moment,
        row_id,
    )
    return [_meeting(row) for row in rows]


async def list_scheduled(
    tx: Transaction, owner_id: int, limit: int, after: tuple[datetime, str] | None
) -> list[Meeting]:
    """Return the owner's scheduled meetings, the next one first."""
    moment, row_id = after or (None, None)
    rows = await tx.read(
        f"""
        SELECT {_COLUMNS} FROM meetings
        WHERE owner_id = $1 AND status = 'scheduled'
            AND ($3::timestamptz IS NULL OR (scheduled_at, meeting_id) > ($3, $4))
        ORDER BY scheduled_at, meeting_id LIMIT $2
        """,  # noqa: S608
        owner_id,
        limit,
        moment,
        row_id,
    )
    return [_meeting(row) for row in rows]


async def activate(tx: Transaction, meeting_id: str, now: datetime) -> Meeting:
    """Turn a scheduled meeting active, whose row this transaction has locked."""
    row = await tx.conn.fetchrow(
        f"UPDATE meetings SET status = 'active', activated_at = $2 WHERE meeting_id = $1 RETURNING {_COLUMNS}",  # noqa: S608
        meeting_id,
        now,
    )
    if row is None:
        raise LookupError(meeting_id)
    return _meeting(row)


async def activate_due(tx: Transaction, now: datetime) -> None:
    """Turn every scheduled meeting active whose time has come and whose payer has credit.

    After downtime that is late, and with its whole lifetime.
    """
    await tx.conn.execute(
        f"""
        UPDATE meetings SET status = 'active', activated_at = $1
        WHERE status = 'scheduled' AND scheduled_at <= $1 AND {_BOOKED_HAS_CREDIT}
        """,  # noqa: S608
        now,
    )


async def cancel_unpaid(tx: Transaction, before: datetime, now: datetime) -> None:
    """Cancel meetings whose time came at `before` or earlier and that still have no credit, with their invites."""
    await tx.conn.execute(
        f"""
        WITH unpaid AS (
            UPDATE meetings SET
                status = 'cancelled', ended_at = $2, end_reason = 'insufficient_credits',
                calendar_revision = calendar_revision + 1
            WHERE status = 'scheduled' AND scheduled_at <= $1 AND NOT {_BOOKED_HAS_CREDIT}
            RETURNING meeting_id
        )
        DELETE FROM live_rooms USING unpaid WHERE live_rooms.meeting_id = unpaid.meeting_id
        """,  # noqa: S608
        before,
        now,
    )


async def list_activated_before(tx: Transaction, moment: datetime, limit: int) -> list[str]:
    """Return the ids of active meetings that people could join since `moment` or longer, the oldest first."""
    rows = await tx.conn.fetch(
        """
        SELECT meeting_id FROM meetings WHERE status = 'active' AND activated_at <= $1
        ORDER BY activated_at LIMIT $2
        """,
        moment,
        limit,
    )
    return [row["meeting_id"] for row in rows]


async def change_settings(tx: Transaction, meeting_id: str, change: SettingsChange) -> Meeting | None:
    """Change what is not None; None if the meeting is not open."""
    row = await tx.conn.fetchrow(
        f"""
        UPDATE meetings SET
            calendar_revision = calendar_revision + (coalesce($2, title) <> title)::int,
            title = coalesce($2, title),
            mute_on_join = coalesce($3, mute_on_join),
            video_off_on_join = coalesce($4, video_off_on_join),
            max_participants = coalesce($5, max_participants),
            locked = coalesce($6, locked),
            waiting_room = coalesce($7, waiting_room)
        WHERE meeting_id = $1 AND status IN ('active', 'scheduled')
        RETURNING {_COLUMNS}
        """,  # noqa: S608
        meeting_id,
        change.title,
        change.mute_on_join,
        change.video_off_on_join,
        change.max_participants,
        change.locked,
        change.waiting_room,
    )
    return None if row is None else _meeting(row)


async def set_admin_token(tx: Transaction, meeting_id: str, token_hash: bytes) -> bool:
    """Replace the admin token; False if the meeting is not open."""
    changed = await tx.conn.fetchval(
        """
        UPDATE meetings SET admin_token_hash = $2
        WHERE meeting_id = $1 AND status IN ('active', 'scheduled')
        RETURNING meeting_id
        """,
        meeting_id,
        token_hash,
    )
    return changed is not None


def _meeting(row: Mapping[str, Any]) -> Meeting:
    return Meeting(
        id=row["meeting_id"],
        owner_id=row["owner_id"],
        title=row["title"],
        status=row["status"],
        settings=RoomSettings(
            mute_on_join=row["mute_on_join"],
            video_off_on_join=row["video_off_on_join"],
            max_participants=row["max_participants"],
            locked=row["locked"],
            waiting_room=row["waiting_room"],
        ),
        admin_token_hash=row["admin_token_hash"],
        scheduled_at=row["scheduled_at"],
        created_at=row["created_at"],
        activated_at=row["activated_at"],
        calendar_revision=row["calendar_revision"],
    )
