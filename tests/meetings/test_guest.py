from __future__ import annotations

import re
import uuid

import msgspec
import pytest

from onepizza.core.settings import Limits
from tests.support.rest import GENEROUS, Rest, body, error, open_rest

PATH = "/api/meetings/guest"
JSON = {"content-type": "application/json"}


class TestCreateGuestMeeting:
    async def test_needs_nobody(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json={"title": "Quick Sync"})
        created = answer.json()
        assert answer.status_code == 201
        assert re.fullmatch(r"[a-z]{6}-[a-z]{3}", created["meetingId"])
        assert str(uuid.UUID(created["adminToken"])) == created["adminToken"]
        assert created == {
            "meetingId": created["meetingId"],
            "adminToken": created["adminToken"],
            "joinUrl": f"/join/{created['meetingId']}",
            "title": "Quick Sync",
        }
        assert rest.directory.is_live(created["meetingId"])

    async def test_needs_no_body(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH)
        assert answer.status_code == 201
        assert answer.json()["title"] == "Quick Meeting"

    async def test_writes_nothing_to_the_database(self, rest: Rest) -> None:
        await rest.guest_meeting()
        async with rest.db.transaction() as tx:
            assert await tx.conn.fetchval("SELECT count(*) FROM meetings") == 0

    async def test_works_without_the_database(self, rest: Rest) -> None:
        await rest.db.close()
        assert (await rest.http.post(PATH)).status_code == 201

    @pytest.mark.parametrize(
        ("content", "field", "message"),
        [
            (b'{"title":""}', "title", "must have 1 to 200 visible characters"),
            (b'{"title":5}', "title", "expected a string, got an integer"),
            (b'{"maxParticipants":5}', "maxParticipants", "unknown field"),
        ],
    )
    async def test_names_what_does_not_fit(self, rest: Rest, content: bytes, field: str, message: str) -> None:
        answer = await rest.http.post(PATH, content=content, headers=JSON)
        assert answer.status_code == 400
        assert body(answer)["details"] == [{"field": field, "message": message}]

    async def test_an_address_has_five_an_hour(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            assert (await rest.http.post(PATH, json={"title": ""})).status_code == 400
            for left in (4, 3, 2, 1, 0):
                answer = await rest.http.post(PATH)
                assert answer.headers["ratelimit"] == f'"guest-meetings";r={left};t=3600'
            refused = await rest.http.post(PATH)
            assert refused.status_code == 429
            assert body(refused) == error("rate_limited", "Too many requests, please slow down")
            assert refused.headers["retry-after"] == "3600"
            assert refused.headers["ratelimit-policy"] == '"guest-meetings";q=5;w=3600'
            assert refused.headers["ratelimit"] == '"guest-meetings";r=0;t=3600'
            rest.clock.advance(3600)
            assert (await rest.http.post(PATH)).status_code == 201

    @pytest.mark.parametrize("is_known", [True, False], ids=["tokens", "ids"])
    @pytest.mark.parametrize(
        ("method", "path"), [("GET", ""), ("DELETE", ""), ("POST", "/lock"), ("POST", "/mute-all")]
    )
    async def test_guessing_is_limited_by_address_and_knowing_is_not(
        self, database_url: str, method: str, path: str, is_known: bool
    ) -> None:
        async with open_rest(database_url, Limits(api_requests_per_15_minutes=3)) as rest:
            meeting_id, admin_token = await rest.guest_meeting()
            guessed = f"/api/meetings/{meeting_id if is_known else 'qwerty-abc'}{path}"
            guesses = [await rest.http.request(method, guessed, headers={"x-admin-token": "no"}) for _ in range(4)]
            assert [guess.status_code for guess in guesses] == [403 if is_known else 404] * 3 + [429]
            right = await rest.http.get(f"/api/meetings/{meeting_id}", headers={"x-admin-token": admin_token})
            assert right.status_code == 200

    async def test_the_server_holds_so_many_at_once(self, database_url: str) -> None:
        limits = msgspec.structs.replace(GENEROUS, guest_meetings_live=2)
        async with open_rest(database_url, limits) as rest:
            meeting_id, admin_token = await rest.guest_meeting()
            await rest.guest_meeting()
            refused = await rest.http.post(PATH)
            assert refused.status_code == 503
            assert body(refused) == error(
                "guest_meetings_full", "There are too many guest meetings right now, please try again later"
            )
            assert refused.headers["retry-after"] == "60"
            await rest.http.delete(f"/api/meetings/{meeting_id}", headers={"x-admin-token": admin_token})
            assert (await rest.http.post(PATH)).status_code == 201
