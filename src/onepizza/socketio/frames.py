"""Ready-made WebSocket frames: unmasked, uncompressed, unfragmented, so that one frame serves all its recipients.

Only building is done here; incoming frames are parsed by `websockets` (RFC 6455 section 5).
"""

from __future__ import annotations

import struct

_TEXT = 0x81
_BINARY = 0x82

_pack_medium = struct.Struct("!BBH").pack
_pack_large = struct.Struct("!BBQ").pack
_SMALL_TEXT = tuple(bytes((_TEXT, length)) for length in range(126))


def text_frame(payload: bytes) -> bytes:
    """Return the frame of one UTF-8 text message."""
    length = len(payload)
    if length < 126:
        return _SMALL_TEXT[length] + payload
    if length < 65536:
        return _pack_medium(_TEXT, 126, length) + payload
    return _pack_large(_TEXT, 127, length) + payload


def binary_frame(payload: bytes) -> bytes:
    """Return the frame of one binary message."""
    length = len(payload)
    if length < 126:
        return bytes((_BINARY, length)) + payload
    if length < 65536:
        return _pack_medium(_BINARY, 126, length) + payload
    return _pack_large(_BINARY, 127, length) + payload
