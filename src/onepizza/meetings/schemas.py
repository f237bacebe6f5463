"""What the meeting endpoints take and answer, key by key as API §3 to §7 have it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar.params import PathParameter
from msgspec import UNSET, Meta, UnsetType, field

from onepizza.meetings.meeting import Invite
from onepizza.rooms.commands import ParticipantView, RoomSettings
from onepizza.rooms.waiting_commands import WaiterView

MeetingId = Annotated[str, Meta(description="As in the join link.", examples=["abc-defg-hij"])]
MeetingIdInPath = Annotated[str, PathParameter(description="As in the join link.")]
WaiterIdInPath = Annotated[str, PathParameter(description="`socketId` from the list of who waits.")]
ParticipantIdInPath = Annotated[str, PathParameter(description="From the list of participants.")]
Title = Annotated[str, Meta(description="1 to 200 visible characters.", max_length=2000, examples=["Team Standup"])]
MaxParticipants = Annotated[int, Meta(description="Most participants at once.", ge=1, le=500, examples=[50])]
MuteOnJoin = Annotated[bool, Meta(description="Mute new participants.")]
VideoOffOnJoin = Annotated[bool, Meta(description="Turn the camera of new participants off.")]
EpochMs = Annotated[int, Meta(description="Epoch milliseconds.", examples=[1710000000000])]
ScheduledAt = Annotated[str, Meta(description="UTC, with milliseconds.", examples=["2026-04-01T14:00:00.000Z"])]
AdminTokenOut = Annotated[str, Meta(description="Makes its holder a host. Shown once.", examples=["d4e5f6..."])]
JoinUrl = Annotated[str, Meta(examples=["/join/abc-defg-hij"])]
NextCursor = Annotated[str | None, Meta(description="For the next page; null on the last.")]


class CreateMeeting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/meetings`."""

    title: Title = "Untitled Meeting"
    scheduled_at: (
        Annotated[
            str,
            Meta(
                description="RFC 3339 with Z or an offset, 30 s to 365 days ahead; left out, the meeting is active.",
                max_length=64,
                examples=["2026-04-01T14:00:00Z"],
            ),
        ]
        | UnsetType
    ) = field(name="scheduledAt", default=UNSET)
    mute_on_join: MuteOnJoin = field(name="muteOnJoin", default=False)
    video_off_on_join: VideoOffOnJoin = field(name="videoOffOnJoin", default=False)
    max_participants: MaxParticipants = field(name="maxParticipants", default=50)


