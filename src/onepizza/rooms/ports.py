"""What rooms need from above, written by its user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from onepizza.rooms.deliveries import Delivery


class Outbox(Protocol):
    """Carries deliveries to clients."""

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Send and release, in this order, without waiting; connections that are gone are skipped."""
        ...
