"""Socket.IO protocol 5 packets: their text, their JSON, their binary attachments.

The wire (https://socket.io/docs/v4/socket-io-protocol/): `<type>[<attachments>-][<namespace>,][<ack id>][<JSON>]`, with
the types 0 CONNECT, 1 DISCONNECT, 2 EVENT, 3 ACK, 4 CONNECT_ERROR, 5 BINARY_EVENT, 6 BINARY_ACK. Each bytes object
inside a binary packet's JSON is replaced by `{"_placeholder": true, "num": i}` and follows as a binary message.

JSON is strict: NaN, Infinity, numbers beyond a double and nesting deeper than the interpreter's stack are parse errors.
"""

# ruff: noqa: ANN401 - what clients send and handlers return has no type here
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple, cast

import msgspec

from onepizza.socketio.outgoing import Outgoing, outgoing_binary, outgoing_text

CONNECT, DISCONNECT, EVENT, ACK, CONNECT_ERROR, BINARY_EVENT, BINARY_ACK = "0123456"

RESERVED_EVENTS = frozenset(
    {"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}
)
"""Names that belong to the libraries; as events from a client they run nothing."""

_MAX_ACK_DIGITS = 16
"""JavaScript counts exactly up to 2**53; a longer id comes from no client."""
_MAX_NAMESPACE = 256

_head = re.compile(r"([0-6])(?:(\d{1,4})-)?(?:(/[^,]*),?)?(\d*)", re.ASCII)
_lone_surrogate = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}"
)
_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder()
_BINARY = (bytes, bytearray, memoryview)
_IS_BINARY, _IS_DICT, _IS_LIST = "binary", "dict", "list"
_SCANNED: dict[type[Any], str] = {
    **dict.fromkeys(_BINARY, _IS_BINARY),
    dict: _IS_DICT,
    list: _IS_LIST,
    tuple: _IS_LIST,
}


class ParseError(Exception):
    """The client sent what is no packet."""


class Header(NamedTuple):
    """What stands before the JSON."""

    kind: str
    attachments: int
    namespace: str
    ack_id: int | None
    start: int
    """Where the JSON starts."""


def parse_header(packet: str) -> Header:
    """Read the part before the JSON.

    Raises:
        ParseError: not a packet, or an attachment count on a packet that cannot have one, or none where one must be.
    """
    match = _head.match(packet)
    if match is None:
        raise ParseError
    kind, attachments, namespace, ack_id = match.groups()
    if (attachments is not None) != (kind in (BINARY_EVENT, BINARY_ACK)):
        raise ParseError
    if len(ack_id) > _MAX_ACK_DIGITS or (namespace is not None and len(namespace) > _MAX_NAMESPACE):
        raise ParseError
    return Header(
        kind,
        int(attachments) if attachments is not None else 0,
        namespace or "/",
        int(ack_id) if ack_id else None,
        match.end(),
    )


def decode(text: str, decoder: msgspec.json.Decoder[Any] = _decoder) -> Any:
    """Decode JSON, to plain values unless a typed decoder is given.

    JavaScript may cut a string in the middle of an emoji; the half is replaced as a browser would show it.

    Raises:
        ParseError: not strict JSON.
        msgspec.ValidationError: strict JSON, but not what the typed decoder wants.
    """
    try:
        return decoder.decode(text)
    except msgspec.ValidationError:
        if decoder is _decoder:
            raise ParseError from None
        raise
    except RecursionError:
        raise ParseError from None
    except msgspec.DecodeError:
        mended = _lone_surrogate.sub(_mend, text)
        if mended == text:
            raise ParseError from None
    try:
        return decoder.decode(mended)
    except msgspec.ValidationError:
        if decoder is _decoder:
            raise ParseError from None
        raise
    except (msgspec.DecodeError, RecursionError):
        raise ParseError from None


def _mend(match: re.Match[str]) -> str:
    found = match.group()
    return "\\ufffd" if len(found) == 6 else found


def decode_list(text: str) -> list[Any]:
    """Decode the arguments of an event or an acknowledgement.

    Raises:
        ParseError: not a JSON array.
    """
    values = decode(text)
    if type(values) is not list:
        raise ParseError
    return cast("list[Any]", values)


