"""What the meetings slice refuses; leaves of the tree in `core.errors`."""

from __future__ import annotations

from datetime import datetime

from onepizza.core.clock import format_milliseconds
from onepizza.core.errors import Conflict, Forbidden, NotFound, ServiceUnavailable


class MeetingNotFound(NotFound):
    """No such meeting, not the caller's, or over; the three are never told apart over REST (CONTRACT 1.10)."""

    code = "meeting_not_found"
    message = "Meeting not found"


class MeetingHasEnded(NotFound):
    """The meeting is over or was cancelled."""

    code = "meeting_ended"
    message = "This meeting has ended"


class MeetingNotStarted(Conflict):
    """The meeting's time has not come (API §5: the refusal names it)."""

    code = "meeting_scheduled"
    message = "This meeting has not started yet"

    def __init__(self, scheduled_at: datetime) -> None:
        super().__init__(f"This meeting is scheduled for {format_milliseconds(scheduled_at)}")
        self.scheduled_at = scheduled_at


class BadAdminToken(Forbidden):
    """No admin token was sent, or not this meeting's."""

    code = "bad_admin_token"
    message = "Missing or invalid admin token"


class TooManyMeetings(Conflict):
    """The payer has as many active or scheduled meetings as an account may (CONTRACT 2)."""

    code = "too_many_meetings"
    message = "You have too many open meetings, please end some first"


class TooManyGuestMeetings(ServiceUnavailable):
    """All guest meetings that this server holds at once are taken."""

    code = "guest_meetings_full"
    message = "There are too many guest meetings right now, please try again later"
