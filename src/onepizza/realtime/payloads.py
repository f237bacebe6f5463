"""What clients may send (API §10, CONTRACT 3): one Struct per payload, strictly typed, unknown fields ignored.

Bounds here are the widest that settings allow; the configured ones (`settings.limits`) are checked by `parsing`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, field

from onepizza.rooms.commands import IceCandidate, SessionDescription

Id = Annotated[str, Meta(max_length=64)]
Token = Annotated[str, Meta(max_length=256)]
Line = Annotated[str, Meta(max_length=4_096)]
Emoji = Literal["👍", "❤️", "😂", "🎉", "👏"]


class JoinMeeting(msgspec.Struct, frozen=True):
    """Ask for a seat.

    Extensions: `resumeToken`, `inviteToken`, `clientId` (the device, known again after a kick), and `isMuted` and
    `isVideoOff`, with which the seat starts.
    """

    meeting_id: Id = field(name="meetingId")
    name: Line | None = None
    is_admin: bool = field(name="isAdmin", default=False)
    admin_token: Token | None = field(name="adminToken", default=None)
    resume_token: Token | None = field(name="resumeToken", default=None)
    invite_token: Token | None = field(name="inviteToken", default=None)
    client_id: Id | None = field(name="clientId", default=None)
    is_muted: bool = field(name="isMuted", default=False)
    is_video_off: bool = field(name="isVideoOff", default=False)


class WaitingJoin(msgspec.Struct, frozen=True):
    """Ask for a place in the waiting room. Extensions: `inviteToken`, with which nobody waits, and `clientId`."""

    meeting_id: Id = field(name="meetingId")
    name: Line | None = None
    invite_token: Token | None = field(name="inviteToken", default=None)
    client_id: Id | None = field(name="clientId", default=None)


class Waiter(msgspec.Struct, frozen=True):
    """One person in the waiting room of the host's own meeting."""

    meeting_id: Id = field(name="meetingId")
    socket_id: Id = field(name="socketId")


class WaitingMeeting(msgspec.Struct, frozen=True):
    """The waiting room of the host's own meeting."""

    meeting_id: Id = field(name="meetingId")


class RecordingStarted(msgspec.Struct, frozen=True):
    """A host records; `hostName` is taken from the roster instead (CONTRACT 1.19)."""

    host_name: Line | None = field(name="hostName", default=None)


class Offer(msgspec.Struct, frozen=True):
    """An offer for one participant."""

    to: Id
    offer: SessionDescription


class Answer(msgspec.Struct, frozen=True):
    """An answer for one participant."""

    to: Id
    answer: SessionDescription


class Candidate(msgspec.Struct, frozen=True):
    """A candidate for one participant; null or an empty one marks the end."""

    to: Id
    candidate: IceCandidate | None


class ToggleAudio(msgspec.Struct, frozen=True):
    """The own microphone."""

    is_muted: bool = field(name="isMuted")


class ToggleVideo(msgspec.Struct, frozen=True):
    """The own camera."""

    is_video_off: bool = field(name="isVideoOff")


class ScreenShare(msgspec.Struct, frozen=True):
    """The own screen."""

    is_screen_sharing: bool = field(name="isScreenSharing")


class RaiseHand(msgspec.Struct, frozen=True):
    """The own hand."""

    is_hand_raised: bool = field(name="isHandRaised")


class React(msgspec.Struct, frozen=True):
    """A floating reaction: one of the five of API §10."""

    emoji: Emoji


class ChatMessage(msgspec.Struct, frozen=True):
    """A chat line of 1 to 2000 code points."""

    text: str


class ChatReact(msgspec.Struct, frozen=True):
    """A reaction to a chat line."""

    message_id: Id = field(name="messageId")
    emoji: Emoji


class PublishCaption(msgspec.Struct, frozen=True):
    """A piece of the own speech; `lang` is a BCP 47 tag."""

    text: Annotated[str, Meta(min_length=1, max_length=1_000)]
    is_final: bool = field(name="isFinal", default=True)
    lang: Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z0-9-]*$")] = ""


class Nothing(msgspec.Struct, frozen=True):
    """An event without content."""


class Target(msgspec.Struct, frozen=True):
    """One participant, for a host's action."""

    participant_id: Id = field(name="participantId")


class KickTarget(msgspec.Struct, frozen=True):
    """One participant and what it is told; the reason has at most 200 characters."""

    participant_id: Id = field(name="participantId")
    reason: Line | None = None


class SpotlightTarget(msgspec.Struct, frozen=True):
    """Whom to show large to everybody; null for nobody."""

    participant_id: Id | None = field(name="participantId")


class HostSettings(msgspec.Struct, frozen=True):
    """The settings to change (API §6)."""

    title: Line | None = None
    mute_on_join: bool | None = field(name="muteOnJoin", default=None)
    video_off_on_join: bool | None = field(name="videoOffOnJoin", default=None)
    max_participants: int | None = field(name="maxParticipants", default=None)
    locked: bool | None = None
    waiting_room: bool | None = field(name="waitingRoom", default=None)


class HostInvite(msgspec.Struct, frozen=True):
    """Whom the invite is for."""

    name: Line | None = None


class ClientReport(msgspec.Struct, frozen=True):
    """What went wrong or was used in a browser (CONTRACT 1.21)."""

    type: Annotated[str, Meta(max_length=64, pattern=r"^(error|feature)\.[a-z0-9_]+$")]
    message: Annotated[str, Meta(max_length=1_000)] | None = None
    route: Annotated[str, Meta(max_length=200)] | None = None
