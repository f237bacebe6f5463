"""The HTTP edge of meetings: create, list, read, end (API §3 to §5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from litestar import Router, delete, get, post
from litestar.params import JSONBody
from litestar.types import ControllerRouterHandler
from msgspec import UNSET

from onepizza.accounts.session_auth import OwnerAuth
from onepizza.core.addresses import address_key
from onepizza.core.clock import Clock, format_milliseconds, to_datetime, to_epoch_ms
from onepizza.core.db import Database
from onepizza.core.http import StrictRequest
from onepizza.core.idempotency import HEADER, Idempotency, RememberedAnswers, check_key
from onepizza.core.ids import SecretForm, new_admin_token
from onepizza.core.limits import MovingWindow, Quota
from onepizza.core.openapi import OWNER, OWNER_AND_HOST, READER, Repeatable, refusals
from onepizza.core.paging import MAX_PAGE, Cursor, Limit, decode_cursor, encode_cursor
from onepizza.core.settings import Limits, Settings
from onepizza.core.text import bounded
from onepizza.meetings import history_routes, host_routes, overview_routes
from onepizza.meetings.access import MeetingAccess
from onepizza.meetings.errors import MeetingNotFound
from onepizza.meetings.guests import GuestMeeting
from onepizza.meetings.meeting import Meeting, NewMeeting, check_max_participants, join_url
from onepizza.meetings.schedule import parse_scheduled_at
from onepizza.meetings.schemas import (
    CreateGuestMeeting,
    CreateMeeting,
    Done,
    GuestMeetingOut,
    MeetingDetails,
    MeetingIdInPath,
    MeetingList,
    MeetingListItem,
    MeetingOut,
    ScheduledList,
    ScheduledMeeting,
    participant_out,
    settings_out,
)
from onepizza.meetings.service import MeetingService
from onepizza.rooms.commands import RoomSettings

GUEST_BUCKET = "guest-meetings"
MIN_ANONYMOUS_KEY = 16
"""Characters of an idempotency key that nobody else behind the same address may happen to send."""


def quotas(limits: Limits) -> dict[str, Quota]:
    """Return the quotas of this slice: guest meetings per address (API §16)."""
    return {GUEST_BUCKET: Quota(limits.guest_meetings_per_hour, 3600)}


class MeetingEdge:
    """The handlers' common ground: parses bodies into what the use cases take, and rows into what callers see."""

    def __init__(self, meetings: MeetingService, clock: Clock, settings: Settings) -> None:
        self.meetings = meetings
        self._clock = clock
        self._limits = settings.limits

    def title(self, text: str) -> str:
        """Return a visible title of bounded length; raises InvalidRequest."""
        return bounded(text, "title", self._limits.title_length)

    def new_meeting(self, data: CreateMeeting) -> NewMeeting:
        """Parse the body of a creation; raises InvalidRequest."""
        check_max_participants(data.max_participants, self._limits.max_participants)
        scheduled_at = None
        if isinstance(data.scheduled_at, str):
            scheduled_at = parse_scheduled_at(
                data.scheduled_at,
                to_datetime(self._clock.now()),
                timedelta(seconds=self._limits.schedule_ahead_min_seconds),
                timedelta(days=self._limits.schedule_ahead_max_days),
            )
        settings = RoomSettings(data.mute_on_join, data.video_off_on_join, data.max_participants)
        return NewMeeting(self.title(data.title), settings, scheduled_at)

    def created(self, new: NewMeeting, meeting_id: str, admin_token: str) -> MeetingOut:
        """Return the answer to a creation, the only one with the admin token."""
        scheduled_at = new.scheduled_at
        return MeetingOut(
            meeting_id=meeting_id,
            admin_token=admin_token,
            join_url=join_url(meeting_id),
            title=new.title,
            scheduled_at=UNSET if scheduled_at is None else format_milliseconds(scheduled_at),
            status="active" if scheduled_at is None else "scheduled",
            settings=settings_out(new.settings),
        )

    async def list_item(self, meeting: Meeting) -> MeetingListItem:
        """Return one line of the list."""
        view = await self.meetings.view(meeting.id)
        is_scheduled = meeting.status == "scheduled"
        return MeetingListItem(
            meeting_id=meeting.id,
            title=meeting.title,
            status="scheduled" if is_scheduled else "active",
            scheduled_at=_scheduled_at(meeting) if is_scheduled else UNSET,
            participant_count=len(view.participants) if view else 0,
            created_at=UNSET if is_scheduled else _created_at_ms(meeting),
        )

    async def details(self, meeting: Meeting | GuestMeeting) -> MeetingDetails:
        """Return one meeting with who is in it; raises MeetingNotFound for a guest meeting that just ended."""
        view = await self.meetings.view(meeting.id)
        participants = [participant_out(participant) for participant in view.participants] if view else []
        if isinstance(meeting, Meeting):
            title, settings, status = meeting.title, meeting.settings, meeting.status
            created_at = _created_at_ms(meeting)
        elif view is not None:
            title, settings, status = view.title, view.settings, "active"
            created_at = to_epoch_ms(meeting.created_at)
        else:
            raise MeetingNotFound
        is_scheduled = isinstance(meeting, Meeting) and status == "scheduled"
        return MeetingDetails(
            meeting_id=meeting.id,
            title=title,
            status="scheduled" if is_scheduled else "active",
            scheduled_at=_scheduled_at(meeting) if isinstance(meeting, Meeting) and is_scheduled else UNSET,
            created_at=created_at,
            participant_count=len(participants),
            participants=participants,
            settings=settings_out(settings),
        )


