"""The last step of parsing: texts made visible and bounded as the settings say, payloads turned into commands.

Everything that is passed on is built anew here from known fields (CONTRACT 5).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from onepizza.core.errors import ErrorDetail, InvalidRequest
from onepizza.core.ids import new_participant_id
from onepizza.core.settings import Limits
from onepizza.core.text import bounded, is_blank, visible
from onepizza.meetings.meeting import SettingsChange
from onepizza.realtime import payloads
from onepizza.rooms import commands

DEFAULT_NAME = "Guest"


def too_long(field: str, limit: int) -> InvalidRequest:
    """Return the refusal of a field over its limit."""
    return InvalidRequest(f"{field} is too long", (ErrorDetail(field, f"must have at most {limit} characters"),))


def participant_name(name: str | None, limits: Limits) -> str:
    """Return the name as others will see it; nothing visible becomes "Guest".

    Raises:
        InvalidRequest: over 64 visible characters.
    """
    shown = visible(name) if name else ""
    if len(shown) > limits.name_length:
        raise too_long("name", limits.name_length)
    return shown or DEFAULT_NAME


def message_ids() -> Callable[[], str]:
    """Return a source of ids that differ from those of every other process; unlike secrets they may be guessed.

    A counter, because a random id for each line was a tenth of the cost of a chat line.
    """
    prefix = new_participant_id()[:12] + "-"
    count = itertools.count(1)
    return lambda: prefix + str(next(count))


class Builders:
    """Turns payloads into commands; one method for each event that goes straight to the room."""

    def __init__(self, limits: Limits, new_message_id: Callable[[], str] | None = None) -> None:
        self._limits = limits
        self._new_message_id = new_message_id or message_ids()

    def _check_sdp(self, field: str, description: commands.SessionDescription) -> None:
        if len(description.sdp) > self._limits.sdp_bytes:
            raise too_long(field, self._limits.sdp_bytes)

    def offer(self, connection: str, payload: payloads.Offer) -> commands.RelayOffer:
        """An offer has to be one: a peer that gets anything else under this event would lose its own state."""
        if payload.offer.type != "offer":
            raise InvalidRequest("offer is not an offer", (ErrorDetail("offer.type", "must be 'offer'"),))
        self._check_sdp("offer.sdp", payload.offer)
        return commands.RelayOffer(connection, payload.to, payload.offer)

    def answer(self, connection: str, payload: payloads.Answer) -> commands.RelayAnswer:
        """An answer has to be one, if a provisional one."""
        if payload.answer.type == "offer":
            raise InvalidRequest("answer is not an answer", (ErrorDetail("answer.type", "must be 'answer'"),))
        self._check_sdp("answer.sdp", payload.answer)
        return commands.RelayAnswer(connection, payload.to, payload.answer)

    def candidate(self, connection: str, payload: payloads.Candidate) -> commands.RelayCandidate:
        """A candidate, or the end of them."""
        candidate = payload.candidate
        if candidate is not None and len(candidate.candidate) > self._limits.candidate_bytes:
            raise too_long("candidate.candidate", self._limits.candidate_bytes)
        return commands.RelayCandidate(connection, payload.to, candidate)

    def toggle_audio(self, connection: str, payload: payloads.ToggleAudio) -> commands.SetMuted:
        """The microphone."""
        return commands.SetMuted(connection, payload.is_muted)

    def toggle_video(self, connection: str, payload: payloads.ToggleVideo) -> commands.SetVideoOff:
        """The camera."""
        return commands.SetVideoOff(connection, payload.is_video_off)

    def screen_share(self, connection: str, payload: payloads.ScreenShare) -> commands.SetScreenShare:
        """The screen."""
        return commands.SetScreenShare(connection, payload.is_screen_sharing)

    def raise_hand(self, connection: str, payload: payloads.RaiseHand) -> commands.SetHand:
        """The hand."""
        return commands.SetHand(connection, payload.is_hand_raised)

    def react(self, connection: str, payload: payloads.React) -> commands.React:
        """A floating reaction."""
        return commands.React(connection, payload.emoji)

    def chat(self, connection: str, payload: payloads.ChatMessage) -> commands.Chat:
        """A chat line: over the limit is an error, not a cut; what nobody would see is nothing to say."""
        text = payload.text
        if len(text) > self._limits.chat_length:
            raise too_long("text", self._limits.chat_length)
        if is_blank(text):
            raise InvalidRequest("text is empty", (ErrorDetail("text", "must not be blank"),))
        return commands.Chat(connection, self._new_message_id(), text)

    def chat_react(self, connection: str, payload: payloads.ChatReact) -> commands.ChatReact:
        """A reaction to a chat line."""
        return commands.ChatReact(connection, payload.message_id, payload.emoji)

    def caption(self, connection: str, payload: payloads.PublishCaption) -> commands.Caption:
        """A piece of speech."""
        return commands.Caption(connection, payload.text, payload.is_final, payload.lang)

    def start_recording(self, connection: str, _payload: payloads.RecordingStarted) -> commands.StartRecording:
        """A host records; whatever name it sends is not used."""
        return commands.StartRecording(connection)

    def stop_recording(self, connection: str, _payload: payloads.Nothing) -> commands.StopRecording:
        """A host records no longer."""
        return commands.StopRecording(connection)

    def leave(self, connection: str, _payload: payloads.Nothing) -> commands.Leave:
        """A polite goodbye."""
        return commands.Leave(connection)

    def force_mute(self, connection: str, payload: payloads.Target) -> commands.ForceMute:
        """A host mutes somebody."""
        return commands.ForceMute(payload.participant_id, by=connection)

    def ask_unmute(self, connection: str, payload: payloads.Target) -> commands.AskUnmute:
        """A host asks somebody to unmute."""
        return commands.AskUnmute(payload.participant_id, by=connection)

    def kick(self, connection: str, payload: payloads.KickTarget) -> commands.Kick:
        """A host removes somebody; the reason is one visible line."""
        reason = visible(payload.reason) if payload.reason else ""
        if len(reason) > self._limits.reason_length:
            raise too_long("reason", self._limits.reason_length)
        return commands.Kick(payload.participant_id, reason or None, by=connection)

    def mute_all(self, connection: str, _payload: payloads.Nothing) -> commands.MuteAll:
        """A host mutes everybody."""
        return commands.MuteAll(by=connection)

    def spotlight(self, connection: str, payload: payloads.SpotlightTarget) -> commands.SetSpotlight:
        """A host shows somebody large to everybody."""
        return commands.SetSpotlight(payload.participant_id, by=connection)

    def settings_change(self, payload: payloads.HostSettings) -> SettingsChange:
        """A host changes settings; the same bounds as over REST."""
        cap = payload.max_participants
        if cap is not None and not 1 <= cap <= self._limits.max_participants:
            message = f"must be from 1 to {self._limits.max_participants}"
            raise InvalidRequest(f"maxParticipants {message}", (ErrorDetail("maxParticipants", message),))
        title = payload.title
        return SettingsChange(
            title=None if title is None else bounded(title, "title", self._limits.title_length),
            mute_on_join=payload.mute_on_join,
            video_off_on_join=payload.video_off_on_join,
            max_participants=cap,
            locked=payload.locked,
            waiting_room=payload.waiting_room,
        )
