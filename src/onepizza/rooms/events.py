"""What clients of a room receive (API §10): one Struct per event, keys written out as documented.

The sender receives the same broadcast as the others, except that `participant:joined` goes to the others alone.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec
from msgspec import UNSET, UnsetType, field

from onepizza.rooms.commands import IceCandidate, RoomSettings, SessionDescription


class Event(msgspec.Struct, frozen=True):
    """Base of all outgoing payloads; `event` is the name it travels under."""

    event: ClassVar[str]


class Participant(msgspec.Struct, frozen=True):
    """One entry of `participants[]`: exactly these fields, never a token, socket id or address (CONTRACT 3)."""

    participant_id: str = field(name="participantId")
    name: str
    is_muted: bool = field(name="isMuted")
    is_video_off: bool = field(name="isVideoOff")
    is_screen_sharing: bool = field(name="isScreenSharing")
    is_hand_raised: bool = field(name="isHandRaised")
    is_admin: bool = field(name="isAdmin")
    joined_at: int = field(name="joinedAt")


class Settings(msgspec.Struct, frozen=True):
    """`settings` as the API shows them."""

    mute_on_join: bool = field(name="muteOnJoin")
    video_off_on_join: bool = field(name="videoOffOnJoin")
    max_participants: int = field(name="maxParticipants")
    locked: bool
    waiting_room: bool = field(name="waitingRoom")

    @classmethod
    def of(cls, settings: RoomSettings) -> Settings:
        """Return the room's settings under their documented names."""
        return cls(
            settings.mute_on_join,
            settings.video_off_on_join,
            settings.max_participants,
            settings.locked,
            settings.waiting_room,
        )


class Joined(Event, frozen=True):
    """You are in; `participants` are the others.

    Extensions: `resumeToken`, `iceServers`, `self` (the own seat, which a resume restores), `isResumed`, `isRecording`,
    `spotlight` (whom a host shows large, by participant id).
    """

    event: ClassVar[str] = "joined"

    participant_id: str = field(name="participantId")
    participants: tuple[Participant, ...]
    settings: Settings
    title: str
    is_admin: bool = field(name="isAdmin")
    resume_token: str = field(name="resumeToken")
    is_resumed: bool = field(name="isResumed")
    own: Participant = field(name="self")
    ice_servers: msgspec.Raw = field(name="iceServers")
    is_recording: bool = field(name="isRecording", default=False)
    spotlight: str | None = None


class ParticipantJoinedEvent(Event, frozen=True):
    """Somebody took a seat; the last three fields are additions to the documented ones."""

    event: ClassVar[str] = "participant:joined"

    participant_id: str = field(name="participantId")
    name: str
    is_muted: bool = field(name="isMuted")
    is_video_off: bool = field(name="isVideoOff")
    is_admin: bool = field(name="isAdmin")
    is_screen_sharing: bool = field(name="isScreenSharing")
    is_hand_raised: bool = field(name="isHandRaised")
    joined_at: int = field(name="joinedAt")


class ParticipantLeftEvent(Event, frozen=True):
    """A seat is free: left, removed, or not back in time. Exactly one for each `participant:joined`."""

    event: ClassVar[str] = "participant:left"

    participant_id: str = field(name="participantId")
    name: str


class ParticipantUpdated(Event, frozen=True):
    """Some state of a participant changed; only what changed is there.

    Extensions: `isReconnecting` (the seat is held), `isMutedByHost` (the mute was forced), `isAdmin` (became host).
    """

    event: ClassVar[str] = "participant:updated"

    participant_id: str = field(name="participantId")
    is_muted: bool | UnsetType = field(name="isMuted", default=UNSET)
    is_video_off: bool | UnsetType = field(name="isVideoOff", default=UNSET)
    is_screen_sharing: bool | UnsetType = field(name="isScreenSharing", default=UNSET)
    is_hand_raised: bool | UnsetType = field(name="isHandRaised", default=UNSET)
    is_reconnecting: bool | UnsetType = field(name="isReconnecting", default=UNSET)
    is_muted_by_host: bool | UnsetType = field(name="isMutedByHost", default=UNSET)
    is_admin: bool | UnsetType = field(name="isAdmin", default=UNSET)


class SignalOffer(Event, frozen=True):
    """A WebRTC offer from another participant."""

    event: ClassVar[str] = "signal:offer"

    sender: str = field(name="from")
    offer: SessionDescription


class SignalAnswer(Event, frozen=True):
    """A WebRTC answer from another participant."""

    event: ClassVar[str] = "signal:answer"

    sender: str = field(name="from")
    answer: SessionDescription


class SignalCandidate(Event, frozen=True):
    """An ICE candidate from another participant; null or empty marks the end."""

    event: ClassVar[str] = "signal:ice-candidate"

    sender: str = field(name="from")
    candidate: IceCandidate | None


class AdminMute(Event, frozen=True):
    """A host muted you: stop sending sound."""

    event: ClassVar[str] = "admin:mute"


class AdminUnmute(Event, frozen=True):
    """A host asks you to unmute; only a click of yours opens the microphone."""

    event: ClassVar[str] = "admin:unmute"


