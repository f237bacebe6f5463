"""Settings, lock and invites (API §6): the admin token decides, and a key that is sent must fit."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.rest import Rest, body, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")
BAD_TOKEN = error("bad_admin_token", "Missing or invalid admin token")
JSON = {"content-type": "application/json"}
CONTROLS = [("PATCH", "settings"), ("POST", "lock"), ("POST", "unlock"), ("POST", "invite")]


@pytest.mark.parametrize(("method", "control"), CONTROLS)
class TestWhoMay:
    async def test_a_key_is_not_needed(self, rest: Rest, method: str, control: str) -> None:
        meeting_id, admin_token = await rest.meeting(await rest.register())
        answer = await rest.http.request(
            method, f"/api/meetings/{meeting_id}/{control}", json={}, headers={"x-admin-token": admin_token}
        )
        assert answer.status_code in (200, 201)

    async def test_others_are_refused(self, rest: Rest, method: str, control: str) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        cases = [
            (meeting_id, {}, 403, BAD_TOKEN),
            (meeting_id, {"x-admin-token": "0" * 64}, 403, BAD_TOKEN),
            (meeting_id, you.key, 403, BAD_TOKEN),
            (meeting_id, other.host(admin_token), 404, NOT_FOUND),
            (meeting_id, {"x-api-key": "mk_no", "x-admin-token": admin_token}, 401,
             error("unauthenticated", "Missing or invalid API key")),
            ("aaa-bbbb-ccc", {"x-admin-token": admin_token}, 404, NOT_FOUND),
        ]  # fmt: skip
        for target, headers, status, expected in cases:
            answer = await rest.http.request(method, f"/api/meetings/{target}/{control}", json={}, headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected)

    async def test_a_guest_meeting_has_no_key(self, rest: Rest, method: str, control: str) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        path = f"/api/meetings/{meeting_id}/{control}"
        answer = await rest.http.request(method, path, json={}, headers={"x-admin-token": admin_token})
        assert answer.status_code in (200, 201)
        assert (await rest.http.request(method, path, json={})).status_code == 403

    async def test_after_the_end_it_is_not_found(self, rest: Rest, method: str, control: str) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.meetings.end(meeting_id, "host")
        answer = await rest.http.request(
            method, f"/api/meetings/{meeting_id}/{control}", json={}, headers=you.host(admin_token)
        )
        assert (answer.status_code, body(answer)) == (404, NOT_FOUND)


class TestChangeSettings:
    async def test_changes_the_row_and_tells_the_room_once(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        rest.outbox.clear()
        path, headers = f"/api/meetings/{meeting_id}", you.host(admin_token)
        answer = await rest.http.patch(
            f"{path}/settings", json={"title": " New ", "maxParticipants": 9, "waitingRoom": True}, headers=headers
        )
        assert (answer.status_code, answer.json()) == (200, {"message": "Settings updated"})
        expected = {
            "muteOnJoin": False,
            "videoOffOnJoin": False,
            "maxParticipants": 9,
            "locked": False,
            "waitingRoom": True,
        }
        assert rest.outbox.events_for("c1") == [("meeting:settings-updated", {**expected, "title": "New"})]
        shown = (await rest.http.get(path, headers=you.key)).json()
        assert (shown["title"], shown["settings"]) == ("New", expected)
        view = await rest.meetings.view(meeting_id)
        assert view is not None
        assert (view.title, view.settings.max_participants) == ("New", 9)

    async def test_a_room_that_opens_later_has_them(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.http.post(f"/api/meetings/{meeting_id}/lock", headers=you.host(admin_token))
        await rest.meetings.open(meeting_id)
        view = await rest.meetings.view(meeting_id)
        assert view is not None
        assert view.settings.locked

    async def test_works_on_a_guest_meeting(self, rest: Rest) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        await rest.join(meeting_id, "c1", "a1")
        headers = {"x-admin-token": admin_token}
        await rest.http.patch(f"/api/meetings/{meeting_id}/settings", json={"title": "Named"}, headers=headers)
        shown = (await rest.http.get(f"/api/meetings/{meeting_id}", headers=headers)).json()
        assert shown["title"] == "Named"
        assert rest.outbox.events_for("c1")[-1][1]["title"] == "Named"

    @pytest.mark.parametrize(
        ("content", "field", "message"),
        [
            (b'{"maxParticipants":0}', "maxParticipants", "expected an integer >= 1"),
            (b'{"maxParticipants":"5"}', "maxParticipants", "expected an integer, got a string"),
            (b'{"locked":"yes"}', "locked", "expected true or false, got a string"),
            (b'{"locked":null}', "locked", "expected true or false, got null"),
            (b'{"title":" "}', "title", "must have 1 to 200 visible characters"),
            (b'{"status":"ended"}', "status", "unknown field"),
        ],
    )
    async def test_names_what_does_not_fit(self, rest: Rest, content: bytes, field: str, message: str) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        answer = await rest.http.patch(
            f"/api/meetings/{meeting_id}/settings", content=content, headers={**you.host(admin_token), **JSON}
        )
        assert answer.status_code == 400
        assert body(answer)["details"] == [{"field": field, "message": message}]


class TestLock:
    async def test_locks_and_unlocks_with_one_broadcast_each(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        rest.outbox.clear()
        path, headers = f"/api/meetings/{meeting_id}", you.host(admin_token)
        locked = await rest.http.post(f"{path}/lock", headers=headers)
        again = await rest.http.post(f"{path}/lock", headers=headers)
        unlocked = await rest.http.post(f"{path}/unlock", headers=headers)
        assert [answer.json() for answer in (locked, again, unlocked)] == [
            {"message": "Meeting locked"},
            {"message": "Meeting locked"},
            {"message": "Meeting unlocked"},
        ]
        assert [event[1]["locked"] for event in rest.outbox.events_for("c1")] == [True, False]


class TestInvite:
    async def test_the_link_carries_token_and_name(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        answer = await rest.http.post(
            f"/api/meetings/{meeting_id}/invite", json={"name": " Bob & Ann#1 "}, headers=you.host(admin_token)
        )
        created = answer.json()
        assert answer.status_code == 201
        link = urlsplit(created["joinUrl"])
        assert link.path == f"/join/{meeting_id}"
        assert parse_qs(link.query) == {"invite": [created["inviteToken"]], "name": ["Bob & Ann#1"]}
        assert link.fragment == ""

    async def test_no_name_is_no_name(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/invite", headers=you.host(admin_token))
        token = answer.json()["inviteToken"]
        assert answer.json() == {"joinUrl": f"/join/{meeting_id}?invite={token}", "inviteToken": token}

    async def test_a_name_has_64_characters_at_most(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        answer = await rest.http.post(
            f"/api/meetings/{meeting_id}/invite", json={"name": "x" * 65}, headers=you.host(admin_token)
        )
        assert answer.status_code == 400
        assert body(answer)["details"] == [{"field": "name", "message": "must have 1 to 64 visible characters"}]
