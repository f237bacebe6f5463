"""Use cases of meetings: create, list, read, open for the first join, change, invite, end."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import msgspec

from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database, Transaction
from onepizza.core.errors import InsufficientCredits
from onepizza.core.facts import Fact, MeetingCreated
from onepizza.core.ids import new_admin_token, new_guest_admin_token, new_meeting_id, new_token, secret_hash
from onepizza.core.settings import Settings
from onepizza.meetings import session_store, store
from onepizza.meetings.ending import Ending, read_state
from onepizza.meetings.errors import MeetingHasEnded, MeetingNotFound, MeetingNotStarted, TooManyMeetings
from onepizza.meetings.guests import GuestMeetings
from onepizza.meetings.keeper import Keeper
from onepizza.meetings.meeting import Invite, Meeting, NewMeeting, SettingsChange, join_url, room_rules, room_spec
from onepizza.meetings.session_store import SavedRoom
from onepizza.meetings.turns import Turns
from onepizza.rooms.commands import (
    AddHostToken,
    AddInvite,
    Command,
    Describe,
    HasBegun,
    Reply,
    RoomView,
    SetAdminToken,
    UpdateSettings,
)
from onepizza.rooms.directory import Directory
from onepizza.rooms.errors import RoomNotLive
from onepizza.rooms.room import Room
from onepizza.rooms.snapshot import Snapshot, restore

_ID_ATTEMPTS = 5
_SWEEP_AT_ONCE = 100
_RECOVERED_AT_ONCE = 100
_INVITE_LIFETIME = timedelta(hours=24)
_HOST_LINK_LIFETIME = timedelta(minutes=10)
_api_meeting_id = re.compile(r"[a-z]{3}-[a-z]{4}-[a-z]{3}").fullmatch


def could_be_api_meeting(meeting_id: str) -> bool:
    """Say whether a string has the form of an API meeting's id; anything else needs no question to the database."""
    return _api_meeting_id(meeting_id) is not None


