"""Ready-made WebSocket frames: unmasked, uncompressed, unfragmented, so that one frame serves all its recipients.

Incoming frames are parsed by `websockets`, but for the commonest kind, a read that is exactly one short text frame:
the generators of that parser were a quarter of the cost of a relayed offer (docs/decisions/0008).
"""

from __future__ import annotations

import struct

from websockets.frames import (
    apply_mask,  # pyright: ignore[reportPrivateImportUsage] (in C, or in Python where that is missing)
)

_TEXT = 0x81
_BINARY = 0x82

_pack_medium = struct.Struct("!BBH").pack
_pack_large = struct.Struct("!BBQ").pack
_SMALL_TEXT = tuple(bytes((_TEXT, length)) for length in range(126))


def whole_text(data: bytes, max_size: int) -> bytes | None:
    """Return the payload of `data` if it is one final, masked text frame and nothing else (RFC 6455 section 5.2).

    None for everything that is any different: fragments, extensions, control frames, lengths of 64 KiB and more, a
    size over `max_size`, half a frame, two frames. Those are the parser's matter, which also knows how to refuse.
    """
    if len(data) < 6 or data[0] != _TEXT or data[1] < 0x80:
        return None
    length = data[1] & 0x7F
    start = 6
    if length == 127:
        return None
    if length == 126:
        length = data[2] << 8 | data[3]
        start = 8
    if len(data) != start + length or length > max_size:
        return None
    return apply_mask(data[start:], data[start - 4 : start])


def text_frame(payload: bytes, tail: bytes = b"") -> bytes:
    """Return the frame of one UTF-8 text message; two pieces spare whoever has them a copy of the longer one."""
    length = len(payload) + len(tail)
    if length < 126:
        head = _SMALL_TEXT[length]
    elif length < 65536:
        head = _pack_medium(_TEXT, 126, length)
    else:
        head = _pack_large(_TEXT, 127, length)
    return head + payload + tail


def payload_of(frame: bytes) -> bytes:
    """Return what a ready-made frame carries."""
    length = frame[1]
    return frame[4 if length == 126 else 10 if length == 127 else 2 :]


def binary_frame(payload: bytes) -> bytes:
    """Return the frame of one binary message."""
    length = len(payload)
    if length < 126:
        return bytes((_BINARY, length)) + payload
    if length < 65536:
        return _pack_medium(_BINARY, 126, length) + payload
    return _pack_large(_BINARY, 127, length) + payload
