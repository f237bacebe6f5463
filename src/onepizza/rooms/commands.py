"""Everything a room can be told, from a socket or from REST, and the values it answers with.

A command is a frozen, tagged Struct, so that it can be serialised and sent to the process that owns the room.
A participant's command names the connection it came over, never a participant: the room looks up whose seat that is.
A host's command carries `by`, the acting host's connection; None means that the caller has checked the admin token.
Values are parsed before they get here: names are cleaned, texts bounded, tokens of meetings and invites hashed.
"""

from __future__ import annotations

from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

MAX_SDP_LENGTH = 64 * 1024
MAX_CANDIDATE_LENGTH = 2 * 1024

Mid = Annotated[str, Meta(max_length=256)]


class RoomSettings(msgspec.Struct, frozen=True):
    """The settings of a meeting that its host may change while it runs (API §6)."""

    mute_on_join: bool = False
    video_off_on_join: bool = False
    max_participants: int = 50
    locked: bool = False
    waiting_room: bool = False


class RoomRules(msgspec.Struct, frozen=True):
    """How long things last in a room, in seconds; a guest meeting has shorter ones (CONTRACT 2)."""

    seat_hold_s: float = 15.0
    resume_window_s: float = 60.0
    empty_grace_s: float = 60.0
    never_joined_s: float = 86_400.0
    max_age_s: float = 86_400.0
    peak_min_s: float = 5.0
    ticket_s: float = 60.0
    deny_cooldown_s: float = 60.0
    max_wait_s: float = 1_800.0
    max_invites: int = 200
    max_waiting: int = 100
    max_waiting_per_address: int = 3


class RoomSpec(msgspec.Struct, frozen=True):
    """What a room is opened with; `created_at` is the epoch second from which its age counts."""

    meeting_id: str
    title: str
    owner_id: int | None
    is_guest: bool
    admin_token_hash: bytes
    settings: RoomSettings
    rules: RoomRules
    created_at: float


class ParticipantView(msgspec.Struct, frozen=True):
    """One seat as REST shows it."""

    participant_id: str
    name: str
    is_muted: bool
    is_video_off: bool
    is_screen_sharing: bool
    is_hand_raised: bool
    is_admin: bool
    joined_at_ms: int


class RoomView(msgspec.Struct, frozen=True):
    """The answer to `Describe`: participants in the order they joined, held seats included.

    `present_until` is now, or the last leave if nobody is there any more: what `ended_at` would be if it ended now.
    """

    title: str
    settings: RoomSettings
    participants: tuple[ParticipantView, ...]
    started_at: float | None
    peak_participants: int
    present_until: float = 0.0
    empty_s: float = 0.0
    is_recording: bool = False


class RoomSummary(msgspec.Struct, frozen=True):
    """The answer to `End`: what billing and history need.

    `ended_at` is now, or the last leave if nobody is there any more; `empty_s` is how long nobody was there in between.
    """

    title: str
    started_at: float | None
    ended_at: float
    peak_participants: int
    empty_s: float = 0.0


class Seated(msgspec.Struct, frozen=True):
    """The answer to a `Join` that let somebody in."""

    participant_id: str
    is_admin: bool
    is_resumed: bool


class Queued(msgspec.Struct, frozen=True):
    """The answer to a `Join` that took no seat: it waits for a host, or was told that nobody has to wait."""

    has_to_wait: bool


class SettingsView(msgspec.Struct, frozen=True):
    """The answer to `UpdateSettings`: all settings after the change."""

    title: str
    settings: RoomSettings


class SessionDescription(msgspec.Struct, frozen=True):
    """An `RTCSessionDescriptionInit`; the room passes it on and reads nothing in it."""

    type: Literal["offer", "answer", "pranswer"]
    sdp: Annotated[str, Meta(max_length=MAX_SDP_LENGTH)]


class IceCandidate(msgspec.Struct, frozen=True):
    """An `RTCIceCandidateInit`; an empty `candidate` marks the end of the candidates."""

    candidate: Annotated[str, Meta(max_length=MAX_CANDIDATE_LENGTH)]
    sdp_mid: Mid | UnsetType | None = msgspec.field(name="sdpMid", default=UNSET)
    sdp_m_line_index: Annotated[int, Meta(ge=0, le=65535)] | UnsetType | None = msgspec.field(
        name="sdpMLineIndex", default=UNSET
    )
    username_fragment: Mid | UnsetType | None = msgspec.field(name="usernameFragment", default=UNSET)


Reply = TypeVar("Reply")


class Command(msgspec.Struct, Generic[Reply], frozen=True, tag=True):
    """Base of all commands, typed by the answer they get; the tag is the class name."""


# The door and the way out


class Join(Command[Seated | Queued], frozen=True, kw_only=True):
    """Ask for a seat, or for the seat that `resume_token` belongs to. Answer: `Seated`, or `Queued`.

    `participant_id` and `new_resume_token` are fresh random values that a new seat gets; a resume uses neither.
    `waiter_id` is one as well, by which hosts know whoever has to wait.
    With `is_resume_only` nothing but a seat that is still taken or held is given; else NotJoined.
    With `only_waits` no seat is given: who has to wait is queued, everybody else is told to come in.
    `origins` are keys by which this person is known again after a kick or denials, never shown: the hashed address
    first, then the device. `ice_servers` is the ready JSON of `iceServers` in `joined`.
    """

    connection: str
    participant_id: str
    new_resume_token: str
    name: str = "Guest"
    wants_admin: bool = False
    admin_token_hash: bytes | None = None
    invite_token_hash: bytes | None = None
    resume_token: str | None = None
    waiter_id: str = ""
    is_resume_only: bool = False
    only_waits: bool = False
    is_muted: bool = False
    is_video_off: bool = False
    origins: tuple[str, ...] = ()
    ice_servers: msgspec.Raw = msgspec.Raw(b"[]")


