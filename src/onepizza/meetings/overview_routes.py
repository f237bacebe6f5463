"""The HTTP edge of a meeting's own page in the dashboard (an extension; `docs/architecture.md`)."""

from __future__ import annotations

from litestar import Router, get

from onepizza.core.db import Database
from onepizza.core.http import StrictRequest
from onepizza.core.openapi import SIGNED_IN, refusals
from onepizza.meetings.access import MeetingAccess
from onepizza.meetings.overview import MeetingOverview, Overviews
from onepizza.meetings.schemas import MeetingIdInPath
from onepizza.meetings.service import MeetingService


def routes(db: Database, meetings: MeetingService, access: MeetingAccess) -> Router:
    """Return the one route of this page."""
    overviews = Overviews(meetings)

    @get(
        "/{meeting_id:str}/overview",
        summary="A meeting's page",
        operation_id="getMeetingOverview",
        security=SIGNED_IN,
        responses=refusals(401, 404, 429),
    )
    async def get_overview(request: StrictRequest, meeting_id: MeetingIdInPath) -> MeetingOverview:
        """Read a meeting of the account in whatever state, as the dashboard shows it.

        Made to be asked every few seconds: it counts apart from other calls. Members of the company that paid for a
        meeting see it once it is over.
        """
        async with db.transaction() as tx:
            meeting, viewer_id = await access.watched(tx, request, meeting_id)
            return await overviews.of(tx, meeting, viewer_id)

    return Router("/", route_handlers=[get_overview], tags=["meetings"])
