"""Every SQL statement about the sessions of meetings: live rooms, their end, history, attendance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec

from onepizza.core.clock import to_datetime
from onepizza.core.db import Transaction
from onepizza.meetings.attendance import Attendee, Stay


class SavedRoom(msgspec.Struct, frozen=True):
    """One row of `live_rooms`: an encoded `RoomSnapshot`, None before the first, and the last sign of life."""

    meeting_id: str
    state: bytes | None
    beat_at: datetime


class Ended(msgspec.Struct, frozen=True):
    """What the row of a meeting that has just ended says; one of the two payers is None."""

    owner_id: int
    title: str
    payer_user_id: int | None
    payer_company_id: int | None


class Run(msgspec.Struct, frozen=True):
    """One session of a meeting from the first join to its end."""

    started_at: datetime
    ended_at: datetime
    billed: timedelta
    peak_participants: int


class HistoryEntry(msgspec.Struct, frozen=True):
    """One session in the history; `id` grows with each end."""

    id: int
    meeting_id: str
    title: str
    started_at: datetime
    ended_at: datetime
    billed: timedelta
    peak_participants: int
    cost_usd: Decimal


class Charged(msgspec.Struct, frozen=True):
    """One line of the history with the rate that its cost was reckoned by, in USD a participant and minute."""

    entry: HistoryEntry
    rate_usd: Decimal


class End(msgspec.Struct, frozen=True):
    """What the row of a meeting says once it is over; `started_at` None if nobody ever joined."""

    started_at: datetime | None
    ended_at: datetime | None
    peak_participants: int


# Live rooms


async def open_room(tx: Transaction, meeting_id: str, now: datetime) -> SavedRoom:
    """Return the kept room of an open meeting whose row this transaction has locked, new if there is none."""
    row = await tx.conn.fetchrow(
        """
        INSERT INTO live_rooms (meeting_id, beat_at) VALUES ($1, $2)
        ON CONFLICT (meeting_id) DO UPDATE SET meeting_id = excluded.meeting_id
        RETURNING meeting_id, state, beat_at
        """,
        meeting_id,
        now,
    )
    assert row is not None
    return _saved_room(row)


async def lock_rooms(tx: Transaction, meeting_ids: Sequence[str]) -> set[str]:
    """Return which of these rooms have a row, and let nobody else write it before this transaction is over."""
    rows = await tx.conn.fetch(
        "SELECT meeting_id FROM live_rooms WHERE meeting_id = ANY($1) ORDER BY meeting_id FOR UPDATE", meeting_ids
    )
    return {row["meeting_id"] for row in rows}


async def save_rooms(tx: Transaction, states: Mapping[str, bytes | None], now: datetime) -> None:
    """Give rooms whose rows are locked a sign of life and, where it is not None, another state."""
    await tx.conn.execute(
        """
        UPDATE live_rooms SET beat_at = $1, state = coalesce(fresh.state, live_rooms.state)
        FROM unnest($2::text[], $3::bytea[]) AS fresh (meeting_id, state)
        WHERE live_rooms.meeting_id = fresh.meeting_id
        """,
        now,
        list(states),
        list(states.values()),
    )


async def adopt_rooms(tx: Transaction, meeting_ids: Sequence[str], now: datetime) -> set[str]:
    """Insert the missing rows of live rooms; return the ids of the meetings that are not over."""
    open_ids = [
        row["meeting_id"]
        for row in await tx.conn.fetch(
            """
            SELECT meeting_id FROM meetings WHERE meeting_id = ANY($1) AND status IN ('active', 'scheduled')
            ORDER BY meeting_id FOR NO KEY UPDATE
            """,
            meeting_ids,
        )
    ]
    await tx.conn.execute(
        "INSERT INTO live_rooms (meeting_id, beat_at) SELECT unnest($1::text[]), $2 ON CONFLICT DO NOTHING",
        open_ids,
        now,
    )
    return set(open_ids)


async def find_room(tx: Transaction, meeting_id: str) -> SavedRoom | None:
    """Return the row of a live room and let nobody else write it before this transaction is over."""
    row = await tx.conn.fetchrow(
        "SELECT meeting_id, state, beat_at FROM live_rooms WHERE meeting_id = $1 FOR UPDATE", meeting_id
    )
    return None if row is None else _saved_room(row)


async def drop_room(tx: Transaction, meeting_id: str) -> None:
    """Remove the row of a live room whose meeting ends."""
    await tx.conn.execute("DELETE FROM live_rooms WHERE meeting_id = $1", meeting_id)


async def list_rooms(tx: Transaction, after_id: str, limit: int) -> list[SavedRoom]:
    """Return live rooms of active meetings in the order of their ids."""
    rows = await tx.conn.fetch(
        """
        SELECT meeting_id, state, beat_at FROM live_rooms JOIN meetings USING (meeting_id)
        WHERE meeting_id > $1 AND status = 'active' ORDER BY meeting_id LIMIT $2
        """,
        after_id,
        limit,
    )
    return [_saved_room(row) for row in rows]


# The end


async def cancel(tx: Transaction, meeting_id: str, now: datetime, reason: str) -> None:
    """Turn a scheduled meeting, whose row this transaction has locked, cancelled; invites made ahead go with it."""
    await drop_room(tx, meeting_id)
    await tx.conn.execute(
        """
        UPDATE meetings SET
            status = 'cancelled', ended_at = $2, end_reason = $3, calendar_revision = calendar_revision + 1
        WHERE meeting_id = $1
        """,
        meeting_id,
        now,
        reason,
    )


async def mark_ended(
    tx: Transaction,
    meeting_id: str,
    *,
    started_at: datetime | None,
    ended_at: datetime,
    peak_participants: int,
    reason: str,
) -> Ended:
    """Turn an active meeting, whose row this transaction has locked, ended."""
    row = await tx.conn.fetchrow(
        """
        UPDATE meetings SET status = 'ended', started_at = $2, ended_at = $3, peak_participants = $4, end_reason = $5
        WHERE meeting_id = $1 RETURNING owner_id, title, payer_user_id, payer_company_id
        """,
        meeting_id,
        started_at,
        ended_at,
        peak_participants,
        reason,
    )
    assert row is not None
    return Ended(row["owner_id"], row["title"], row["payer_user_id"], row["payer_company_id"])


async def add_history(
    tx: Transaction,
    meeting_id: str,
    session: int,
    ended: Ended,
    run: Run,
    *,
    rate_usd: Decimal,
    cost_usd: Decimal,
) -> None:
    """Insert the line of one session."""
    await tx.conn.execute(
        """
        INSERT INTO meeting_history (
            meeting_id, session, owner_id, payer_user_id, payer_company_id, title, started_at, ended_at,
            billed_seconds, peak_participants, rate_usd, cost_usd
        ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        """,
        meeting_id,
        session,
        ended.owner_id,
        ended.payer_user_id,
        ended.payer_company_id,
        ended.title,
        run.started_at,
        run.ended_at,
        int(run.billed.total_seconds()),
        run.peak_participants,
        rate_usd,
        cost_usd,
    )


# History and attendance


async def list_history(
    tx: Transaction, user_id: int, limit: int, after: tuple[datetime, int] | None
) -> list[HistoryEntry]:
    """Return what this account paid for, and what its company did while it is a member, newest first."""
    moment, row_id = after or (None, None)
    columns = "id, meeting_id, title, started_at, ended_at, billed_seconds, peak_participants, cost_usd"
    place = "($3::timestamptz IS NULL OR (ended_at, id) < ($3, $4)) ORDER BY ended_at DESC, id DESC LIMIT $2"
    rows = await tx.conn.fetch(
        f"""
        SELECT * FROM (
            (SELECT {columns} FROM meeting_history WHERE payer_user_id = $1 AND {place})
            UNION ALL
            (SELECT {columns} FROM meeting_history
                WHERE payer_company_id = (SELECT company_id FROM users WHERE users.id = $1) AND {place})
        ) AS paid ORDER BY ended_at DESC, id DESC LIMIT $2
        """,  # noqa: S608
        user_id,
        limit,
        moment,
        row_id,
    )
    return [_history_entry(row) for row in rows]


async def find_history(tx: Transaction, user_id: int, meeting_id: str) -> Charged | None:
    """Return a meeting's newest line in the history of this account, or None if that does not show it."""
    row = await tx.conn.fetchrow(
        """
        SELECT id, meeting_id, title, started_at, ended_at, billed_seconds, peak_participants, cost_usd, rate_usd
        FROM meeting_history WHERE meeting_id = $2 AND (
            payer_user_id = $1 OR payer_company_id = (SELECT company_id FROM users WHERE users.id = $1)
        ) ORDER BY session DESC LIMIT 1
        """,
        user_id,
        meeting_id,
    )
    return None if row is None else Charged(_history_entry(row), row["rate_usd"])


async def find_end(tx: Transaction, meeting_id: str) -> End:
    """Return how the run of a meeting that has a row went."""
    row = await tx.conn.fetchrow(
        "SELECT started_at, ended_at, peak_participants FROM meetings WHERE meeting_id = $1", meeting_id
    )
    assert row is not None
    return End(row["started_at"], row["ended_at"], row["peak_participants"])


async def add_stays(tx: Transaction, stays: Sequence[Stay]) -> None:
    """Insert stays, each at most once, or complete those that are there; what is known of an end stays."""
    await tx.conn.execute(
        """
        INSERT INTO attendance (meeting_id, participant_id, joined_at, left_at, name, is_admin)
        SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[], $5::text[], $6::boolean[])
        ON CONFLICT (meeting_id, joined_at, participant_id) DO UPDATE SET
            left_at = coalesce(attendance.left_at, excluded.left_at),
            is_admin = attendance.is_admin OR excluded.is_admin
        """,
        [stay.meeting_id for stay in stays],
        [stay.participant_id for stay in stays],
        [to_datetime(stay.joined_at) for stay in stays],
        [None if stay.left_at is None else to_datetime(stay.left_at) for stay in stays],
        [stay.name for stay in stays],
        [stay.is_admin for stay in stays],
    )


async def end_stays(tx: Transaction, meeting_id: str, ended_at: datetime) -> None:
    """End every stay that has no end; for a meeting that is over."""
    await tx.conn.execute(
        "UPDATE attendance SET left_at = greatest(joined_at, $2) WHERE meeting_id = $1 AND left_at IS NULL",
        meeting_id,
        ended_at,
    )


async def list_attendance(
    tx: Transaction, meeting_id: str, limit: int, after: tuple[datetime, str] | None
) -> list[Attendee]:
    """Return the stays of a meeting in the order of joining."""
    moment, participant_id = after or (None, None)
    rows = await tx.conn.fetch(
        """
        SELECT participant_id, name, is_admin, joined_at, left_at FROM attendance
        WHERE meeting_id = $1 AND ($3::timestamptz IS NULL OR (joined_at, participant_id) > ($3, $4))
        ORDER BY joined_at, participant_id LIMIT $2
        """,
        meeting_id,
        limit,
        moment,
        participant_id,
    )
    return [
        Attendee(row["participant_id"], row["name"], row["is_admin"], row["joined_at"], row["left_at"]) for row in rows
    ]


def _history_entry(row: Mapping[str, Any]) -> HistoryEntry:
    return HistoryEntry(
        row["id"],
        row["meeting_id"],
        row["title"],
        row["started_at"],
        row["ended_at"],
        timedelta(seconds=row["billed_seconds"]),
        row["peak_participants"],
        row["cost_usd"],
    )


def _saved_room(row: Mapping[str, Any]) -> SavedRoom:
    return SavedRoom(row["meeting_id"], row["state"], row["beat_at"])
