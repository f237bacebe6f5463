"""The description of the socket events at `/asyncapi.json` (AsyncAPI 3.0), generated from the table and the events.

The application that it describes is the server: it receives what clients send, replies with acknowledgements, and
sends.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

import msgspec

from onepizza.core import errors as core_errors
from onepizza.core.errors import OnePizzaError
from onepizza.core.settings import Limits, Settings
from onepizza.media.ice import IceServer
from onepizza.meetings import errors as meeting_errors
from onepizza.realtime import acks, refusals
from onepizza.realtime.buckets import Kind, rates
from onepizza.realtime.edge import ServerRestarting
from onepizza.realtime.samples import sample
from onepizza.realtime.table import TABLE, WORKS_BEFORE_JOINING, Row
from onepizza.rooms import errors as room_errors
from onepizza.rooms.events import EVENTS, Event

CHANNEL = "meetings"
SENT: tuple[type[Event], ...] = (*EVENTS, ServerRestarting)
"""Everything that this server sends."""
OVER_REST_ONLY = frozenset(
    {
        "conflict",
        "forbidden",
        "guest_meetings_full",
        "not_found",
        "too_many_host_links",
        "too_many_meetings",
        "unauthenticated",
    }
)
"""Codes of the same modules that no socket ever gets."""

_SCHEMAS = "#/components/schemas/"
_MESSAGES = f"#/channels/{CHANNEL}/messages/"
_ALIKE = {"onepizza.realtime.payloads.": "FromClient", "onepizza.rooms.events.": "FromServer"}
"""What is appended to a name that two modules have."""

_DESCRIPTION = """Signalling, chat, hosting and waiting over one Socket.IO connection (Engine.IO 4, Socket.IO 5;
WebSocket or long polling) in the default namespace. Stock clients work.

`join-meeting` is the door: before it, only `waiting-room:join` and `client:report` work too. Every event may carry an
acknowledgement, which is `{ok: true, …}` or `{error, code, …}`; a refusal is sent as an `error` event as well. Unknown
fields are ignored; types are strict. After a lost connection, `join-meeting` with the `resumeToken` of the last
`joined` takes the same seat.

Meetings are created over REST: [/openapi.json](/openapi.json). A first tour: [/llms.txt](/llms.txt)."""

_CODES_DESCRIPTION = "Stable, for programs. `rate_limited` comes with `retryAfter` in whole seconds."


def document(settings: Settings, version: str) -> dict[str, Any]:
    """Return the AsyncAPI document of this server."""
    schemas, names = _schemas(settings.limits)
    url = urlsplit(settings.app_url)
    messages = dict(_messages(names))
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "onepizza events",
            "version": version,
            "description": _DESCRIPTION,
            "externalDocs": {"url": f"{settings.app_url}/openapi.json", "description": "The REST API"},
        },
        "defaultContentType": "application/json",
        "servers": {
            "service": {
                "host": url.netloc,
                "pathname": "/socket.io/",
                "protocol": "wss" if url.scheme == "https" else "ws",
                "description": "Socket.IO; clients are given the origin, not this path.",
            }
        },
        "channels": {
            CHANNEL: {
                "address": "/",
                "title": "The default namespace",
                "description": "Needs no authentication: `join-meeting` decides who takes part.",
                "messages": messages,
            }
        },
        "operations": {
            **{f"receive.{_key(row.event)}": _receive(row, settings.limits) for row in TABLE},
            **{f"send.{_key(event.event)}": _send(event) for event in SENT},
        },
        "components": {"schemas": schemas},
    }


def codes() -> list[str]:
    """Return the code of every refusal that a socket may meet."""
    kinds = {
        kind.code
        for module in (core_errors, meeting_errors, room_errors, refusals)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, OnePizzaError)
    }
    return sorted((kinds | {"replaced"}) - OVER_REST_ONLY)


def _key(event: str) -> str:
    return event.replace(":", ".")


def _ack_types() -> tuple[type[msgspec.Struct], ...]:
    found = dict.fromkeys(kind for row in TABLE for kind in row.acks)
    return (*found, acks.Refused)


def _schemas(limits: Limits) -> tuple[dict[str, Any], dict[type[msgspec.Struct], str]]:
    """Return the schemas of all payloads by name, and the name of each payload's."""
    kinds = [*dict.fromkeys(row.payload for row in TABLE), *SENT, *_ack_types()]
    references, found = msgspec.json.schema_components([*kinds, IceServer], ref_template=_SCHEMAS + "{name}")
    schemas = {_plain(name): _tidied(schema) for name, schema in found.items()}
    names = {
        kind: _plain(reference["$ref"].removeprefix(_SCHEMAS))
        for kind, reference in zip(kinds, references, strict=False)
    }
    _complete(schemas, names, limits)
    return schemas, names


