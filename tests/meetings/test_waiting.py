"""The waiting room over REST (CONTRACT 4): key and admin token, the queue in order, one decision each."""

from __future__ import annotations

import pytest

from onepizza.rooms.commands import Join
from tests.support.rest import Rest, body, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")
BAD_TOKEN = error("bad_admin_token", "Missing or invalid admin token")
NO_KEY = error("unauthenticated", "Missing or invalid API key")
NO_WAITER = error("waiter_not_found", "Nobody of that id is in the waiting room")
CALLS = [("GET", ""), ("POST", "/w-bob/admit"), ("POST", "/w-bob/deny"), ("POST", "/admit-all")]


async def wait(rest: Rest, meeting_id: str, admin_token: str, *names: str) -> None:
    """Switch the waiting room on and let these people queue, over connections of the same name."""
    await rest.http.patch(
        f"/api/meetings/{meeting_id}/settings", json={"waitingRoom": True}, headers={"x-admin-token": admin_token}
    )
    await rest.meetings.open(meeting_id)
    for name in names:
        await rest.directory.call(
            meeting_id,
            Join(
                connection=name, participant_id=f"p-{name}", new_resume_token=name, waiter_id=f"w-{name}",
                name=name.title(),
            ),
        )  # fmt: skip
    rest.outbox.clear()


@pytest.mark.parametrize(("method", "path"), CALLS)
class TestWhoMay:
    async def test_only_the_owner_with_the_token(self, rest: Rest, method: str, path: str) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        await wait(rest, meeting_id, admin_token, "bob")
        cases = [
            (meeting_id, {}, 401, NO_KEY),
            (meeting_id, {"x-admin-token": admin_token}, 401, NO_KEY),
            (meeting_id, you.key, 403, BAD_TOKEN),
            (meeting_id, you.host("0" * 64), 403, BAD_TOKEN),
            (meeting_id, other.host(admin_token), 404, NOT_FOUND),
            ("aaa-bbbb-ccc", you.host(admin_token), 404, NOT_FOUND),
        ]
        for target, headers, status, expected in cases:
            answer = await rest.http.request(method, f"/api/meetings/{target}/waiting{path}", headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected)
        assert rest.outbox.deliveries == []

    async def test_the_token_alone_for_a_guest_meeting(self, rest: Rest, method: str, path: str) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        await wait(rest, meeting_id, admin_token, "bob")
        url = f"/api/meetings/{meeting_id}/waiting{path}"
        assert (await rest.http.request(method, url)).status_code == 403
        assert (await rest.http.request(method, url, headers={"x-admin-token": admin_token})).status_code == 200


class TestList:
    async def test_in_order(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await wait(rest, meeting_id, admin_token, "bob", "cyd")
        answer = await rest.http.get(f"/api/meetings/{meeting_id}/waiting", headers=you.host(admin_token))
        since = int(rest.clock.now() * 1000)
        assert answer.json() == {
            "waiting": [
                {"socketId": "w-bob", "name": "Bob", "waitingSince": since, "wasRemoved": False},
                {"socketId": "w-cyd", "name": "Cyd", "waitingSince": since, "wasRemoved": False},
            ]
        }

    async def test_of_a_meeting_nobody_opened_is_empty(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        answer = await rest.http.get(f"/api/meetings/{meeting_id}/waiting", headers=you.host(admin_token))
        assert (answer.status_code, answer.json()) == (200, {"waiting": []})


class TestDecide:
    async def test_admit(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await wait(rest, meeting_id, admin_token, "bob", "cyd")
        url = f"/api/meetings/{meeting_id}/waiting"
        answer = await rest.http.post(f"{url}/w-bob/admit", headers=you.host(admin_token))
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
        assert rest.outbox.events_for("bob") == [("waiting-room:admitted", {})]
        left = (await rest.http.get(url, headers=you.host(admin_token))).json()["waiting"]
        assert [waiter["name"] for waiter in left] == ["Cyd"]

    async def test_deny(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await wait(rest, meeting_id, admin_token, "bob")
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/waiting/w-bob/deny", headers=you.host(admin_token))
        assert (answer.status_code, answer.json()) == (200, {"ok": True})
        denied = {"message": "The host declined your entry", "retryAfter": 0}
        assert rest.outbox.events_for("bob") == [("waiting-room:denied", denied)]

    async def test_admit_all(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, maxParticipants=2)
        await wait(rest, meeting_id, admin_token, "bob", "cyd", "dan")
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/waiting/admit-all", headers=you.host(admin_token))
        assert (answer.status_code, answer.json()) == (200, {"ok": True, "admitted": 2})

    @pytest.mark.parametrize("action", ["admit", "deny"])
    async def test_who_waits_no_longer_is_not_found(self, rest: Rest, action: str) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        url, headers = f"/api/meetings/{meeting_id}/waiting/w-bob/{action}", you.host(admin_token)
        unopened = await rest.http.post(url, headers=headers)
        await wait(rest, meeting_id, admin_token, "bob")
        await rest.http.post(f"/api/meetings/{meeting_id}/waiting/w-bob/deny", headers=headers)
        gone = await rest.http.post(url, headers=headers)
        assert [(answer.status_code, body(answer)) for answer in (unopened, gone)] == [(404, NO_WAITER)] * 2

    async def test_a_locked_meeting_admits_nobody(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await wait(rest, meeting_id, admin_token, "bob")
        headers = you.host(admin_token)
        await rest.http.post(f"/api/meetings/{meeting_id}/lock", headers=headers)
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/waiting/w-bob/admit", headers=headers)
        assert (answer.status_code, body(answer)) == (403, error("room_locked", "This meeting is locked"))
