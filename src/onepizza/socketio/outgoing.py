"""Messages made ready for both transports, once for all their recipients."""

from __future__ import annotations

import base64

from onepizza.socketio.frames import binary_frame, payload_of, text_frame


class Outgoing:
    """One message made ready for both transports: once for all its recipients.

    Attributes:
        wire: its WebSocket frames, one after the other.
    """

    __slots__ = ("_packets", "wire")

    def __init__(self, wire: bytes, packets: tuple[bytes, ...] | None = None) -> None:
        self.wire = wire
        self._packets = packets

    @property
    def packets(self) -> tuple[bytes, ...]:
        """Its Engine.IO packets as polling sends them; a binary one is `b` and base64."""
        if self._packets is None:
            self._packets = (payload_of(self.wire),)
        return self._packets


def outgoing_text(packet: bytes, tail: bytes = b"") -> Outgoing:
    """Make one text packet ready, in one piece or two; it starts with its type."""
    return Outgoing(text_frame(packet, tail))


def outgoing_binary(data: bytes) -> Outgoing:
    """Make one binary message ready."""
    return Outgoing(binary_frame(data), (b"b" + base64.b64encode(data),))
