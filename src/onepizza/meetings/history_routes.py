"""The HTTP edge of what a meeting leaves behind: history, attendance, the calendar file (API §8, CONTRACT 4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

from litestar import Response, Router, get
from litestar.openapi.spec import OpenAPIMediaType, OpenAPIResponse, OpenAPIType, Operation, Schema
from litestar.params import QueryParameter
from litestar.types import ControllerRouterHandler

from onepizza.accounts.session_auth import OwnerAuth
from onepizza.core.clock import Clock, to_datetime
from onepizza.core.db import Database
from onepizza.core.http import JsonAnswer, StrictRequest
from onepizza.core.openapi import OWNER, refusals
from onepizza.core.paging import MAX_PAGE, Cursor, Limit, decode_cursor, decode_numbered_cursor, encode_cursor
from onepizza.core.settings import Settings
from onepizza.meetings import session_store
from onepizza.meetings.access import MeetingAccess
from onepizza.meetings.attendance import attendance_csv
from onepizza.meetings.calendar import calendar_file
from onepizza.meetings.history_schemas import AttendanceOut, History, attendee_out, past_meeting
from onepizza.meetings.schemas import MeetingIdInPath
from onepizza.meetings.service import MeetingService

_CSV_ROWS = 100_000

Format = Annotated[Literal["json", "csv"], QueryParameter(description="`csv` is the whole list as a file.")]


@dataclass
class _JsonOrCsv(Operation):
    """The description of an answer in one of two forms, which a return type cannot say."""

    def __post_init__(self) -> None:
        answer = (self.responses or {}).get("200")
        if isinstance(answer, OpenAPIResponse) and answer.content is not None:
            answer.content["text/csv"] = OpenAPIMediaType(schema=Schema(type=OpenAPIType.STRING))


def routes(
    db: Database,
    meetings: MeetingService,
    auth: OwnerAuth,
    access: MeetingAccess,
    *,
    clock: Clock,
    settings: Settings,
) -> Router:
    """Return the routes of API §8 and of its extensions."""
    handlers = [
        _history(db, auth),
        _attendance(db, meetings, access, clock),
        _calendar(db, access, clock, settings.app_url),
    ]
    return Router("/", route_handlers=handlers, tags=["meetings"])


def _history(db: Database, auth: OwnerAuth) -> ControllerRouterHandler:
    @get(
        "/history",
        summary="List past meetings",
        operation_id="listPastMeetings",
        security=OWNER,
        responses=refusals(400, 401, 429),
    )
    async def list_history(request: StrictRequest, limit: Limit = MAX_PAGE, cursor: Cursor = None) -> History:
        """List meetings that are over and what they cost, newest first: one's own, and those of one's company."""
        async with db.transaction() as tx:
            principal = await auth.require(tx, request)
            after = None if cursor is None else decode_numbered_cursor(cursor)
            found = await session_store.list_history(tx, principal.user_id, limit + 1, after)
        last = found[limit - 1] if len(found) > limit else None
        return History(
            [past_meeting(entry) for entry in found[:limit]],
            None if last is None else encode_cursor(last.ended_at, str(last.id)),
        )

    return list_history


def _attendance(db: Database, meetings: MeetingService, access: MeetingAccess, clock: Clock) -> ControllerRouterHandler:
    @get(
        "/{meeting_id:str}/attendance",
        summary="Who was there",
        operation_id="getAttendance",
        operation_class=_JsonOrCsv,
        security=OWNER,
        responses=refusals(400, 401, 404, 429),
    )
    async def get_attendance(
        request: StrictRequest,
        meeting_id: MeetingIdInPath,
        limit: Limit = MAX_PAGE,
        cursor: Cursor = None,
        format: Format = "json",
    ) -> Response[AttendanceOut]:
        """List who was in a meeting of the account from when to when, also after its end."""
        is_file = format == "csv"
        after = None if cursor is None or is_file else decode_cursor(cursor)
        async with db.transaction() as tx:
            await access.recorded(tx, request, meeting_id)
        await meetings.keeper.save(meeting_id)
        async with db.transaction() as tx:
            most = _CSV_ROWS if is_file else limit + 1
            found = await session_store.list_attendance(tx, meeting_id, most, after)
        now = to_datetime(clock.now())
        if is_file:
            return cast("Any", _file(attendance_csv(found, now), "text/csv", f"attendance-{meeting_id}.csv"))
        last = found[limit - 1] if len(found) > limit else None
        page = AttendanceOut(
            [attendee_out(attendee, now) for attendee in found[:limit]],
            None if last is None else encode_cursor(last.joined_at, last.participant_id),
        )
        return JsonAnswer(page)

    return get_attendance


def _calendar(db: Database, access: MeetingAccess, clock: Clock, app_url: str) -> ControllerRouterHandler:
    @get(
        "/{meeting_id:str}/calendar.ics",
        summary="Calendar file",
        operation_id="getCalendarFile",
        security=OWNER,
        media_type="text/calendar",
        responses=refusals(401, 404, 429),
    )
    async def get_calendar(request: StrictRequest, meeting_id: MeetingIdInPath) -> Response[str]:
        """Return a meeting of the account for a calendar; importing it again after a change replaces the entry."""
        async with db.transaction() as tx:
            meeting = await access.recorded(tx, request, meeting_id)
        text = calendar_file(meeting, app_url, to_datetime(clock.now())).decode()
        return _file(text, "text/calendar", f"{meeting_id}.ics")

    return get_calendar


def _file(text: str, media_type: str, name: str) -> Response[str]:
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type=media_type, headers=disposition)