class Leave(Command[None], frozen=True):
    """Give the seat up for good: others are told at once, and the resume token dies."""

    connection: str


class Disconnected(Command[None], frozen=True):
    """The connection is gone without a goodbye: the seat is held. Unknown connections are fine.

    `silent_s` is for how long it left a ping unanswered; the hold counts from then.
    """

    connection: str
    silent_s: float = 0.0


# Signalling: passed on to one other participant


class RelayOffer(Command[None], frozen=True):
    """Pass a WebRTC offer on to participant `to`."""

    connection: str
    to: str
    offer: SessionDescription


class RelayAnswer(Command[None], frozen=True):
    """Pass a WebRTC answer on to participant `to`."""

    connection: str
    to: str
    answer: SessionDescription


class RelayCandidate(Command[None], frozen=True):
    """Pass an ICE candidate on to participant `to`; None marks the end of the candidates."""

    connection: str
    to: str
    candidate: IceCandidate | None


# A participant's own state and words


class SetMuted(Command[None], frozen=True):
    """Say whether the own microphone is muted."""

    connection: str
    is_muted: bool


class SetVideoOff(Command[None], frozen=True):
    """Say whether the own camera is off."""

    connection: str
    is_video_off: bool


class SetScreenShare(Command[None], frozen=True):
    """Say whether the own screen is shared."""

    connection: str
    is_screen_sharing: bool


class SetHand(Command[None], frozen=True):
    """Raise or lower the own hand."""

    connection: str
    is_hand_raised: bool


class React(Command[None], frozen=True):
    """Send a floating reaction to everyone."""

    connection: str
    emoji: str


class Chat(Command[str], frozen=True):
    """Say `text` to everyone under a fresh `message_id`. Answer: that id."""

    connection: str
    message_id: str
    text: str


class ChatReact(Command[None], frozen=True):
    """React to a chat message of this room."""

    connection: str
    message_id: str
    emoji: str


class Caption(Command[None], frozen=True):
    """Publish a piece of what the participant is saying; `lang` is a BCP 47 tag or empty."""

    connection: str
    text: str
    is_final: bool
    lang: str


# Host controls


class StartRecording(Command[None], frozen=True):
    """Say that this host records, so that everybody knows (CONTRACT 1.19)."""

    connection: str


class StopRecording(Command[None], frozen=True):
    """Say that this host does not record any more."""

    connection: str


class CheckHost(Command[str], frozen=True):
    """Answer the host's participant id, or raise NotJoined or NotHost; for controls that need the database first."""

    by: str


class ForceMute(Command[None], frozen=True):
    """Mute one participant, whatever its client does (CONTRACT 1.18)."""

    participant_id: str
    by: str | None = None


class AskUnmute(Command[None], frozen=True):
    """Ask one participant to unmute; changes nothing."""

    participant_id: str
    by: str | None = None


class Kick(Command[None], frozen=True):
    """Remove one participant and know it again (CONTRACT 1.16)."""

    participant_id: str
    reason: str | None = None
    by: str | None = None


class MuteAll(Command[None], frozen=True):
    """Mute everyone but hosts."""

    by: str | None = None


class SetSpotlight(Command[None], frozen=True):
    """Show one participant large to everybody, or with None nobody any more."""

    participant_id: str | None
    by: str | None = None


class UpdateSettings(Command[SettingsView], frozen=True, kw_only=True):
    """Change what is not None. Answer: `SettingsView`."""

    title: str | None = None
    mute_on_join: bool | None = None
    video_off_on_join: bool | None = None
    max_participants: int | None = None
    locked: bool | None = None
    waiting_room: bool | None = None
    by: str | None = None


class AddInvite(Command[None], frozen=True):
    """Make an invite known until `expires_at` (epoch seconds); raises TooManyInvites."""

    token_hash: bytes
    name: str | None
    expires_at: float
    by: str | None = None


class SetAdminToken(Command[None], frozen=True):
    """Replace the admin token and drop every host token; hosts that are in keep their role."""

    token_hash: bytes


class AddHostToken(Command[None], frozen=True):
    """Let one join come as host with this token until `expires_at` (epoch seconds)."""

    token_hash: bytes
    expires_at: float


# The room as a whole


class Describe(Command[RoomView], frozen=True):
    """Answer a `RoomView`; changes nothing."""


class HasBegun(Command[bool], frozen=True):
    """Answer whether anybody ever took a seat; changes nothing."""


class Tick(Command[None], frozen=True):
    """Let time pass: holds end, departed seats are forgotten, the room may ask for its end."""


class End(Command[RoomSummary], frozen=True):
    """Tell everyone that the meeting is over and release them. Answer: `RoomSummary`."""

    reason: str
