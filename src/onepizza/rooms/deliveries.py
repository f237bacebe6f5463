"""What a room wants done outside: events to send and connections to release. Connections are Socket.IO ids."""

from __future__ import annotations

from typing import final

import msgspec

from onepizza.rooms.events import Event


@final
class Send(msgspec.Struct, frozen=True):
    """Send one event to each of these connections, encoded once."""

    to: tuple[str, ...]
    payload: Event


class Unseat(msgspec.Struct, frozen=True):
    """This connection holds no seat any more; with `close` it is also closed, after what was sent before."""

    connection: str
    close: bool


class Dismiss(msgspec.Struct, frozen=True):
    """This connection waits for this room no longer; with `close` it is also closed, unless it sits elsewhere."""

    connection: str
    close: bool


Delivery = Send | Unseat | Dismiss
