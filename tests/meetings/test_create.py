from __future__ import annotations

import re

import msgspec
import pytest

from onepizza.core.facts import MeetingCreated
from onepizza.core.ids import secret_hash
from tests.support.rest import GENEROUS, Rest, body, error, open_rest

PATH = "/api/meetings"
JSON = {"content-type": "application/json"}
DEFAULTS = {
    "muteOnJoin": False,
    "videoOffOnJoin": False,
    "maxParticipants": 50,
    "locked": False,
    "waitingRoom": False,
}
# The fake clock starts at 2027-01-15T08:00:00Z.


class TestCreateMeeting:
    async def test_an_instant_meeting(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, json={"title": "Team Standup"}, headers=you.key)
        created = answer.json()
        assert answer.status_code == 201
        assert re.fullmatch(r"[a-z]{3}-[a-z]{4}-[a-z]{3}", created["meetingId"])
        assert re.fullmatch(r"[0-9a-f]{64}", created["adminToken"])
        assert created == {
            "meetingId": created["meetingId"],
            "adminToken": created["adminToken"],
            "joinUrl": f"/join/{created['meetingId']}",
            "title": "Team Standup",
            "status": "active",
            "settings": DEFAULTS,
        }
        assert answer.headers["cache-control"] == "no-store"
        assert rest.facts == [
            MeetingCreated(
                at=rest.clock.now(),
                meeting_id=created["meetingId"],
                owner_id=1,
                is_scheduled=False,
                mute_on_join=False,
                waiting_room=False,
            )
        ]

    async def test_a_scheduled_meeting(self, rest: Rest) -> None:
        you = await rest.register()
        wish = {"title": "Weekly", "scheduledAt": "2027-01-15T15:30:00.1234+05:30", "muteOnJoin": True}
        answer = await rest.http.post(PATH, json=wish, headers=you.key)
        created = answer.json()
        assert answer.status_code == 201
        assert created == {
            "meetingId": created["meetingId"],
            "adminToken": created["adminToken"],
            "joinUrl": f"/join/{created['meetingId']}",
            "title": "Weekly",
            "scheduledAt": "2027-01-15T10:00:00.123Z",
            "status": "scheduled",
            "settings": {**DEFAULTS, "muteOnJoin": True},
        }

    @pytest.mark.parametrize("content", [b"", b"{}", b" {} "])
    async def test_everything_is_optional(self, rest: Rest, content: bytes) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, content=content, headers={**you.key, **JSON})
        assert answer.status_code == 201
        assert answer.json()["title"] == "Untitled Meeting"

    async def test_stores_the_admin_token_as_a_hash_and_the_payer(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        async with rest.db.transaction() as tx:
            row = await tx.conn.fetchrow("SELECT * FROM meetings")
        assert row is not None
        assert (row["meeting_id"], row["admin_token_hash"]) == (meeting_id, secret_hash(admin_token))
        assert (row["owner_id"], row["payer_user_id"], row["payer_company_id"]) == (1, 1, None)

    async def test_a_title_is_cleaned(self, rest: Rest) -> None:
        you = await rest.register()
        wish = {"title": "  Te\u202eam\u0000\n\n Stand\u200bup cafe\u0301 "}
        answer = await rest.http.post(PATH, json=wish, headers=you.key)
        assert answer.json()["title"] == "Team Standup caf\u00e9"

    @pytest.mark.parametrize(
        ("content", "field", "message"),
        [
            (b'{"title":7}', "title", "expected a string, got an integer"),
            (b'{"title":null}', "title", "expected a string, got null"),
            (b'{"title":"  \\u200b "}', "title", "must have 1 to 200 visible characters"),
            (b'{"title":"' + b"x" * 201 + b'"}', "title", "must have 1 to 200 visible characters"),
            (b'{"maxParticipants":"50"}', "maxParticipants", "expected an integer, got a string"),
            (b'{"maxParticipants":true}', "maxParticipants", "expected an integer, got true or false"),
            (b'{"maxParticipants":0}', "maxParticipants", "expected an integer >= 1"),
            (b'{"maxParticipants":501}', "maxParticipants", "expected an integer <= 500"),
            (b'{"maxParticipants":2.5}', "maxParticipants", "expected an integer, got a number"),
            (b'{"maxParticipants":1e999}', "maxParticipants", "number out of range"),
            (b'{"muteOnJoin":1}', "muteOnJoin", "expected true or false, got an integer"),
            (b'{"videoOffOnJoin":"no"}', "videoOffOnJoin", "expected true or false, got a string"),
            (b'{"waitingRoom":true}', "waitingRoom", "unknown field"),
            (b'{"owner_id":2}', "owner_id", "unknown field"),
            (b'{"scheduledAt":1800000000}', "scheduledAt", "expected a string, got an integer"),
            (b'{"scheduledAt":"tomorrow"}', "scheduledAt",
             "must be an RFC 3339 time with Z or an offset, such as 2026-04-01T14:00:00Z"),
            (b'{"scheduledAt":"2027-01-15T08:00:29Z"}', "scheduledAt",
             "must be in the future, at least 30 seconds from now"),
            (b'{"scheduledAt":"2028-01-15T08:00:01Z"}', "scheduledAt", "must be at most 365 days from now"),
            (b'{"scheduledAt":"2027-02-30T08:00:00Z"}', "scheduledAt", "is not a time that exists"),
            (b"[]", "", "expected object, got array"),
            (b"null", "", "expected object, got null"),
        ],
    )  # fmt: skip
    async def test_names_what_does_not_fit(self, rest: Rest, content: bytes, field: str, message: str) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, content=content, headers={**you.key, **JSON})
        assert answer.status_code == 400
        assert body(answer)["details"] == [{"field": field, "message": message}]

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            (b"{", "The request body is not valid JSON"),
            (b'{"maxParticipants":NaN}', "The request body is not valid JSON"),
            (b'{"maxParticipants":Infinity}', "The request body is not valid JSON"),
            (b'{"title":"\xff"}', "The request body is not valid JSON"),
            (b'{"title":"\\ud800"}', "The request body is not valid JSON"),
            (b'{"title":' + b"[" * 33 + b"]" * 33 + b"}", "The JSON is nested too deeply"),
            (b"[" * 30_000, "The JSON is nested too deeply"),
        ],
    )
    async def test_refuses_what_is_no_json(self, rest: Rest, content: bytes, message: str) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, content=content, headers={**you.key, **JSON})
        assert answer.status_code == 400
        assert body(answer) == error("invalid_request", message)

    async def test_a_title_may_hold_brackets(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, json={"title": '["{' * 40}, headers=you.key)
        assert answer.json()["title"] == '["{' * 40

    async def test_a_form_is_no_json(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.post(PATH, data={"title": "x"}, headers=you.key)
        assert answer.status_code == 415
        assert body(answer)["code"] == "unsupported_media_type"

    async def test_wants_a_key(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json={})
        assert answer.status_code == 401
        assert body(answer) == error("unauthenticated", "Missing or invalid API key")

    async def test_an_account_has_so_many_open_meetings_of_each_kind(self, database_url: str) -> None:
        limits = msgspec.structs.replace(GENEROUS, active_meetings_per_payer=2, scheduled_meetings_per_payer=1)
        later = {"scheduledAt": "2027-02-01T12:00:00Z"}
        async with open_rest(database_url, limits) as rest:
            you, other = await rest.register(), await rest.register("other@example.com")
            meeting_id, admin_token = await rest.meeting(you)
            await rest.meeting(you)
            refused = await rest.http.post(PATH, headers=you.key)
            assert refused.status_code == 409
            assert body(refused) == error("too_many_meetings", "You have too many open meetings, please end some first")
            await rest.meeting(you, **later)
            assert (await rest.http.post(PATH, json=later, headers=you.key)).status_code == 409
            await rest.meeting(other)
            await rest.http.delete(f"{PATH}/{meeting_id}", headers=you.host(admin_token))
            await rest.meeting(you)

    async def test_members_of_a_company_share_the_limit_of_the_one_who_pays(self, database_url: str) -> None:
        limits = msgspec.structs.replace(GENEROUS, active_meetings_per_payer=2)
        async with open_rest(database_url, limits) as rest:
            owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
            await rest.meeting(you)
            sent = {"inviteCode": owner.invite_code}
            await rest.http.post("/api/company/join", json=sent, headers=you.session)
            await rest.meeting(owner)
            meeting_id, admin_token = await rest.meeting(you)
            for account in (owner, you):
                answer = await rest.http.post(PATH, json={}, headers=account.key)
                assert (answer.status_code, body(answer)["code"]) == (409, "too_many_meetings")
            await rest.http.delete(f"{PATH}/{meeting_id}", headers=you.host(admin_token))
            await rest.meeting(owner)
