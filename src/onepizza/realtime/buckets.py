"""How often one socket may send what (CONTRACT 2): one token bucket for each kind of event, made when first used."""

from __future__ import annotations

from enum import IntEnum

import msgspec

from onepizza.core.settings import Limits


class Kind(IntEnum):
    """The kinds of events that share a bucket."""

    SIGNAL = 0
    CHAT = 1
    REACT = 2
    TOGGLE = 3
    HOST = 4
    CAPTION = 5
    REPORT = 6
    DOOR = 7


class Rate(msgspec.Struct, frozen=True):
    """A bucket's size and its refill a second."""

    burst: float
    per_s: float


def rates(limits: Limits) -> tuple[Rate, ...]:
    """Return the rate of each kind, at its index.

    Captions come as often as toggles may. The door's own limits are exact windows (`joining`); its bucket only keeps
    a flood of unreadable join events from being answered one by one.
    """
    by_kind = {
        Kind.SIGNAL: Rate(limits.signal_burst, limits.signals_per_second),
        Kind.CHAT: Rate(limits.chat_burst, limits.chats_per_second),
        Kind.REACT: Rate(limits.react_burst, limits.reacts_per_second),
        Kind.TOGGLE: Rate(limits.toggle_burst, limits.toggles_per_second),
        Kind.HOST: Rate(limits.host_action_burst, limits.host_actions_per_second),
        Kind.CAPTION: Rate(limits.toggle_burst, limits.toggles_per_second),
        Kind.REPORT: Rate(limits.client_reports_per_minute, limits.client_reports_per_minute / 60),
        Kind.DOOR: Rate(limits.toggle_burst, limits.toggles_per_second),
    }
    return tuple(by_kind[kind] for kind in Kind)
