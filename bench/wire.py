"""The bytes of a Socket.IO client on a WebSocket: just enough of RFC 6455, Engine.IO 4 and Socket.IO 5."""

from __future__ import annotations

import struct
from typing import Any

import msgspec

_MASK = b"\x37\xfa\x21\x3d"

CONNECT = b"40"
PONG = b"3"


def client_frame(payload: bytes) -> bytes:
    """Return one masked text frame.

    The mask is always the same, so that a message can be prepared once and sent often; a server must undo any mask.
    """
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", 0x81, 0x80 | size)
    elif size < 65536:
        head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
    key = (_MASK * (size // 4 + 1))[:size]
    masked = (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")
    return head + _MASK + masked


def event_frame(event: str, *args: Any) -> bytes:
    """Return the frame of one Socket.IO event in the namespace `/`, without an acknowledgement."""
    return client_frame(b"42" + msgspec.json.encode([event, *args]))


def upgrade_request(host: str, port: int) -> bytes:
    """Return the request that opens a WebSocket directly, without polling first."""
    return (
        f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}:{port}\r\n"
        "Upgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


def take_frames(data: bytes) -> tuple[list[bytes], bytes]:
    """Split received bytes into the payloads of whole text frames and the rest that is not complete yet.

    Raises:
        ValueError: anything but an unmasked, unfragmented text frame; `Closed` if it is a close frame.
    """
    payloads: list[bytes] = []
    start, end = 0, len(data)
    while end - start >= 2:
        opcode, size = data[start], data[start + 1]
        body = start + 2
        if size == 126:
            if end - start < 4:
                break
            size, body = int.from_bytes(data[start + 2 : start + 4], "big"), start + 4
        elif size == 127:
            if end - start < 10:
                break
            size, body = int.from_bytes(data[start + 2 : start + 10], "big"), start + 10
        if end < body + size:
            break
        if opcode != 0x81:
            raise Closed(data[body : body + size]) if opcode == 0x88 else ValueError(f"frame {opcode:#x}")
        payloads.append(data[body : body + size])
        start = body + size
    return payloads, data[start:]


class Closed(ValueError):
    """The server sent a close frame."""
