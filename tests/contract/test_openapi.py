"""The description of the API is true: schemathesis calls what it describes and compares the answers."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import CHECKS

from tests.support.rest import Rest

CHECKED = ("not_a_server_error", "status_code_conformance", "response_schema_conformance", "content_type_conformance")
OPERATIONS = {
    ("post", "/api/auth/register"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/logout"),
    ("get", "/api/auth/me"),
    ("post", "/api/auth/forgot-password"),
    ("get", "/api/auth/reset-password"),
    ("post", "/api/auth/reset-password"),
    ("post", "/api/auth/change-password"),
    ("get", "/api/user/keys"),
    ("post", "/api/user/keys"),
    ("delete", "/api/user/keys/{key_id}"),
    ("get", "/api/company"),
    ("post", "/api/company/join"),
    ("post", "/api/company/leave"),
    ("get", "/api/company/members"),
    ("delete", "/api/company/members/{member_id}"),
    ("post", "/api/company/invite-code"),
    ("get", "/api/billing/history"),
    ("get", "/api/meetings"),
    ("post", "/api/meetings"),
    ("post", "/api/meetings/guest"),
    ("get", "/api/meetings/scheduled/list"),
    ("get", "/api/meetings/history"),
    ("get", "/api/meetings/{meeting_id}/attendance"),
    ("get", "/api/meetings/{meeting_id}/calendar.ics"),
    ("get", "/api/meetings/{meeting_id}/overview"),
    ("get", "/api/meetings/{meeting_id}"),
    ("delete", "/api/meetings/{meeting_id}"),
    ("patch", "/api/meetings/{meeting_id}/settings"),
    ("post", "/api/meetings/{meeting_id}/lock"),
    ("post", "/api/meetings/{meeting_id}/unlock"),
    ("post", "/api/meetings/{meeting_id}/invite"),
    ("post", "/api/meetings/{meeting_id}/mute-all"),
    ("post", "/api/meetings/{meeting_id}/admin-token"),
    ("post", "/api/meetings/{meeting_id}/host-link"),
    ("get", "/api/meetings/{meeting_id}/waiting"),
    ("post", "/api/meetings/{meeting_id}/waiting/admit-all"),
    ("post", "/api/meetings/{meeting_id}/waiting/{waiter_id}/admit"),
    ("post", "/api/meetings/{meeting_id}/waiting/{waiter_id}/deny"),
    ("post", "/api/meetings/{meeting_id}/participants/{participant_id}/mute"),
    ("post", "/api/meetings/{meeting_id}/participants/{participant_id}/unmute"),
    ("post", "/api/meetings/{meeting_id}/participants/{participant_id}/kick"),
    ("get", "/api/config/ice-servers"),
    ("get", "/healthz"),
    ("get", "/readyz"),
}


OPEN_TO_ALL = {
    ("post", "/api/auth/register"),
    ("post", "/api/auth/login"),
    ("post", "/api/auth/logout"),
    ("post", "/api/auth/forgot-password"),
    ("get", "/api/auth/reset-password"),
    ("post", "/api/auth/reset-password"),
    ("post", "/api/meetings/guest"),
    ("get", "/api/config/ice-servers"),
    ("get", "/healthz"),
    ("get", "/readyz"),
}
ENDS_ACCESS = {"/api/auth/logout", "/api/auth/login", "/api/auth/register", "/api/user/keys/{key_id}"}


async def document(rest: Rest) -> dict[str, Any]:
    answer = await rest.http.get("/openapi.json")
    assert answer.status_code == 200
    return answer.json()


def operations(described: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {
        (method, path): operation
        for path, item in described["paths"].items()
        for method, operation in item.items()
        if method in ("get", "post", "put", "patch", "delete")
    }


class TestDocument:
    async def test_describes_every_route(self, rest: Rest) -> None:
        described = await document(rest)
        assert described["openapi"] == "3.1.0"
        assert set(operations(described)) == OPERATIONS

    async def test_every_operation_says_what_it_is_and_how_it_fails(self, rest: Rest) -> None:
        described = await document(rest)
        for (method, path), operation in operations(described).items():
            name = f"{method} {path}"
            assert operation["summary"], name
            assert operation["description"], name
            assert operation["operationId"], name
            assert operation["tags"], name
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    schema = response["content"]["application/json"]["schema"]
                    assert schema == {"$ref": "#/components/schemas/ErrorBody"}, f"{name} {status}"

    async def test_names_the_ways_to_authenticate(self, rest: Rest) -> None:
        described = await document(rest)
        assert set(described["components"]["securitySchemes"]) == {"apiKey", "bearer", "adminToken", "session"}
        assert operations(described)["post", "/api/meetings"]["security"] == [
            {"apiKey": []},
            {"bearer": []},
            {"session": []},
        ]
        assert operations(described)["get", "/api/auth/me"]["security"] == [{"session": []}]
        assert operations(described)["get", "/api/meetings/{meeting_id}"]["security"] == [
            {"apiKey": []},
            {"bearer": []},
            {"session": []},
            {"adminToken": []},
        ]
        assert described["components"]["securitySchemes"]["session"]["name"] == "onepizza_session"

    async def test_every_operation_says_who_may_call_it_and_how_others_are_refused(self, rest: Rest) -> None:
        found = operations(await document(rest))
        assert {place for place, operation in found.items() if not operation.get("security")} == OPEN_TO_ALL
        for place, operation in found.items():
            answers, ways = set(operation["responses"]), operation.get("security", [])
            assert "503" in answers or place == ("get", "/healthz"), place
            if ways and ways != [{"session": []}] and place[1].startswith("/api/meetings/{"):
                assert {"401", "404"} <= answers, place
            if ways:
                assert "401" in answers, place
                assert "429" in answers, place
            if any("adminToken" in way for way in ways):
                assert "403" in answers, place
            if operation.get("requestBody"):
                assert {"400", "413", "415"} <= answers, place
            if "{" in place[1]:
                assert "404" in answers, place

    async def test_whatever_creates_or_charges_may_be_repeated(self, rest: Rest) -> None:
        found = operations(await document(rest))
        repeatable = {
            place
            for place, operation in found.items()
            if any(each["name"] == "Idempotency-Key" for each in operation.get("parameters", ()))
        }
        creating = {place for place, operation in found.items() if "201" in operation["responses"]}
        assert repeatable == creating | {
            ("post", "/api/company/join"),
            ("post", "/api/meetings/{meeting_id}/host-link"),
        }
        assert all("422" in found[place]["responses"] for place in repeatable)

    async def test_property_names_are_those_of_the_wire(self, rest: Rest) -> None:
        schemas = (await document(rest))["components"]["schemas"]
        assert set(schemas["CreateMeeting"]["properties"]) == {
            "title", "scheduledAt", "muteOnJoin", "videoOffOnJoin", "maxParticipants",
        }  # fmt: skip
        assert schemas["CreateMeeting"]["additionalProperties"] is False
        assert set(schemas["ErrorBody"]["properties"]) == {"error", "code", "requestId", "details"}


@pytest.mark.slow
class TestTruth:
    async def test_answers_are_as_described(self, rest: Rest) -> None:
        described = await document(rest)
        you = await rest.register()
        owner = await rest.register("owner@example.com", "Acme Corp")
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        schema = schemathesis.openapi.from_dict(described)
        checks = [CHECKS.get_one(name) for name in CHECKED]
        loop = asyncio.get_running_loop()

        def call(case: Any, headers: dict[str, str]) -> None:
            keywords = case.as_transport_kwargs(base_url="http://onepizza.test")
            keywords = {key: value for key, value in keywords.items() if key in ("method", "url", "params", "json")}
            keywords["headers"] = {**(case.headers or {}), **headers}
            response = asyncio.run_coroutine_threadsafe(rest.http.request(**keywords), loop).result(30)
            case.validate_response(schemathesis.Response.from_httpx(response, verify=False), checks=checks)

        def explore_as(operation: Any, headers: dict[str, str]) -> None:
            @given(case=operation.as_strategy())
            @settings(
                max_examples=8,
                deadline=None,
                phases=[Phase.generate],
                derandomize=True,
                database=None,
                suppress_health_check=list(HealthCheck),
            )
            def run(case: Any) -> None:
                # Random text ends the session that the other calls are made with, and random numbers delete its key.
                sent = {} if case.operation.path in ENDS_ACCESS else headers
                if sent and "meeting_id" in (case.path_parameters or {}):
                    case.path_parameters["meeting_id"] = meeting_id
                call(case, sent)

            run()

        def explore() -> None:
            for found in schema.get_all_operations():
                explore_as(found.ok(), {})
                explore_as(found.ok(), you.host(admin_token))
                explore_as(found.ok(), owner.session)

        await asyncio.to_thread(explore)
