"""A room as a value: everything that must outlive the program, and the way back from it.

What is left out on purpose: connections, who waits (they ask again when they reconnect), ids of chat lines. Title,
settings and admin token are the booked record's and come with the `RoomSpec`. Nothing in here is a secret in clear:
tokens are hashes, origins are keyed hashes of addresses and devices.
"""

from __future__ import annotations

import copy

import msgspec

from onepizza.rooms.commands import Command, RoomSpec
from onepizza.rooms.denials import Denial, DenyList
from onepizza.rooms.kicks import KickList
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.seats import Departed, Seat
from onepizza.rooms.state import RoomState


class RoomSnapshot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One room at one moment, without the moment: two snapshots of a room in which nothing happened are equal.

    Times are epoch seconds as in `RoomState`. A seat without `lost_at` was connected. New fields need a default, so
    that the next version of the program reads what this one wrote.
    """

    started_at: float | None = None
    peak_participants: int = 0
    last_present_at: float = 0.0
    host_left_at: float = 0.0
    empty_since: float | None = None
    empty_s: float = 0.0
    absent_since: float | None = None
    seats: tuple[Seat, ...] = ()
    departed: tuple[Departed, ...] = ()
    recorders: dict[str, str] = {}
    spotlight: str | None = None
    invites: dict[bytes, float] = {}
    host_tokens: dict[bytes, float] = {}
    kicked_tokens: tuple[bytes, ...] = ()
    kicked_origins: dict[str, bool] = {}
    denials: dict[str, Denial] = {}

    def present_until(self, at: float) -> float:
        """Return the last moment at which anybody was there, if those who were connected were so until `at`."""
        return max((seat.present_until(at) for seat in self.seats), default=self.last_present_at)


class Snapshot(Command[RoomSnapshot], frozen=True):
    """Answer a `RoomSnapshot`; changes nothing."""


def take(state: RoomState, _command: Snapshot, now: float) -> Outcome:
    """Copy what must outlive the program."""
    state.measure_peak(now)
    snapshot = RoomSnapshot(
        started_at=state.started_at,
        peak_participants=state.peak_participants,
        last_present_at=state.last_present_at,
        host_left_at=state.host_left_at,
        empty_since=state.empty_since,
        empty_s=state.empty_s,
        absent_since=state.absent_since,
        seats=tuple(_without_connection(seat) for seat in state.roster.by_id.values()),
        departed=tuple(Departed(copy.copy(gone.seat), gone.until) for gone in state.roster.departed.values()),
        recorders=dict(state.recorders),
        spotlight=state.spotlight,
        invites=dict(state.invites),
        host_tokens=dict(state.host_tokens),
        kicked_tokens=state.kicks.tokens,
        kicked_origins=state.kicks.origins,
        denials=state.denials.by_origin,
    )
    return Outcome(snapshot)


def _without_connection(seat: Seat) -> Seat:
    copied = copy.copy(seat)
    copied.connection = None
    return copied


def restore(spec: RoomSpec, snapshot: RoomSnapshot, seen_at: float, now: float) -> RoomState:
    """Return the state in which a room goes on after the program died and came back.

    All seats are held from now on, as nobody could have come back before; the same goes for the grace of an empty room
    and the windows of those who had left. Whoever was connected was there until `seen_at`: if nobody returns, that is
    when the meeting was over, and if somebody does, the time in between was empty.
    """
    seen_at = min(seen_at, now)
    away_s = now - seen_at
    state = RoomState(spec)
    state.started_at = snapshot.started_at
    state.peak_participants = snapshot.peak_participants
    state.last_present_at = min(snapshot.last_present_at, now)
    state.host_left_at = max(snapshot.host_left_at, now)
    state.empty_since = None if snapshot.empty_since is None else now
    state.empty_s = snapshot.empty_s
    state.recorders = dict(snapshot.recorders)
    state.spotlight = snapshot.spotlight
    state.invites = dict(snapshot.invites)
    state.host_tokens = dict(snapshot.host_tokens)
    state.kicks = KickList(snapshot.kicked_tokens, snapshot.kicked_origins)
    state.denials = DenyList(snapshot.denials)
    roster = state.roster
    for saved in snapshot.seats:
        seat = copy.copy(saved)
        lost_at = min(seat.present_until(seen_at), now)
        roster.restore(seat, lost_at, now + spec.rules.seat_hold_s)
    roster.departed = {
        gone.seat.resume_token_hash: Departed(copy.copy(gone.seat), gone.until + away_s) for gone in snapshot.departed
    }
    if snapshot.seats:
        since = snapshot.absent_since
        state.absent_since = snapshot.present_until(seen_at) if since is None else since
        state.absent_since = min(state.absent_since, now)
    state.due_at = now
    return state