def _plain(name: str) -> str:
    for prefix, suffix in _ALIKE.items():
        if name.startswith(prefix):
            return name.removeprefix(prefix) + suffix
    return name


def _tidied(schema: Any) -> Any:  # noqa: ANN401 (any JSON)
    """Return a schema with docstrings as paragraphs and with our names for what it refers to."""
    if isinstance(schema, list):
        return [_tidied(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    tidied = {key: _tidied(value) for key, value in cast("dict[str, Any]", schema).items()}
    if isinstance(reference := tidied.get("$ref"), str):
        tidied["$ref"] = _SCHEMAS + _plain(reference.removeprefix(_SCHEMAS))
    if isinstance(text := tidied.get("description"), str):
        tidied["description"] = inspect.cleandoc(text)
    return tidied


def _complete(schemas: dict[str, Any], names: Mapping[type[msgspec.Struct], str], limits: Limits) -> None:
    """Add what the types cannot say: configured limits, closed sets of codes, ready-made JSON."""
    for kind in _ack_types():
        if "ok" in (properties := schemas[names[kind]]["properties"]):
            properties["ok"] = {"const": True}
    listed = {"type": "string", "enum": codes(), "description": _CODES_DESCRIPTION}
    for kind in (acks.Refused, *(event for event in SENT if event.event == "error")):
        schemas[names[kind]]["properties"]["code"] = listed
    for event in SENT:
        if event.event == "joined":
            properties = schemas[names[event]]["properties"]
            properties["iceServers"] = {"type": "array", "items": {"$ref": _SCHEMAS + IceServer.__name__}}
    for row in TABLE:
        if row.event == "chat:message":
            schemas[names[row.payload]]["properties"]["text"] |= {"minLength": 1, "maxLength": limits.chat_length}


def _messages(names: Mapping[type[msgspec.Struct], str]) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in TABLE:
        yield f"client.{_key(row.event)}", _message(row.event, row.payload, names)
    for event in SENT:
        yield f"server.{_key(event.event)}", _message(event.event, event, names)
    for kind in _ack_types():
        yield f"ack.{kind.__name__}", _message("acknowledgement", kind, names)


def _message(name: str, kind: type[msgspec.Struct], names: Mapping[type[msgspec.Struct], str]) -> dict[str, Any]:
    return {
        "name": name,
        "summary": _first_paragraph(kind),
        "payload": {"$ref": _SCHEMAS + names[kind]},
        "examples": [{"payload": sample(kind)}],
    }


def _first_paragraph(kind: type[msgspec.Struct]) -> str:
    return " ".join(inspect.cleandoc(kind.__doc__ or "").partition("\n\n")[0].split())


def _receive(row: Row, limits: Limits) -> dict[str, Any]:
    """Return the operation of an event that clients send, with its acknowledgements and its limit."""
    channel = {"$ref": f"#/channels/{CHANNEL}"}
    operation: dict[str, Any] = {
        "action": "receive",
        "title": row.event,
        "channel": channel,
        "messages": [{"$ref": f"{_MESSAGES}client.{_key(row.event)}"}],
        "reply": {
            "channel": channel,
            "messages": [{"$ref": f"{_MESSAGES}ack.{kind.__name__}"} for kind in (*row.acks, acks.Refused)],
        },
        "x-needs-a-seat": row.event not in WORKS_BEFORE_JOINING,
        "x-needs-host-rights": row.kind is Kind.HOST,
    }
    if row.kind is Kind.DOOR:
        operation["x-rate-limit"] = {"perMinute": limits.joins_per_socket_per_minute}
    else:
        rate = rates(limits)[row.kind]
        operation["x-rate-limit"] = {"burst": rate.burst, "refillPerSecond": rate.per_s}
    return operation


def _send(event: type[Event]) -> dict[str, Any]:
    return {
        "action": "send",
        "title": event.event,
        "channel": {"$ref": f"#/channels/{CHANNEL}"},
        "messages": [{"$ref": f"{_MESSAGES}server.{_key(event.event)}"}],
    }