def _created_at_ms(meeting: Meeting) -> int:
    return to_epoch_ms(meeting.created_at.timestamp())


def _scheduled_at(meeting: Meeting) -> str:
    return format_milliseconds(meeting.scheduled_at or meeting.created_at)


def routes(
    db: Database,
    meetings: MeetingService,
    auth: OwnerAuth,
    *,
    limiter: MovingWindow,
    clock: Clock,
    settings: Settings,
) -> Router:
    """Return the routes of API §3 to §8."""
    edge = MeetingEdge(meetings, clock, settings)
    access = MeetingAccess(auth, meetings)
    idempotency, remembered = Idempotency(clock, settings.session_secret), RememberedAnswers(clock)
    handlers = [
        _creation(db, edge, auth, idempotency),
        _guest_creation(edge, limiter, remembered),
        *_lists(db, edge, auth),
        *_one_meeting(db, edge, access),
    ]
    return Router(
        "/api/meetings",
        route_handlers=[
            Router("/", route_handlers=handlers, tags=["meetings"]),
            history_routes.routes(db, meetings, auth, access, clock=clock, settings=settings),
            overview_routes.routes(db, meetings, access),
            host_routes.routes(db, meetings, access, settings, idempotency=idempotency, remembered=remembered),
        ],
    )


def _creation(db: Database, edge: MeetingEdge, auth: OwnerAuth, idempotency: Idempotency) -> ControllerRouterHandler:
    @post(
        "/",
        summary="Create a meeting",
        operation_id="createMeeting",
        operation_class=Repeatable,
        security=OWNER,
        responses=refusals(400, 401, 402, 403, 409, 413, 415, 422, 429),
    )
    async def create_meeting(request: StrictRequest, data: JSONBody[CreateMeeting | None] = None) -> MeetingOut:
        """Create a meeting that is active at once, or scheduled. The admin token is shown in this answer only."""
        body = data or CreateMeeting()
        async with db.transaction() as tx:
            principal = await auth.require(tx, request)

            async def create(new_secret: Callable[[SecretForm], str]) -> MeetingOut:
                new = edge.new_meeting(body)
                admin_token = new_secret(new_admin_token)
                meeting_id = await edge.meetings.create(tx, principal.user_id, new, admin_token)
                return edge.created(new, meeting_id, admin_token)

            return await idempotency.once(
                tx,
                request.header(HEADER),
                create,
                answer=MeetingOut,
                caller=f"user:{principal.user_id}",
                operation="createMeeting",
                body=body,
            )

    return create_meeting


