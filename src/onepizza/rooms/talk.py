"""What participants say to everyone: chat, reactions, captions. Nothing of it is kept, but the last message ids."""

from __future__ import annotations

from onepizza.core.facts import Fact
from onepizza.rooms.commands import Caption, Chat, ChatReact, React
from onepizza.rooms.deliveries import Send
from onepizza.rooms.errors import MessageNotFound
from onepizza.rooms.events import CaptionEvent, ChatMessage, ChatReaction, Reaction
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.state import RoomState

_REMEMBERED_MESSAGES = 1_000


def chat(state: RoomState, command: Chat, now: float) -> Outcome:
    """Send a chat line to everyone, the sender included; name and time are the server's."""
    seat = state.roster.of(command.connection)
    message_ids = state.message_ids
    message_ids[command.message_id] = None
    if len(message_ids) > _REMEMBERED_MESSAGES:
        del message_ids[next(iter(message_ids))]
    message = ChatMessage(seat.participant_id, seat.name, command.text, int(now * 1000), command.message_id)
    fact = state.feature_used(seat, "chat", now, {"length": len(command.text)})
    return Outcome(command.message_id, (Send(state.roster.connections, message),), (fact,))


def chat_react(state: RoomState, command: ChatReact, now: float) -> Outcome:
    """React to one of the last 1,000 chat lines of this room."""
    seat = state.roster.of(command.connection)
    if command.message_id not in state.message_ids:
        raise MessageNotFound
    reaction = ChatReaction(command.message_id, seat.participant_id, command.emoji)
    fact = state.feature_used(seat, "chat_reaction", now, {"emoji": command.emoji})
    return Outcome(None, (Send(state.roster.connections, reaction),), (fact,))


def react(state: RoomState, command: React, now: float) -> Outcome:
    """Float a reaction over everyone's meeting."""
    seat = state.roster.of(command.connection)
    fact = state.feature_used(seat, "reaction", now, {"emoji": command.emoji})
    return Outcome(None, (Send(state.roster.connections, Reaction(seat.participant_id, command.emoji)),), (fact,))


def caption(state: RoomState, command: Caption, now: float) -> Outcome:
    """Show a piece of speech to everyone; counted once for each seat, as pieces come several a second."""
    seat = state.roster.of(command.connection)
    facts: tuple[Fact, ...] = ()
    if not seat.has_captioned:
        seat.has_captioned = True
        facts = (state.feature_used(seat, "captions", now, {}),)
    piece = CaptionEvent(seat.participant_id, seat.name, command.text, command.is_final, command.lang)
    return Outcome(None, (Send(state.roster.connections, piece),), facts)