def event_name(text: str, start: int) -> str | None:
    """Return the name in `["name",…` at `start` without decoding the rest; None when it takes a decoder to tell."""
    if text.startswith('["', start):
        end = text.find('"', start + 2)
        if end > 0:
            name = text[start + 2 : end]
            if "\\" not in name:
                return name
    return None


def fill_placeholders(value: Any, attachments: Sequence[bytes]) -> Any:
    """Put the attachments in their places.

    Raises:
        ParseError: a placeholder for an attachment that does not exist.
    """
    try:
        return _fill(value, attachments)
    except RecursionError:
        raise ParseError from None


def _fill(value: Any, attachments: Sequence[bytes]) -> Any:
    if type(value) is list:
        items = cast("list[Any]", value)
        return [_fill(item, attachments) for item in items]
    if type(value) is dict:
        fields = cast("dict[str, Any]", value)
        if fields.get("_placeholder") is True:
            number = fields.get("num")
            if type(number) is not int or not 0 <= number < len(attachments):
                raise ParseError
            return attachments[number]
        return {key: _fill(item, attachments) for key, item in fields.items()}
    return value


def has_binary(values: Iterable[Any]) -> bool:
    """Tell whether bytes stand anywhere in these plain values; Structs are taken to have none."""
    for value in values:
        # One look-up for the strings, numbers and Structs that nearly everything consists of.
        kind = _SCANNED.get(cast("type[Any]", type(value)))
        if kind is not None and (kind is _IS_BINARY or has_binary(value.values() if kind is _IS_DICT else value)):
            return True
    return False


def _extract(value: Any, attachments: list[bytes]) -> Any:
    if isinstance(value, _BINARY):
        attachments.append(bytes(cast("bytes", value)))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(value, dict):
        fields = cast("dict[Any, Any]", value)
        return {key: _extract(item, attachments) for key, item in fields.items()}
    if isinstance(value, list | tuple):
        items = cast("Sequence[Any]", value)
        return [_extract(item, attachments) for item in items]
    return value


def _encode(kind: str, binary_kind: str, namespace: str, ack_id: int | None, values: Sequence[Any]) -> Outgoing:
    head = "" if namespace == "/" else f"{namespace},"
    if ack_id is not None:
        head += str(ack_id)
    if not has_binary(values):
        return outgoing_text(f"4{kind}{head}".encode(), _encoder.encode(values))
    attachments: list[bytes] = []
    body = _encoder.encode([_extract(value, attachments) for value in values])
    parts = [outgoing_text(f"4{binary_kind}{len(attachments)}-{head}".encode() + body)]
    parts += [outgoing_binary(data) for data in attachments]
    packets = tuple(packet for part in parts for packet in part.packets)
    return Outgoing(b"".join(part.wire for part in parts), packets)


_EVENT_HEAD = f"4{EVENT}".encode()
_STRUCT = type(msgspec.Struct)


def encode_event(namespace: str, event: str, args: Sequence[object], ack_id: int | None = None) -> Outgoing:
    """Make an event ready to send; `args` are anything msgspec encodes, bytes anywhere in plain containers."""
    if ack_id is None and namespace == "/" and len(args) == 1 and type(type(args[0])) is _STRUCT:
        return outgoing_text(_EVENT_HEAD, _encoder.encode((event, args[0])))
    return _encode(EVENT, BINARY_EVENT, namespace, ack_id, (event, *args))


def encode_ack(namespace: str, ack_id: int, args: Sequence[Any]) -> Outgoing:
    """Make an acknowledgement ready to send."""
    return _encode(ACK, BINARY_ACK, namespace, ack_id, args)


def encode_control(kind: str, namespace: str, payload: dict[str, Any] | None = None) -> Outgoing:
    """Make a CONNECT, DISCONNECT or CONNECT_ERROR ready to send."""
    head = f"4{kind}" if namespace == "/" else f"4{kind}{namespace},"
    return outgoing_text(head.encode() + (_encoder.encode(payload) if payload is not None else b""))
