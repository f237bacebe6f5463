"""`web/src/protocol/events.ts` knows the same events as the server's tables, with no field that the server lacks."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from onepizza.realtime.edge import ServerRestarting
from onepizza.realtime.table import TABLE
from onepizza.rooms.events import EVENTS

SOURCE = (Path(__file__).parents[2] / "web/src/protocol/events.ts").read_text(encoding="utf-8")
NOT_SENT_YET = {"meeting:cost-warning"}
"""What the client is ready for and this server does not send."""

SERVER_EVENTS = {event.event: event for event in (*EVENTS, ServerRestarting)}
CLIENT_EVENTS = {row.event: row.payload for row in TABLE}
TYPES = {"clientEvents": "ClientEvents", "serverEvents": "ServerEvents"}


def listed(constant: str) -> set[str]:
    """The keys of the record that the exported list is made of."""
    exported = "CLIENT_EVENT_NAMES" if constant == "clientEvents" else "SERVER_EVENT_NAMES"
    assert f"export const {exported} = Object.keys({constant})" in SOURCE
    found = re.search(rf"^const {constant}: Record<\w+, true> = {{\n(.*?)^}};", SOURCE, re.MULTILINE | re.DOTALL)
    assert found is not None
    return set(re.findall(r'^  "?([a-z:-]+)"?: true,$', found[1], re.MULTILINE))


def body(kind: str, name: str) -> str:
    """The text of an interface."""
    found = re.search(rf"^(?:export )?{kind} {name}(?: extends (\w+))? {{\n(.*?)^}}", SOURCE, re.MULTILINE | re.DOTALL)
    assert found is not None, name
    return (body("interface", found[1]) if found[1] else "") + found[2]


def fields(interface: str, event: str) -> set[str]:
    """The field names of an event's payload, through the interface it names."""
    entry = re.search(
        rf'^  "?{event}"?: ((?:{{\n.*?^  }}|[^\n]*?));$', body("interface", interface), re.MULTILINE | re.DOTALL
    )
    assert entry is not None, event
    text = entry[1]
    for named in re.findall(r"\b([A-Z]\w+)\b", text):
        if re.search(rf"^(?:export )?interface {named}\b", SOURCE, re.MULTILINE):
            text += body("interface", named)
    return set(re.findall(r"\breadonly (\w+)\??:", text))


class TestNames:
    def test_the_client_sends_exactly_what_the_server_takes(self) -> None:
        assert listed("clientEvents") == set(CLIENT_EVENTS)

    def test_the_client_hears_exactly_what_the_server_sends(self) -> None:
        assert listed("serverEvents") - NOT_SENT_YET == set(SERVER_EVENTS)


class TestFields:
    @pytest.mark.parametrize("event", sorted(CLIENT_EVENTS))
    def test_no_client_event_has_a_field_that_the_server_ignores(self, event: str) -> None:
        known = {field.encode_name for field in msgspec.structs.fields(CLIENT_EVENTS[event])}
        nested = {"reason"} if event in ("host:mute", "host:unmute") else set[str]()
        assert fields("ClientEvents", event) - nested <= known

    @pytest.mark.parametrize("event", sorted(SERVER_EVENTS))
    def test_every_field_of_a_server_event_is_typed(self, event: str) -> None:
        sent = {field.encode_name for field in msgspec.structs.fields(SERVER_EVENTS[event])}
        assert sent <= fields("ServerEvents", event)