def _guest_creation(edge: MeetingEdge, limiter: MovingWindow, remembered: RememberedAnswers) -> ControllerRouterHandler:
    @post(
        "/guest",
        summary="Create a guest meeting",
        operation_id="createGuestMeeting",
        operation_class=Repeatable,
        responses=refusals(400, 413, 415, 422, 429),
    )
    async def create_guest_meeting(
        request: StrictRequest, data: JSONBody[CreateGuestMeeting | None] = None
    ) -> GuestMeetingOut:
        """Create a meeting without an account: in memory only, not billed, 5 an hour per address.

        An `Idempotency-Key` must have at least 16 characters here: whoever sends it from the same address gets the
        answer again, admin token and all.
        """
        body = data or CreateGuestMeeting()
        address = address_key(request.client_address)
        key = request.header(HEADER)
        if key is not None:
            check_key(key, MIN_ANONYMOUS_KEY)
        title = edge.title(body.title)

        def earlier() -> GuestMeetingOut | None:
            return remembered.find(
                key, caller=address, operation="createGuestMeeting", body=body, answer=GuestMeetingOut
            )

        if (found := earlier()) is not None:
            return found
        edge.meetings.guests.check_room_for_one()
        request.show_rate_limit(await limiter.hit(GUEST_BUCKET, address))
        if (found := earlier()) is not None:
            return found  # of another request that came at the same time
        meeting_id, admin_token = edge.meetings.guests.create(title)
        answer = GuestMeetingOut(
            meeting_id=meeting_id, admin_token=admin_token, join_url=join_url(meeting_id), title=title
        )
        remembered.remember(key, answer, caller=address, operation="createGuestMeeting", body=body)
        return answer

    return create_guest_meeting


def _lists(db: Database, edge: MeetingEdge, auth: OwnerAuth) -> list[ControllerRouterHandler]:
    @get(
        "/",
        summary="List open meetings",
        operation_id="listMeetings",
        security=OWNER,
        responses=refusals(400, 401, 429),
    )
    async def list_meetings(request: StrictRequest, limit: Limit = MAX_PAGE, cursor: Cursor = None) -> MeetingList:
        """List the account's active and scheduled meetings, newest first."""
        async with db.transaction() as tx:
            principal = await auth.require(tx, request)
            after = None if cursor is None else decode_cursor(cursor)
            found = await edge.meetings.list_open(tx, principal.user_id, limit + 1, after)
        last = found[limit - 1] if len(found) > limit else None
        return MeetingList(
            [await edge.list_item(meeting) for meeting in found[:limit]],
            None if last is None else encode_cursor(last.created_at, last.id),
        )

    @get(
        "/scheduled/list",
        summary="List scheduled meetings",
        operation_id="listScheduledMeetings",
        security=OWNER,
        responses=refusals(400, 401, 429),
    )
    async def list_scheduled(request: StrictRequest, limit: Limit = MAX_PAGE, cursor: Cursor = None) -> ScheduledList:
        """List the account's meetings that have not started, the next one first."""
        async with db.transaction() as tx:
            principal = await auth.require(tx, request)
            after = None if cursor is None else decode_cursor(cursor)
            found = await edge.meetings.list_scheduled(tx, principal.user_id, limit + 1, after)
        last = found[limit - 1] if len(found) > limit else None
        return ScheduledList(
            [
                ScheduledMeeting(
                    meeting_id=meeting.id,
                    title=meeting.title,
                    scheduled_at=_scheduled_at(meeting),
                    status="scheduled",
                    created_at=_created_at_ms(meeting),
                )
                for meeting in found[:limit]
            ],
            None if last is None else encode_cursor(last.scheduled_at or last.created_at, last.id),
        )

    return [list_meetings, list_scheduled]


def _one_meeting(db: Database, edge: MeetingEdge, access: MeetingAccess) -> list[ControllerRouterHandler]:
    @get(
        "/{meeting_id:str}",
        summary="Read a meeting",
        operation_id="getMeeting",
        security=READER,
        responses=refusals(401, 403, 404, 429),
    )
    async def get_meeting(request: StrictRequest, meeting_id: MeetingIdInPath) -> MeetingDetails:
        """Read an open meeting of the account and who is in it; a guest meeting by its admin token."""
        async with db.transaction() as tx:
            meeting = await access.owned(tx, request, meeting_id)
        return await edge.details(meeting)

    @delete(
        "/{meeting_id:str}",
        summary="End a meeting",
        operation_id="endMeeting",
        status_code=200,
        security=OWNER_AND_HOST,
        responses=refusals(401, 403, 404, 429),
    )
    async def end_meeting(request: StrictRequest, meeting_id: MeetingIdInPath) -> Done:
        """End a meeting and disconnect everybody, or cancel a scheduled one. The second time it is 404."""
        async with db.transaction() as tx:
            meeting = await access.hosted(tx, request, meeting_id, needs_key=True)
        if not await edge.meetings.end(meeting_id, "host"):
            raise MeetingNotFound
        is_scheduled = isinstance(meeting, Meeting) and meeting.status == "scheduled"
        return Done("Meeting cancelled" if is_scheduled else "Meeting ended")

    return [get_meeting, end_meeting]
