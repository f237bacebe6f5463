"""Examples of payloads for the AsyncAPI document, made from the types, a sample for each field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

_ADA, _BOB = "3f1c9a4be27d4f60a1b2c3d4", "9d0e77aa51c24b83b5c6d7e8"
_SDP = "v=0\r\no=- 4611731400430051336 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
_BY_NAME: Mapping[str, Any] = {
    "candidate": "candidate:1 1 udp 2122260223 192.0.2.7 54321 typ host",
    "clientId": "laptop-7",
    "code": "room_full",
    "emoji": "👍",
    "error": "This meeting is full",
    "from": _ADA,
    "hostName": "Ada",
    "iceServers": [{"urls": "stun:stun.l.google.com:19302"}],
    "inviteToken": "uN3xP4m8Qv2sT6wY0aC5eG7iK9lM1oR3tV5xZ7bD9fH",
    "joinUrl": "/join/abc-defg-hij?invite=uN3xP4m8Qv2sT6wY0aC5eG7iK9lM1oR3tV5xZ7bD9fH",
    "joinedAt": 1_772_366_400_000,
    "lang": "en-GB",
    "maxParticipants": 50,
    "meetingId": "abc-defg-hij",
    "message": "This meeting is full",
    "messageId": "3f1c9a4be27d-1",
    "name": "Ada",
    "participantId": _ADA,
    "reason": "Please come back tomorrow",
    "resumeToken": "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0iL3oR6uX9bE2h",
    "retryAfter": 5,
    "retryAfterMs": 1_000,
    "route": "/join/:id",
    "scheduledAt": "2026-04-01T14:00:00.000Z",
    "sdp": _SDP,
    "sdpMid": "0",
    "socketId": "5a7c01d2e3f4456798abcdef",
    "text": "Hello, everyone",
    "timestamp": 1_772_366_400_000,
    "title": "Team Standup",
    "to": _BOB,
    "type": "offer",
    "usernameFragment": "Yq3k",
    "waitingSince": 1_772_366_400_000,
}
_BY_OWNER: Mapping[tuple[str, str], Any] = {
    ("ClientReport", "message"): "The camera could not be started",
    ("ClientReport", "type"): "error.webrtc",
    ("MeetingEndedEvent", "reason"): "The host ended the meeting",
    ("SignalAnswer", "answer"): {"type": "answer", "sdp": _SDP},
    ("Answer", "answer"): {"type": "answer", "sdp": _SDP},
    ("WaitingDenied", "message"): "The host did not let you in",
    ("WaitingNotice", "message"): "The host will let you in soon",
}
"""Where a field means something else than elsewhere."""
_LEFT_OUT = frozenset({"inviteToken", "removed", "resumeToken", "retryAfter", "scheduledAt", "wasRemoved"})
"""Optional fields that only some cases have."""


def sample(kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return a payload of this type as the wire has it: what is required, and the first optional field."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    made = {field.encode_name: _field(kind, field) for field in info.fields if field.required}
    for field in info.fields:
        if not field.required and field.encode_name not in _LEFT_OUT:
            made[field.encode_name] = _field(kind, field)
            break
    return made


def _field(owner: type[msgspec.Struct], field: inspect.Field) -> Any:  # noqa: ANN401 (any JSON)
    name = field.encode_name
    return _BY_OWNER[owner.__name__, name] if (owner.__name__, name) in _BY_OWNER else _of(name, field.type)


def _of(name: str, kind: inspect.Type) -> Any:  # noqa: ANN401, PLR0911 (any JSON; one return a type)
    match kind:
        case inspect.UnionType():
            return _of(name, next(each for each in kind.types if not isinstance(each, inspect.NoneType)))
        case inspect.LiteralType():
            return _BY_NAME[name] if _BY_NAME.get(name) in kind.values else kind.values[0]
        case inspect.StructType():
            return sample(kind.cls)
        case inspect.StrType() | inspect.IntType() | inspect.RawType() if name in _BY_NAME:
            return _BY_NAME[name]
        case inspect.BoolType():
            return name == "ok"
        case inspect.IntType():
            return 1
        case inspect.VarTupleType() | inspect.ListType():
            return [_of(name, kind.item_type)]
        case inspect.StrType():
            return name
        case _:
            raise TypeError(f"no sample for {name}: {kind}")
