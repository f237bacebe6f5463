"""The aggregate: one live meeting, changed by one command at a time, without interruption.

`Room.handle` looks the rule up by the command's class; the rules stand beside this file, one noun each: `door`,
`waiting`, `departures`, `relay`, `media_state`, `talk`, `recording`, `spotlight`, `controls`, `lifecycle`. They share
`RoomState` and little else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from onepizza.rooms import (
    commands,
    controls,
    departures,
    door,
    lifecycle,
    media_state,
    recording,
    relay,
    snapshot,
    spotlight,
    talk,
    waiting,
    waiting_commands,
)
from onepizza.rooms.outcome import Outcome
from onepizza.rooms.state import RoomState

Rule = Callable[[RoomState, Any, float], Outcome]

RULES: dict[type[commands.Command[Any]], Rule] = {
    commands.Join: door.join,
    commands.Leave: departures.leave,
    commands.Disconnected: departures.disconnected,
    commands.RelayOffer: relay.relay_offer,
    commands.RelayAnswer: relay.relay_answer,
    commands.RelayCandidate: relay.relay_candidate,
    commands.SetMuted: media_state.set_muted,
    commands.SetVideoOff: media_state.set_video_off,
    commands.SetScreenShare: media_state.set_screen_share,
    commands.SetHand: media_state.set_hand,
    commands.React: talk.react,
    commands.Chat: talk.chat,
    commands.ChatReact: talk.chat_react,
    commands.Caption: talk.caption,
    commands.StartRecording: recording.start_recording,
    commands.StopRecording: recording.stop_recording,
    waiting_commands.WaitingList: waiting.waiting_list,
    waiting_commands.AdmitWaiter: waiting.admit_waiter,
    waiting_commands.AdmitAll: waiting.admit_all,
    waiting_commands.DenyWaiter: waiting.deny_waiter,
    waiting_commands.StopWaiting: waiting.stop_waiting,
    commands.CheckHost: controls.check_host,
    commands.ForceMute: controls.force_mute,
    commands.AskUnmute: controls.ask_unmute,
    commands.Kick: departures.kick,
    commands.MuteAll: controls.mute_all,
    commands.SetSpotlight: spotlight.set_spotlight,
    commands.UpdateSettings: controls.update_settings,
    commands.AddInvite: controls.add_invite,
    commands.SetAdminToken: controls.set_admin_token,
    commands.AddHostToken: controls.add_host_token,
    snapshot.Snapshot: snapshot.take,
    commands.Describe: lifecycle.describe,
    commands.HasBegun: lifecycle.has_begun,
    commands.Tick: lifecycle.tick,
    commands.End: lifecycle.end,
}


class Room:
    """One live meeting."""

    def __init__(self, spec: commands.RoomSpec, state: RoomState | None = None) -> None:
        self._state = state or RoomState(spec)

    @property
    def due_at(self) -> float:
        """The epoch second before which a `Tick` would change nothing."""
        return self._state.due_at

    def handle(self, command: commands.Command[Any], now: float) -> Outcome:
        """Change the room as told and say what to send and what happened.

        Args:
            command: parsed and bounded; see its class for the answer.
            now: epoch seconds, never less than at the call before.

        Raises:
            OnePizzaError: the room refuses (`rooms.errors`); nothing was changed.
        """
        return RULES[type(command)](self._state, command, now)