class MeetingService:
    """What REST and the realtime edge do with meetings.

    Methods that take `tx` run in the caller's transaction; the others open their own.
    """

    def __init__(
        self,
        db: Database,
        directory: Directory,
        clock: Clock,
        settings: Settings,
        announce: Callable[[Fact], None],
    ) -> None:
        self._db = db
        self._directory = directory
        self._clock = clock
        self._limits = settings.limits
        self._rules = room_rules(settings)
        self.guests = GuestMeetings(directory, clock, settings, announce)
        self.keeper = Keeper(db, directory, self.guests, clock)
        self._turns = Turns()
        self._ending = Ending(db, directory, self.guests, self.keeper, clock)

    async def create(self, tx: Transaction, owner_id: int, new: NewMeeting, admin_token: str) -> str:
        """Book a meeting with this fresh admin token, which is stored only as a hash; return its id.

        Raises:
            InsufficientCredits: nothing is left to pay it from (CONTRACT 1.4).
            TooManyMeetings: the owner has as many open ones of this kind as an account may.
        """
        now = self._clock.now()
        is_scheduled = new.scheduled_at is not None
        limits = self._limits
        limit = limits.scheduled_meetings_per_payer if is_scheduled else limits.active_meetings_per_payer
        token_hash = secret_hash(admin_token)
        for _ in range(_ID_ATTEMPTS):
            meeting_id = new_meeting_id()
            if await store.add_meeting(
                tx, meeting_id, owner_id, new, admin_token_hash=token_hash, now=to_datetime(now), limit=limit
            ):
                break
            if not await store.is_known(tx, meeting_id):
                raise TooManyMeetings if await store.has_credit(tx, owner_id) else InsufficientCredits
        else:
            raise RuntimeError("no free meeting id in five attempts: the random source is broken")
        await tx.publish(
            MeetingCreated(
                at=now,
                meeting_id=meeting_id,
                owner_id=owner_id,
                is_scheduled=is_scheduled,
                mute_on_join=new.settings.mute_on_join,
                waiting_room=new.settings.waiting_room,
            )
        )
        return meeting_id

    async def find_open(self, tx: Transaction, meeting_id: str, *, lock_row: bool = False) -> Meeting:
        """Return an active or scheduled API meeting, whoever owns it; `lock_row` as of `store.find_meeting`.

        Raises:
            MeetingNotFound: there is none with this id, or it is over.
        """
        is_possible = could_be_api_meeting(meeting_id)
        meeting = await store.find_meeting(tx, meeting_id, lock_row=lock_row) if is_possible else None
        if meeting is None or meeting.status not in ("active", "scheduled"):
            raise MeetingNotFound
        return meeting

    async def find_recorded(self, tx: Transaction, meeting_id: str) -> Meeting:
        """Return an API meeting in whatever state, whoever owns it.

        Raises:
            MeetingNotFound: there never was one with this id.
        """
        meeting = await store.find_meeting(tx, meeting_id) if could_be_api_meeting(meeting_id) else None
        if meeting is None:
            raise MeetingNotFound
        return meeting

    async def list_open(
        self, tx: Transaction, owner_id: int, limit: int, after: tuple[datetime, str] | None
    ) -> list[Meeting]:
        """Return the owner's open meetings, newest first."""
        return await store.list_open(tx, owner_id, limit, after)

    async def list_scheduled(
        self, tx: Transaction, owner_id: int, limit: int, after: tuple[datetime, str] | None
    ) -> list[Meeting]:
        """Return the owner's scheduled meetings, the next one first."""
        return await store.list_scheduled(tx, owner_id, limit, after)

    async def view(self, meeting_id: str) -> RoomView | None:
        """Return who is in a meeting now; None while nobody has opened it."""
        try:
            return await self._directory.call(meeting_id, Describe())
        except RoomNotLive:
            return None

    async def tell(self, meeting_id: str, command: Command[Reply]) -> Reply:
        """Give the room of an open meeting a command; raises RoomNotLive if nobody has opened it."""
        return await self._directory.call(meeting_id, command)

    async def open(self, meeting_id: str) -> None:
        """Make sure that the room lives and that its first join will be paid for; for whoever wants to join.

        Raises:
            MeetingNotFound: no such meeting.
            MeetingHasEnded: it is over, or was cancelled.
            MeetingNotStarted: its time has not come; carries it.
            InsufficientCredits: it has not begun and its payer has nothing left (CONTRACT 1.4).
        """
        await self.prepare(meeting_id)
        if self.guests.find(meeting_id) is not None or await self._directory.call(meeting_id, HasBegun()):
            return
        async with self._db.transaction() as tx:
            if not await store.payer_has_credit(tx, meeting_id):
                raise InsufficientCredits

    async def prepare(self, meeting_id: str) -> None:
        """Make sure that the room lives, activating a scheduled meeting whose time has come.

        Raises like `open`; InsufficientCredits only where it has to be activated.
        """
        if self._directory.is_live(meeting_id):
            return
        if not could_be_api_meeting(meeting_id):
            raise MeetingNotFound
        async with self._db.transaction() as tx:
            # The lock keeps an end from slipping in between our look at the row and the opening of the room.
            meeting = await store.find_meeting(tx, meeting_id, lock_row=True)
            if meeting is None:
                raise MeetingNotFound
            if meeting.status == "scheduled":
                meeting = await self._activate_if_due(tx, meeting)
            if meeting.status != "active":
                raise MeetingHasEnded
            saved = await session_store.open_room(tx, meeting_id, to_datetime(self._clock.now()))
            self._enter(meeting, saved)

    def _enter(self, meeting: Meeting, saved: SavedRoom) -> None:
        spec = room_spec(meeting, self._rules)
        if saved.state is None:
            self._directory.open(spec)
        else:
            self._directory.reopen(spec, read_state(saved.state), saved.beat_at.timestamp())

    async def recover(self) -> int:
        """Make every room live that an earlier process had, with its seats held; return how many there are.

        Meetings that nobody comes back to end by the rooms' own rules, as of the last sign of life that was kept.
        """
        count, after_id = 0, ""
        while True:
            async with self._db.transaction() as tx:
                rooms = await session_store.list_rooms(tx, after_id, _RECOVERED_AT_ONCE)
                for saved in rooms:
                    meeting = await store.find_meeting(tx, saved.meeting_id)
                    if meeting is not None and meeting.status == "active":
                        self._enter(meeting, saved)
                        count += 1
            if len(rooms) < _RECOVERED_AT_ONCE:
                return count
            after_id = rooms[-1].meeting_id

    async def _activate_if_due(self, tx: Transaction, meeting: Meeting) -> Meeting:
        now = self._clock.now()
        if meeting.scheduled_at is not None and meeting.scheduled_at.timestamp() > now:
            raise MeetingNotStarted(meeting.scheduled_at)
        if not await store.payer_has_credit(tx, meeting.id):
            # It stays scheduled: `sweep` activates it once there is credit, or cancels it in the end.
            raise InsufficientCredits
        return await store.activate(tx, meeting.id, to_datetime(now))

    async def update_settings(self, meeting_id: str, change: SettingsChange) -> None:
        """Change settings in the row and, if it lives, in the room, which tells everybody once.

        Raises:
            MeetingNotFound: the meeting is over.
            ServiceUnavailable: too many changes at once, or the database is away.
        """
        command = UpdateSettings(**msgspec.structs.asdict(change))
        if self.guests.find(meeting_id) is not None:
            await self._directory.call(meeting_id, command)
            return
        async with self._turns.turn(meeting_id):
            async with self._db.transaction() as tx:
                if await store.change_settings(tx, meeting_id, change) is None:
                    raise MeetingNotFound
            with contextlib.suppress(RoomNotLive):
                await self._directory.call(meeting_id, command)

    async def create_invite(self, meeting_id: str, name: str | None) -> Invite:
        """Make a one-use invite that is good for 24 h; raises like `prepare` and `add_invite`."""
        await self.prepare(meeting_id)
        return await self.add_invite(meeting_id, name, new_token())

    async def add_invite(self, meeting_id: str, name: str | None, token: str, tx: Transaction | None = None) -> Invite:
        """Make a one-use invite of this token that is good for 24 h; the room keeps its hash.

        Args:
            meeting_id: of a meeting whose room lives (`prepare`), or, with `tx`, of one that is scheduled: its 24 h
                count from its start.
            name: visible and bounded already; pre-fills the join page.
            token: fresh.
            tx: in which the room is kept; None opens one.

        Raises:
            RoomNotLive, MeetingNotFound: it has ended in between.
            TooManyInvites: as many unused ones as a meeting may have.
        """
        meeting = None
        if tx is not None and not self._directory.is_live(meeting_id):
            meeting = await self.find_open(tx, meeting_id, lock_row=True)
        starts_at = meeting.scheduled_at if meeting is not None and meeting.status == "scheduled" else None
        valid_from = max(self._clock.now(), 0.0 if starts_at is None else starts_at.timestamp())
        command = AddInvite(secret_hash(token), name, valid_from + _INVITE_LIFETIME.total_seconds())
        # Whoever opens the room holds the row's lock meanwhile: it may live by now.
        if tx is not None and meeting is not None and not self._directory.is_live(meeting_id):
            await self._tell_kept(tx, meeting, command)
        else:
            await self._directory.call(meeting_id, command)
            await self.keeper.save(meeting_id, tx)
        query = {"invite": token} if name is None else {"invite": token, "name": name}
        return Invite(token, f"{join_url(meeting_id)}?{urlencode(query, quote_via=quote)}", name)

    async def _tell_kept(self, tx: Transaction, meeting: Meeting, command: AddInvite) -> None:
        """Give a command to the room of a meeting, whose row is locked, that does not live: to the one that is kept."""
        now = self._clock.now()
        saved = await session_store.open_room(tx, meeting.id, to_datetime(now))
        spec = room_spec(meeting, self._rules)
        state = None if saved.state is None else restore(spec, read_state(saved.state), saved.beat_at.timestamp(), now)
        room = Room(spec, state)
        room.handle(command, now)
        snapshot = room.handle(Snapshot(), now).reply
        await session_store.save_rooms(tx, {meeting.id: msgspec.msgpack.encode(snapshot)}, to_datetime(now))

    async def add_host_link(self, meeting_id: str, token: str, tx: Transaction | None = None) -> str:
        """Make a link of this token that lets one person in as host within 10 minutes; the token is in its fragment.

        Arguments as of `add_invite`.

        Raises:
            RoomNotLive: the meeting has ended in between.
            TooManyHostLinks: as many unused ones as a meeting may have.
        """
        expires_at = self._clock.now() + _HOST_LINK_LIFETIME.total_seconds()
        await self._directory.call(meeting_id, AddHostToken(secret_hash(token), expires_at))
        await self.keeper.save(meeting_id, tx)
        return f"{join_url(meeting_id)}#host={token}"

    async def replace_admin_token(self, meeting_id: str) -> str:
        """Return a new admin token; the old one and all host links die at once. Hosts that are in keep their role.

        Raises:
            MeetingNotFound: the meeting is over.
        """
        is_guest = self.guests.find(meeting_id) is not None
        admin_token = new_guest_admin_token() if is_guest else new_admin_token()
        token_hash = secret_hash(admin_token)
        async with self._turns.turn(meeting_id):
            if is_guest:
                self.guests.set_admin_token(meeting_id, token_hash)
            else:
                async with self._db.transaction() as tx:
                    if not await store.set_admin_token(tx, meeting_id, token_hash):
                        raise MeetingNotFound
            with contextlib.suppress(RoomNotLive):
                await self._directory.call(meeting_id, SetAdminToken(token_hash))
                await self.keeper.save(meeting_id)
        return admin_token

    async def end(self, meeting_id: str, reason: str) -> bool:
        """End or cancel a meeting; False if it was over already. See `meetings.ending`."""
        return await self._ending.end(meeting_id, reason)

    async def sweep(self) -> None:
        """Activate meetings whose time has come and end those that outlived their time without a room to say so.

        One without credit waits for it as long as a meeting may live, then it is cancelled.

        A room asks for its own end; a meeting that nobody opened, or whose room went with an earlier process, has
        nobody to ask. Meant to be called every few seconds; does at most 100 ends a call.
        """
        now = self._clock.now()
        async with self._db.transaction() as tx:
            await store.activate_due(tx, to_datetime(now))
            too_old = to_datetime(now - self._rules.max_age_s)
            await store.cancel_unpaid(tx, too_old, to_datetime(now))
            outlived = await store.list_activated_before(tx, too_old, _SWEEP_AT_ONCE)
        for meeting_id in outlived:
            if not self._directory.is_live(meeting_id):
                await self.end(meeting_id, "never_joined")