class AdminKick(Event, frozen=True):
    """You were removed; the server closes the connection after this."""

    event: ClassVar[str] = "admin:kick"

    reason: str


class MeetingEndedEvent(Event, frozen=True):
    """The meeting is over; the server closes the connection after this."""

    event: ClassVar[str] = "meeting:ended"

    reason: str


class AllMuted(Event, frozen=True):
    """Everyone but hosts is muted now; no `participant:updated` follows."""

    event: ClassVar[str] = "meeting:all-muted"


class SettingsUpdated(Event, frozen=True):
    """All settings after a change; `title` is an extension (CONTRACT 1.22)."""

    event: ClassVar[str] = "meeting:settings-updated"

    mute_on_join: bool = field(name="muteOnJoin")
    video_off_on_join: bool = field(name="videoOffOnJoin")
    max_participants: int = field(name="maxParticipants")
    locked: bool
    waiting_room: bool = field(name="waitingRoom")
    title: str


class ChatMessage(Event, frozen=True):
    """A chat line; `timestamp` is epoch milliseconds, `messageId` an extension (CONTRACT 1.20)."""

    event: ClassVar[str] = "chat:message"

    sender: str = field(name="from")
    name: str
    text: str
    timestamp: int
    message_id: str = field(name="messageId")


class ChatReaction(Event, frozen=True):
    """A reaction to a chat line (extension, CONTRACT 1.20)."""

    event: ClassVar[str] = "chat:reaction"

    message_id: str = field(name="messageId")
    participant_id: str = field(name="participantId")
    emoji: str


class Reaction(Event, frozen=True):
    """A floating reaction."""

    event: ClassVar[str] = "react"

    participant_id: str = field(name="participantId")
    emoji: str


class CaptionEvent(Event, frozen=True):
    """A piece of somebody's speech (extension, CONTRACT 1.20)."""

    event: ClassVar[str] = "caption"

    participant_id: str = field(name="participantId")
    name: str
    text: str
    is_final: bool = field(name="isFinal")
    lang: str


class RecordingStarted(Event, frozen=True):
    """A host records: show the consent notice; the name is the roster's (CONTRACT 1.19)."""

    event: ClassVar[str] = "recording:started"

    host_name: str = field(name="hostName")


class RecordingStopped(Event, frozen=True):
    """Nobody records any more (extension)."""

    event: ClassVar[str] = "recording:stopped"


class Spotlight(Event, frozen=True):
    """A host shows this participant large to everybody; None when nobody any more (extension)."""

    event: ClassVar[str] = "meeting:spotlight"

    participant_id: str | None = field(name="participantId")


class WaitingNotice(Event, frozen=True):
    """You are in the waiting room; nothing of the meeting is in this or any other event to you."""

    event: ClassVar[str] = "waiting-room:waiting"

    message: str


class WaitingAdmitted(Event, frozen=True):
    """Proceed to `join-meeting`, over this socket and under this name."""

    event: ClassVar[str] = "waiting-room:admitted"


class WaitingDenied(Event, frozen=True):
    """You are out of the waiting room.

    Extension: `retryAfter`, whole seconds until this person may ask again; without it not in this meeting.
    """

    event: ClassVar[str] = "waiting-room:denied"

    message: str
    retry_after: int | UnsetType = field(name="retryAfter", default=UNSET)


class ParticipantWaiting(Event, frozen=True):
    """To hosts: somebody waits, or (`removed`) waits no longer; `count` is how many wait now.

    `socketId` is a random id of the waiting room, no socket's. Extensions: `waitingSince` (epoch milliseconds) and
    `wasRemoved`, for a person that a host removed from this meeting before.
    """

    event: ClassVar[str] = "waiting-room:participant-waiting"

    socket_id: str = field(name="socketId")
    name: str
    count: int
    removed: bool | UnsetType = UNSET
    was_removed: bool | UnsetType = field(name="wasRemoved", default=UNSET)
    waiting_since: int | UnsetType = field(name="waitingSince", default=UNSET)


class ErrorEvent(Event, frozen=True):
    """Something was refused; `code` is stable, `message` is for people and never echoes input (CONTRACT 3)."""

    event: ClassVar[str] = "error"

    message: str
    code: str
    scheduled_at: str | UnsetType = field(name="scheduledAt", default=UNSET)
    retry_after: int | UnsetType = field(name="retryAfter", default=UNSET)


EVENTS: tuple[type[Event], ...] = (
    Joined,
    ParticipantJoinedEvent,
    ParticipantLeftEvent,
    ParticipantUpdated,
    SignalOffer,
    SignalAnswer,
    SignalCandidate,
    AdminMute,
    AdminUnmute,
    AdminKick,
    MeetingEndedEvent,
    AllMuted,
    SettingsUpdated,
    ChatMessage,
    ChatReaction,
    Reaction,
    CaptionEvent,
    RecordingStarted,
    RecordingStopped,
    Spotlight,
    WaitingNotice,
    WaitingAdmitted,
    WaitingDenied,
    ParticipantWaiting,
    ErrorEvent,
)
