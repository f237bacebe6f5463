"""What a command led to."""

from __future__ import annotations

from typing import Any

import msgspec

from onepizza.core.facts import Fact
from onepizza.rooms.deliveries import Delivery


class Outcome(msgspec.Struct, frozen=True, gc=False):
    """The answer to whoever told the room, what to send, and what happened, each in order."""

    reply: Any = None
    deliveries: tuple[Delivery, ...] = ()
    facts: tuple[Fact, ...] = ()


NOTHING = Outcome()