class CreateGuestMeeting(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/meetings/guest`."""

    title: Title = "Quick Meeting"


class ChangeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `PATCH /api/meetings/{meetingId}/settings`; what is left out stays as it is."""

    title: Title | UnsetType = UNSET
    mute_on_join: MuteOnJoin | UnsetType = field(name="muteOnJoin", default=UNSET)
    video_off_on_join: VideoOffOnJoin | UnsetType = field(name="videoOffOnJoin", default=UNSET)
    max_participants: MaxParticipants | UnsetType = field(name="maxParticipants", default=UNSET)
    locked: Annotated[bool, Meta(description="Let no new participant in.")] | UnsetType = UNSET
    waiting_room: Annotated[bool, Meta(description="Let new participants wait for a host.")] | UnsetType = field(
        name="waitingRoom", default=UNSET
    )


class CreateInvite(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST /api/meetings/{meetingId}/invite`."""

    name: (
        Annotated[str, Meta(description="Pre-fills the name on the join page.", max_length=640, examples=["Bob"])]
        | UnsetType
    ) = UNSET


class KickParticipant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Body of `POST …/kick`."""

    reason: (
        Annotated[str, Meta(description="Shown to the removed participant; at most 200 characters.", max_length=2000)]
        | UnsetType
    ) = UNSET


class Done(msgspec.Struct, frozen=True):
    """An answer that only says that it happened."""

    message: Annotated[str, Meta(examples=["Meeting ended"])]


class SettingsOut(msgspec.Struct, frozen=True):
    """The settings of a meeting."""

    mute_on_join: MuteOnJoin = field(name="muteOnJoin")
    video_off_on_join: VideoOffOnJoin = field(name="videoOffOnJoin")
    max_participants: MaxParticipants = field(name="maxParticipants")
    locked: bool
    waiting_room: bool = field(name="waitingRoom")


class MeetingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting just created; the only answer that shows its admin token."""

    meeting_id: MeetingId = field(name="meetingId")
    admin_token: AdminTokenOut = field(name="adminToken")
    join_url: JoinUrl = field(name="joinUrl")
    title: str
    scheduled_at: ScheduledAt | UnsetType = field(name="scheduledAt", default=UNSET)
    status: Literal["active", "scheduled"]
    settings: SettingsOut


class GuestMeetingOut(msgspec.Struct, frozen=True, kw_only=True):
    """A guest meeting just created; the only answer that shows its admin token."""

    meeting_id: Annotated[str, Meta(examples=["qwerty-abc"])] = field(name="meetingId")
    admin_token: Annotated[str, Meta(description="A UUID. Shown once.", examples=["uuid..."])] = field(
        name="adminToken"
    )
    join_url: JoinUrl = field(name="joinUrl")
    title: str


class MeetingListItem(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list; an active meeting has `createdAt`, a scheduled one `scheduledAt`."""

    meeting_id: MeetingId = field(name="meetingId")
    title: str
    status: Literal["active", "scheduled"]
    scheduled_at: ScheduledAt | UnsetType = field(name="scheduledAt", default=UNSET)
    participant_count: int = field(name="participantCount")
    created_at: EpochMs | UnsetType = field(name="createdAt", default=UNSET)


class MeetingList(msgspec.Struct, frozen=True):
    """Open meetings, newest first."""

    meetings: list[MeetingListItem]
    next_cursor: NextCursor = field(name="nextCursor")


class ScheduledMeeting(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the schedule."""

    meeting_id: MeetingId = field(name="meetingId")
    title: str
    scheduled_at: ScheduledAt = field(name="scheduledAt")
    status: Literal["scheduled"]
    created_at: EpochMs = field(name="createdAt")


class ScheduledList(msgspec.Struct, frozen=True):
    """Meetings that have not started, the next one first."""

    meetings: list[ScheduledMeeting]
    next_cursor: NextCursor = field(name="nextCursor")


class ParticipantOut(msgspec.Struct, frozen=True):
    """One participant; no address, no token, no socket."""

    participant_id: Annotated[str, Meta(examples=["a1b2c3"])] = field(name="participantId")
    name: str
    is_muted: bool = field(name="isMuted")
    is_video_off: bool = field(name="isVideoOff")
    is_screen_sharing: bool = field(name="isScreenSharing")
    is_hand_raised: bool = field(name="isHandRaised")
    is_admin: bool = field(name="isAdmin")
    joined_at: EpochMs = field(name="joinedAt")


class MeetingDetails(msgspec.Struct, frozen=True, kw_only=True):
    """One open meeting with who is in it."""

    meeting_id: MeetingId = field(name="meetingId")
    title: str
    status: Literal["active", "scheduled"]
    scheduled_at: ScheduledAt | UnsetType = field(name="scheduledAt", default=UNSET)
    created_at: EpochMs = field(name="createdAt")
    participant_count: int = field(name="participantCount")
    participants: list[ParticipantOut]
    settings: SettingsOut


class InviteOut(msgspec.Struct, frozen=True):
    """A one-use invite; the token is shown once."""

    join_url: Annotated[str, Meta(examples=["/join/abc-defg-hij?invite=x1y2z3&name=Bob"])] = field(name="joinUrl")
    invite_token: Annotated[str, Meta(examples=["x1y2z3"])] = field(name="inviteToken")


class WaiterOut(msgspec.Struct, frozen=True, kw_only=True):
    """One person in the waiting room."""

    socket_id: Annotated[str, Meta(description="A random id of this wait.")] = field(name="socketId")
    name: str
    waiting_since: EpochMs = field(name="waitingSince")
    was_removed: Annotated[bool, Meta(description="A host removed this person from this meeting before.")] = field(
        name="wasRemoved"
    )


class WaitingOut(msgspec.Struct, frozen=True):
    """Who waits, the first come first."""

    waiting: list[WaiterOut]


class Ok(msgspec.Struct, frozen=True):
    """It happened."""

    ok: Literal[True] = True


class AdmittedOut(msgspec.Struct, frozen=True):
    """How many were let in."""

    admitted: int
    ok: Literal[True] = True


class HostLinkOut(msgspec.Struct, frozen=True):
    """A link for one host, good for 10 minutes; shown once."""

    host_url: Annotated[str, Meta(examples=["/join/abc-defg-hij#host=x1y2z3"])] = field(name="hostUrl")


class NewAdminToken(msgspec.Struct, frozen=True):
    """The admin token from now on; shown once."""

    admin_token: AdminTokenOut = field(name="adminToken")


def settings_out(settings: RoomSettings) -> SettingsOut:
    """Return settings as REST shows them."""
    return SettingsOut(
        settings.mute_on_join,
        settings.video_off_on_join,
        settings.max_participants,
        settings.locked,
        settings.waiting_room,
    )


def participant_out(view: ParticipantView) -> ParticipantOut:
    """Return a participant as REST shows it."""
    return ParticipantOut(
        view.participant_id,
        view.name,
        view.is_muted,
        view.is_video_off,
        view.is_screen_sharing,
        view.is_hand_raised,
        view.is_admin,
        view.joined_at_ms,
    )


def waiting_out(waiters: tuple[WaiterView, ...]) -> WaitingOut:
    """Return the queue as REST shows it."""
    return WaitingOut(
        [
            WaiterOut(
                socket_id=waiter.waiter_id,
                name=waiter.name,
                waiting_since=waiter.waiting_since_ms,
                was_removed=waiter.was_removed,
            )
            for waiter in waiters
        ]
    )


def invite_out(invite: Invite) -> InviteOut:
    """Return an invite as REST shows it."""
    return InviteOut(invite.join_url, invite.token)
