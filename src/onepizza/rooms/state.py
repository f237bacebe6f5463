"""What a room knows, and the few changes that several commands share. The rules themselves are beside this file."""

from __future__ import annotations

import hmac
from typing import Literal

from onepizza.core.facts import FeatureUsed, ParticipantJoined, ParticipantLeft, RoomResumed
from onepizza.rooms.commands import RoomSpec
from onepizza.rooms.denials import DenyList
from onepizza.rooms.errors import NotHost
from onepizza.rooms.kicks import KickList
from onepizza.rooms.seats import Roster, Seat
from onepizza.rooms.waiters import Waiters

Feature = Literal[
    "screen_share", "recording", "chat", "chat_reaction", "reaction", "hand_raise", "captions", "waiting_room"
]


class RoomState:
    """The state of one live meeting.

    `last_present_at` is the last moment at which somebody who has left was there; `empty_since` is when the last seat
    became free, None while seats are taken and before the first join. `host_left_at` is when a host's seat last became
    free. `recorders` are the hosts who record, name by participant id; `spotlight` is whom all see large.
    `due_at` is when time alone changes something.
    `absent_since` is set in a room that came back after the program died, until somebody is there again.
    """

    def __init__(self, spec: RoomSpec) -> None:
        self.meeting_id = spec.meeting_id
        self.owner_id = spec.owner_id
        self.rules = spec.rules
        self.created_at = spec.created_at
        self.title = spec.title
        self.settings = spec.settings
        self.admin_token_hash = spec.admin_token_hash
        self.roster = Roster()
        self.kicks = KickList()
        self.waiters = Waiters()
        self.denials = DenyList()
        self.recorders: dict[str, str] = {}
        self.spotlight: str | None = None
        self.invites: dict[bytes, float] = {}
        self.host_tokens: dict[bytes, float] = {}
        self.message_ids: dict[str, None] = {}
        self.started_at: float | None = None
        self.last_present_at = spec.created_at
        self.host_left_at = spec.created_at
        self.empty_since: float | None = None
        self.empty_s = 0.0
        self.absent_since: float | None = None
        self.peak_participants = 0
        self.expired_at: float | None = None
        self.due_at = spec.created_at + min(spec.rules.never_joined_s, spec.rules.max_age_s)

    def is_admin_token(self, token_hash: bytes | None) -> bool:
        """Compare with the admin token's hash in constant time."""
        return token_hash is not None and hmac.compare_digest(token_hash, self.admin_token_hash)

    def opens_to_host(self, token_hash: bytes | None, now: float) -> bool:
        """Say whether this is the admin token, or one of a host link that nobody has used yet."""
        if token_hash is None:
            return False
        return self.is_admin_token(token_hash) or self.host_tokens.get(token_hash, now) > now

    def has_free_seat(self) -> bool:
        """Say whether a newcomer fits in; seats that are held or kept count as taken."""
        return len(self.roster) + self.waiters.kept_seats < self.settings.max_participants

    def check_host(self, by: str | None) -> Seat | None:
        """Return the acting host's seat, None for a caller that was checked before; raises NotJoined or NotHost."""
        if by is None:
            return None
        seat = self.roster.of(by)
        if not seat.is_admin:
            raise NotHost
        return seat

    def measure_peak(self, now: float) -> None:
        """Raise the peak to how many are here that have been here long enough (CONTRACT 1.6).

        Between two removals that number only grows, so it is enough to count right before each removal and reading.
        """
        floor = self.rules.peak_min_s
        count = 0
        for seat in self.roster.by_id.values():
            if seat.present_until(now) - seat.joined_at >= floor:
                count += 1
        self.peak_participants = max(self.peak_participants, count)

    def present_until(self, now: float) -> float:
        """Return the last moment at which anybody was here."""
        return max((seat.present_until(now) for seat in self.roster.by_id.values()), default=self.last_present_at)

    def seat_taken(self, seat: Seat, now: float) -> ParticipantJoined:
        """Note that a participant came in, after it was added to the roster."""
        if self.started_at is None:
            self.started_at = now
        elif self.empty_since is not None:
            self.empty_s += now - self.last_present_at
        self.end_absence(now)
        self.empty_since = None
        self.expired_at = None
        return ParticipantJoined(
            at=now,
            meeting_id=self.meeting_id,
            owner_id=self.owner_id,
            participant_id=seat.participant_id,
            name=seat.name,
            is_admin=seat.is_admin,
            participant_count=len(self.roster),
        )

    def end_absence(self, now: float) -> tuple[RoomResumed, ...]:
        """Note that somebody is there again after a restart; the time in between counts as empty."""
        if self.absent_since is None:
            return ()
        self.empty_s += now - self.absent_since
        self.absent_since = None
        return (RoomResumed(at=now, meeting_id=self.meeting_id, owner_id=self.owner_id),)

    def free_seat(self, seat: Seat, now: float) -> ParticipantLeft:
        """Remove a seat and note that its participant is gone; the peak has been measured."""
        self.roster.remove(seat)
        self.last_present_at = max(self.last_present_at, seat.present_until(now))
        if seat.is_admin:
            self.host_left_at = now
            if len(self.waiters):
                self.due_by(now + self.rules.max_wait_s)
        if not self.roster.by_id:
            self.empty_since = now
            self.absent_since = None
            self.due_by(now + self.rules.empty_grace_s)
        return ParticipantLeft(
            at=now,
            meeting_id=self.meeting_id,
            owner_id=self.owner_id,
            participant_id=seat.participant_id,
            name=seat.name,
            is_admin=seat.is_admin,
            joined_at=seat.joined_at,
            present_until=seat.present_until(now),
            participant_count=len(self.roster),
        )

    def due_by(self, moment: float) -> None:
        """Ask for a `Tick` at this moment or before; an early one does no harm."""
        self.due_at = min(self.due_at, moment)

    def feature_used(
        self, seat: Seat | None, feature: Feature, now: float, meta: dict[str, str | int | bool]
    ) -> FeatureUsed:
        """Return the fact that a tracked feature was used (API §18); over REST no participant did it."""
        return FeatureUsed(
            at=now,
            meeting_id=self.meeting_id,
            owner_id=self.owner_id,
            feature=feature,
            participant_id="" if seat is None else seat.participant_id,
            meta=meta,
        )
