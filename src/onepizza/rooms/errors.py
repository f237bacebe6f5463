"""What a room refuses, each with its status and stable code; leaves of the tree in `core.errors`."""

from __future__ import annotations

from onepizza.core.errors import Conflict, Forbidden, NotFound


class RoomNotLive(NotFound):
    """No room of that meeting lives here; a caller that knows the meeting exists opens it first."""

    code = "meeting_not_found"
    message = "Meeting not found"


class ParticipantNotFound(NotFound):
    """No such participant in this room, or the sender itself where somebody else is meant."""

    code = "participant_not_found"
    message = "Participant not found"


class ParticipantUnreachable(Conflict):
    """The participant's seat is held while its connection is away."""

    code = "participant_unreachable"
    message = "This participant is reconnecting"


class MessageNotFound(NotFound):
    """A reaction to a chat message that this room does not know or has forgotten."""

    code = "message_not_found"
    message = "Chat message not found"


class NotJoined(Conflict):
    """The connection holds no seat; nothing but the door works for it."""

    code = "not_joined"
    message = "Join the meeting first"


class AlreadyJoined(Conflict):
    """The connection holds a seat in this room already."""

    code = "already_joined"
    message = "You are already in this meeting"


class NotHost(Forbidden):
    """The acting participant is no host."""

    code = "not_host"
    message = "Only a host may do this"


class BadAdminToken(Forbidden):
    """Host rights were asked for with a wrong or missing token (CONTRACT 1.13)."""

    code = "bad_admin_token"
    message = "The admin token is not valid"


class EntryDenied(Forbidden):
    """A host denied this person a moment ago, or three times (CONTRACT 1.15).

    `retry_after_s` is whole seconds, None for the rest of the meeting.
    """

    code = "entry_denied"
    message = "The host declined your entry"

    def __init__(self, retry_after_s: int | None) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class WaiterNotFound(NotFound):
    """Nobody of that id waits in this room (any more)."""

    code = "waiter_not_found"
    message = "Nobody of that id is in the waiting room"


class WaitingRoomFull(Conflict):
    """As many wait as may, in all or from one address."""

    code = "waiting_room_full"
    message = "The waiting room is full"


class RoomLocked(Forbidden):
    """The meeting takes no new participants (CONTRACT 1.17)."""

    code = "room_locked"
    message = "This meeting is locked"


class BadInvite(Forbidden):
    """The invite was used, has expired, or belongs to another meeting (CONTRACT 1.14)."""

    code = "bad_invite"
    message = "This invite has been used or has expired"


class TooManyInvites(Conflict):
    """The meeting has as many unused invites as it may."""

    code = "too_many_invites"
    message = "This meeting has too many unused invites"


class TooManyHostLinks(Conflict):
    """The meeting has as many unused host links as it may."""

    code = "too_many_host_links"
    message = "This meeting has too many unused host links"


class RoomFull(Conflict):
    """Every seat is taken; one held for someone reconnecting, or kept for someone admitted, counts."""

    code = "room_full"
    message = "This meeting is full"
