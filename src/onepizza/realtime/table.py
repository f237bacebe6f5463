"""Every event that a client may send: one row each. `docs/protocol.md` and the AsyncAPI document follow this table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from onepizza.realtime import acks, payloads
from onepizza.realtime.buckets import Kind
from onepizza.realtime.parsing import Builders
from onepizza.rooms.commands import Command

Build = Callable[[Builders, str, Any], Command[Any]]
Special = Literal["join", "wait", "admit", "deny", "admit_all", "settings", "invite", "end", "report"]


class Row(msgspec.Struct, frozen=True):
    """One event.

    `build` turns the payload into the command that the sender's room is told. Events that need more than their room
    (the database, or no room at all) have the name of their use case in `special` instead.
    `answers` names the field of the acknowledgement that carries the room's reply; `acks` are the forms it may have.
    """

    event: str
    payload: type[msgspec.Struct]
    kind: Kind
    build: Build | None = None
    special: Special | None = None
    answers: str | None = None
    acks: tuple[type[msgspec.Struct], ...] = (acks.Done,)


TABLE: tuple[Row, ...] = (
    Row("join-meeting", payloads.JoinMeeting, Kind.DOOR, special="join", acks=(acks.Seated, acks.Queued)),
    Row("leave-meeting", payloads.Nothing, Kind.TOGGLE, Builders.leave),
    Row("signal:offer", payloads.Offer, Kind.SIGNAL, Builders.offer),
    Row("signal:answer", payloads.Answer, Kind.SIGNAL, Builders.answer),
    Row("signal:ice-candidate", payloads.Candidate, Kind.SIGNAL, Builders.candidate),
    Row("media:toggle-audio", payloads.ToggleAudio, Kind.TOGGLE, Builders.toggle_audio),
    Row("media:toggle-video", payloads.ToggleVideo, Kind.TOGGLE, Builders.toggle_video),
    Row("media:screen-share", payloads.ScreenShare, Kind.TOGGLE, Builders.screen_share),
    Row("raise-hand", payloads.RaiseHand, Kind.TOGGLE, Builders.raise_hand),
    Row("react", payloads.React, Kind.REACT, Builders.react),
    Row("chat:message", payloads.ChatMessage, Kind.CHAT, Builders.chat, answers="messageId", acks=(acks.ChatSent,)),
    Row("chat:react", payloads.ChatReact, Kind.REACT, Builders.chat_react),
    Row("caption:publish", payloads.PublishCaption, Kind.CAPTION, Builders.caption),
    Row("recording:broadcast-started", payloads.RecordingStarted, Kind.TOGGLE, Builders.start_recording),
    Row("recording:broadcast-stopped", payloads.Nothing, Kind.TOGGLE, Builders.stop_recording),
    Row("waiting-room:join", payloads.WaitingJoin, Kind.DOOR, special="wait", acks=(acks.Queued,)),
    Row("waiting-room:admit", payloads.Waiter, Kind.HOST, special="admit"),
    Row("waiting-room:admit-all", payloads.WaitingMeeting, Kind.HOST, special="admit_all", acks=(acks.Admitted,)),
    Row("waiting-room:deny", payloads.Waiter, Kind.HOST, special="deny"),
    Row("host:mute", payloads.Target, Kind.HOST, Builders.force_mute),
    Row("host:unmute", payloads.Target, Kind.HOST, Builders.ask_unmute),
    Row("host:kick", payloads.KickTarget, Kind.HOST, Builders.kick),
    Row("host:mute-all", payloads.Nothing, Kind.HOST, Builders.mute_all),
    Row("host:spotlight", payloads.SpotlightTarget, Kind.HOST, Builders.spotlight),
    Row("host:settings", payloads.HostSettings, Kind.HOST, special="settings"),
    Row("host:invite", payloads.HostInvite, Kind.HOST, special="invite", acks=(acks.Invited,)),
    Row("host:end", payloads.Nothing, Kind.HOST, special="end"),
    Row("client:report", payloads.ClientReport, Kind.REPORT, special="report"),
)

WORKS_BEFORE_JOINING = frozenset({"join-meeting", "waiting-room:join", "client:report"})
BY_EVENT = {row.event: row for row in TABLE}
