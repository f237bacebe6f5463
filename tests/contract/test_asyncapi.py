"""`/asyncapi.json` says what the sockets do: every event in both directions, with examples that both sides would take.

That real events and acknowledgements fit it is in `tests/realtime/test_asyncapi.py`.
"""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import jsonschema_rs
import msgspec
import pytest
from litestar.testing import AsyncTestClient

from onepizza import web
from onepizza.core.http import build_litestar
from onepizza.core.settings import Limits, Settings
from onepizza.realtime.asyncapi import SENT, codes, document
from onepizza.realtime.table import TABLE, WORKS_BEFORE_JOINING
from tests.realtime.test_protocol_document import rows

SETTINGS = Settings(onepizza_data_dir=Path("unused"), app_url="https://meet.example.com")
DOCUMENT = document(SETTINGS, "1.2.3")
CHANNEL = DOCUMENT["channels"]["meetings"]
CLIENT = {f"client.{row.event.replace(':', '.')}": row for row in TABLE}
SERVER = {f"server.{event.event.replace(':', '.')}": event for event in SENT}
ACKS = {f"ack.{kind.__name__}": kind for row in TABLE for kind in row.acks}


def resolve(reference: str) -> Any:
    """What a `$ref` points at; fails if that is nothing."""
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(node: Any) -> list[str]:
    if isinstance(node, list):
        return [each for item in node for each in references(item)]
    if not isinstance(node, dict):
        return []
    own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
    return own + [each for value in node.values() for each in references(value)]


def validator(message: dict[str, Any]) -> jsonschema_rs.Validator:
    """A validator of a message's payload, in which a field that no schema names is an error."""
    schemas = copy.deepcopy(DOCUMENT["components"]["schemas"])
    for schema in schemas.values():
        if schema.get("type") == "object":
            schema["additionalProperties"] = False
    return jsonschema_rs.validator_for({**message["payload"], "components": {"schemas": schemas}})


class TestDocument:
    def test_has_every_event_and_acknowledgement_and_no_more(self) -> None:
        assert set(CHANNEL["messages"]) == {*CLIENT, *SERVER, *ACKS, "ack.Refused"}
        assert {message["name"] for message in CHANNEL["messages"].values()} - {"acknowledgement"} == {
            *(row.event for row in TABLE),
            *(event.event for event in SENT),
        }

    def test_every_event_is_one_operation_in_its_direction(self) -> None:
        operations = DOCUMENT["operations"]
        assert {operation["title"] for operation in operations.values() if operation["action"] == "receive"} == {
            row.event for row in TABLE
        }
        assert {operation["title"] for operation in operations.values() if operation["action"] == "send"} == {
            event.event for event in SENT
        }
        assert len(operations) == len(TABLE) + len(SENT)
        for operation in operations.values():
            [message] = operation["messages"]
            assert resolve(message["$ref"])["name"] == operation["title"]
            if operation["action"] == "receive":
                names = [reply["$ref"].rpartition("/")[2] for reply in operation["reply"]["messages"]]
                assert names[-1] == "ack.Refused"
                assert len(names) >= 2

    def test_says_what_works_before_joining(self) -> None:
        operations = DOCUMENT["operations"].values()
        free = {operation["title"] for operation in operations if operation.get("x-needs-a-seat") is False}
        assert free == WORKS_BEFORE_JOINING

    def test_every_reference_leads_somewhere_and_every_schema_is_used(self) -> None:
        found = set(references(DOCUMENT))
        assert [reference for reference in found if not resolve(reference)] == []
        assert {f"#/components/schemas/{name}" for name in DOCUMENT["components"]["schemas"]} <= found

    def test_everything_is_described(self) -> None:
        assert [key for key, message in CHANNEL["messages"].items() if not message["summary"]] == []

    def test_the_codes_are_those_of_the_protocol_page(self) -> None:
        assert codes() == sorted(row[0].strip("`") for row in rows("Codes"))
        for message in ("server.error", "ack.Refused"):
            schema = resolve(CHANNEL["messages"][message]["payload"]["$ref"])
            assert schema["properties"]["code"]["enum"] == codes()

    def test_configured_limits_are_in_it(self) -> None:
        made = document(
            Settings(onepizza_data_dir=Path("unused"), limits=Limits(chat_length=99, joins_per_socket_per_minute=7)),
            "1",
        )
        assert made["components"]["schemas"]["ChatMessageFromClient"]["properties"]["text"]["maxLength"] == 99
        assert made["operations"]["receive.join-meeting"]["x-rate-limit"] == {"perMinute": 7}


class TestExamples:
    @pytest.mark.parametrize("key", sorted(CHANNEL["messages"]))
    def test_fits_its_schema(self, key: str) -> None:
        message = CHANNEL["messages"][key]
        [example] = message["examples"]
        validator(message).validate(example["payload"])

    @pytest.mark.parametrize("key", sorted(CLIENT))
    def test_of_a_client_s_event_would_be_taken(self, key: str) -> None:
        example = CHANNEL["messages"][key]["examples"][0]["payload"]
        made = msgspec.json.decode(msgspec.json.encode(example), type=CLIENT[key].payload)
        known = {field.encode_name for field in msgspec.structs.fields(made)}
        assert set(example) <= known

    @pytest.mark.parametrize("key", sorted(SERVER))
    def test_of_a_server_s_event_is_what_the_server_would_send(self, key: str) -> None:
        example = CHANNEL["messages"][key]["examples"][0]["payload"]
        made = msgspec.json.decode(msgspec.json.encode(example), type=SERVER[key])
        sent = msgspec.json.decode(msgspec.json.encode(made))
        assert sent | example == sent

    def test_a_payload_that_does_not_fit_is_refused(self) -> None:
        check = validator(CHANNEL["messages"]["client.join-meeting"])
        for wrong in ({}, {"meetingId": 7}, {"meetingId": "a", "isAdmin": "yes"}, {"meetingId": "a" * 65}):
            assert not check.is_valid(wrong)
        assert not validator(CHANNEL["messages"]["client.react"]).is_valid({"emoji": "🍕"})
        assert not validator(CHANNEL["messages"]["ack.Done"]).is_valid({"ok": False})


class TestServed:
    async def test_over_http_with_the_guide_and_links_between_them(self) -> None:

        app = build_litestar(web.descriptions(SETTINGS, "1.2.3"), SETTINGS, version="1.2.3")
        async with AsyncTestClient(app) as client:
            served = await client.get("/asyncapi.json")
            assert served.headers["content-type"] == "application/json"
            assert served.json() == DOCUMENT
            guide = await client.get("/llms.txt")
            assert guide.headers["content-type"] == "text/plain; charset=utf-8"
        for path in ("/openapi.json", "/asyncapi.json", "/docs"):
            assert f"(https://meet.example.com{path})" in guide.text
        assert "{APP_URL}" not in guide.text
        assert guide.text.startswith("# onepizza\n")
        assert "/openapi.json" in DOCUMENT["info"]["description"]
        assert "/llms.txt" in DOCUMENT["info"]["description"]
