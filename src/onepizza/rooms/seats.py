"""The seats of one room: who holds them, over which connection, and which are held for someone who may come back."""

from __future__ import annotations

import hashlib

import msgspec

from onepizza.rooms.errors import NotJoined, ParticipantNotFound
from onepizza.rooms.events import Participant


class Seat(msgspec.Struct):
    """One participant. `CONNECTED <-> HELD -> DEPARTED`, and from each of the first two away for good by leave or kick.

    `connection` is None while the seat is held; then `lost_at` and `held_until` are set.
    `origins` are the keys by which this person is known again after a kick; `was_let_in` is for one that a host let in
    from the waiting room, so that an earlier kick of such an origin does not count against its return.
    """

    participant_id: str
    name: str
    connection: str | None
    resume_token_hash: bytes
    origins: tuple[str, ...]
    is_admin: bool
    is_muted: bool
    is_video_off: bool
    joined_at: float
    is_muted_by_host: bool = False
    is_screen_sharing: bool = False
    is_hand_raised: bool = False
    has_captioned: bool = False
    was_let_in: bool = False
    lost_at: float | None = None
    held_until: float = 0.0

    def present_until(self, now: float) -> float:
        """Return the last moment at which a connection held this seat."""
        return now if self.lost_at is None else self.lost_at

    def view(self) -> Participant:
        """Return the entry of `participants[]`."""
        return Participant(
            self.participant_id,
            self.name,
            self.is_muted,
            self.is_video_off,
            self.is_screen_sharing,
            self.is_hand_raised,
            self.is_admin,
            int(self.joined_at * 1000),
        )


class Departed(msgspec.Struct):
    """A seat whose hold is over; until `until` its token brings the same participant back (CONTRACT 1.7)."""

    seat: Seat
    until: float


def token_hash(token: str) -> bytes:
    """Return the SHA-256 under which a seat remembers its resume token."""
    return hashlib.sha256(token.encode()).digest()


class Roster:
    """All seats in the order they were taken, found by participant, by connection or by resume token."""

    def __init__(self) -> None:
        self.by_id: dict[str, Seat] = {}
        self.by_token: dict[bytes, Seat] = {}
        self.departed: dict[bytes, Departed] = {}
        self._by_connection: dict[str, Seat] = {}
        self._connections: tuple[str, ...] | None = ()

    def __len__(self) -> int:
        return len(self.by_id)

    @property
    def connections(self) -> tuple[str, ...]:
        """The connections of everyone who can be reached, in order of joining; kept between changes."""
        if self._connections is None:
            self._connections = tuple(seat.connection for seat in self.by_id.values() if seat.connection is not None)
        return self._connections

    @property
    def hosts(self) -> tuple[str, ...]:
        """The connections of every host who can be reached."""
        return tuple(seat.connection for seat in self.by_id.values() if seat.is_admin and seat.connection is not None)

    def others(self, seat: Seat) -> tuple[str, ...]:
        """The connections of everyone but this seat."""
        return tuple(connection for connection in self.connections if connection != seat.connection)

    def holds(self, connection: str) -> bool:
        """Say whether this connection has a seat."""
        return connection in self._by_connection

    def of(self, connection: str) -> Seat:
        """Return the seat of a connection or raise NotJoined."""
        seat = self._by_connection.get(connection)
        if seat is None:
            raise NotJoined
        return seat

    def participant(self, participant_id: str) -> Seat:
        """Return a seat by its participant or raise ParticipantNotFound."""
        seat = self.by_id.get(participant_id)
        if seat is None:
            raise ParticipantNotFound
        return seat

    def add(self, seat: Seat, connection: str) -> None:
        """Put a new or returning seat at the end of the order."""
        self.by_id[seat.participant_id] = seat
        self.by_token[seat.resume_token_hash] = seat
        self.attach(seat, connection)

    def attach(self, seat: Seat, connection: str) -> None:
        """Give the seat to a connection; a former one loses it."""
        if seat.connection is not None:
            self._by_connection.pop(seat.connection, None)
        seat.connection = connection
        seat.lost_at = None
        self._by_connection[connection] = seat
        self._connections = None

    def hold(self, seat: Seat, now: float, hold_s: float) -> None:
        """Keep the seat without a connection."""
        if seat.connection is not None:
            del self._by_connection[seat.connection]
        seat.connection = None
        seat.lost_at = now
        seat.held_until = now + hold_s
        self._connections = None

    def restore(self, seat: Seat, lost_at: float, held_until: float) -> None:
        """Hold a seat that was taken before the program died."""
        seat.connection = None
        seat.lost_at = lost_at
        seat.held_until = held_until
        self.by_id[seat.participant_id] = seat
        self.by_token[seat.resume_token_hash] = seat

    def remove(self, seat: Seat) -> None:
        """Free the seat; its token opens nothing any more."""
        del self.by_id[seat.participant_id]
        del self.by_token[seat.resume_token_hash]
        if seat.connection is not None:
            del self._by_connection[seat.connection]
        self._connections = None
