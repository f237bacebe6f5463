from __future__ import annotations

import pytest

from tests.support.rest import Rest, body, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")
DEFAULTS = {
    "muteOnJoin": False,
    "videoOffOnJoin": False,
    "maxParticipants": 50,
    "locked": False,
    "waitingRoom": False,
}


def participant(participant_id: str, name: str) -> dict[str, object]:
    return {
        "participantId": participant_id,
        "name": name,
        "isMuted": False,
        "isVideoOff": False,
        "isScreenSharing": False,
        "isHandRaised": False,
        "isAdmin": False,
        "joinedAt": 1_800_000_000_000,
    }


class TestGetMeeting:
    async def test_shows_who_is_in(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, title="Team Standup")
        await rest.join(meeting_id, "c1", "a1", "Alice")
        await rest.join(meeting_id, "c2", "b2", "Bob")
        answer = await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)
        assert answer.status_code == 200
        assert answer.json() == {
            "meetingId": meeting_id,
            "title": "Team Standup",
            "status": "active",
            "createdAt": 1_800_000_000_000,
            "participantCount": 2,
            "participants": [participant("a1", "Alice"), participant("b2", "Bob")],
            "settings": DEFAULTS,
        }

    async def test_a_scheduled_one_shows_its_time(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, title="Weekly", scheduledAt="2027-02-01T12:00:00Z")
        answer = await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)
        assert answer.json() == {
            "meetingId": meeting_id,
            "title": "Weekly",
            "status": "scheduled",
            "scheduledAt": "2027-02-01T12:00:00.000Z",
            "createdAt": 1_800_000_000_000,
            "participantCount": 0,
            "participants": [],
            "settings": DEFAULTS,
        }

    async def test_a_guest_meeting_by_its_admin_token(self, rest: Rest) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        answer = await rest.http.get(f"/api/meetings/{meeting_id}", headers={"x-admin-token": admin_token})
        assert answer.json() == {
            "meetingId": meeting_id,
            "title": "Quick Meeting",
            "status": "active",
            "createdAt": 1_800_000_000_000,
            "participantCount": 0,
            "participants": [],
            "settings": DEFAULTS,
        }
        assert (await rest.http.get(f"/api/meetings/{meeting_id}")).status_code == 403

    async def test_wants_a_key(self, rest: Rest) -> None:
        meeting_id, _ = await rest.meeting(await rest.register())
        assert (await rest.http.get(f"/api/meetings/{meeting_id}")).status_code == 401

    async def test_a_foreign_one_is_as_unknown_as_an_unknown_one(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        foreign, _ = await rest.meeting(other)
        for meeting_id in (foreign, "aaa-bbbb-ccc"):
            answer = await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)
            assert answer.status_code == 404
            assert body(answer) == NOT_FOUND

    @pytest.mark.parametrize("meeting_id", ["%00", "nope", "a" * 300, "..%2f..", "AAA-BBBB-CCC", "qwerty-abc"])
    async def test_what_is_no_id_is_not_found(self, rest: Rest, meeting_id: str) -> None:
        you = await rest.register()
        answer = await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)
        assert answer.status_code == 404

    @pytest.mark.parametrize("meeting_id", ["null", "MEETING_ID", "undefined"])
    async def test_a_wrong_key_is_told_before_an_id_that_is_none(self, rest: Rest, meeting_id: str) -> None:
        """What a script asks for whose creation was refused for the very same key; it hears the reason again."""
        answer = await rest.http.get(f"/api/meetings/{meeting_id}", headers={"x-api-key": "mk_yourkey"})
        assert (answer.status_code, body(answer)["code"]) == (401, "unauthenticated")
        assert (await rest.http.delete(f"/api/meetings/{meeting_id}")).status_code == 401


class TestListMeetings:
    async def test_lists_active_and_scheduled_newest_first(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        scheduled, _ = await rest.meeting(you, title="Weekly Sync", scheduledAt="2027-02-01T12:00:00Z")
        rest.clock.advance(1)
        active, _ = await rest.meeting(you, title="Team Standup")
        rest.clock.advance(1)
        ended, admin_token = await rest.meeting(you)
        await rest.http.delete(f"/api/meetings/{ended}", headers=you.host(admin_token))
        await rest.meeting(other)
        await rest.join(active, "c1", "a1")
        answer = await rest.http.get("/api/meetings", headers=you.key)
        assert answer.status_code == 200
        assert answer.json() == {
            "meetings": [
                {
                    "meetingId": active,
                    "title": "Team Standup",
                    "status": "active",
                    "participantCount": 1,
                    "createdAt": 1_800_000_001_000,
                },
                {
                    "meetingId": scheduled,
                    "title": "Weekly Sync",
                    "status": "scheduled",
                    "scheduledAt": "2027-02-01T12:00:00.000Z",
                    "participantCount": 0,
                },
            ],
            "nextCursor": None,
        }

    async def test_pages_lose_and_repeat_nothing(self, rest: Rest) -> None:
        you = await rest.register()
        created = {(await rest.meeting(you))[0] for _ in range(7)}
        seen: list[str] = []
        parameters: dict[str, str] = {"limit": "3"}
        while True:
            page = (await rest.http.get("/api/meetings", params=parameters, headers=you.key)).json()
            seen += [meeting["meetingId"] for meeting in page["meetings"]]
            if page["nextCursor"] is None:
                break
            assert len(page["meetings"]) == 3
            parameters["cursor"] = page["nextCursor"]
        assert len(seen) == 7
        assert set(seen) == created

    async def test_wants_a_key(self, rest: Rest) -> None:
        assert (await rest.http.get("/api/meetings")).status_code == 401

    @pytest.mark.parametrize(
        ("query", "field"),
        [("limit=0", "limit"), ("limit=101", "limit"), ("limit=x", "limit"), ("limit=NaN", "limit"),
         ("cursor=zzz", "cursor"), ("cursor=%00", "cursor"), ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTk5OmE", "cursor"),
         ("cursor=" + "a" * 129, "cursor")],
    )  # fmt: skip
    @pytest.mark.parametrize("path", ["/api/meetings", "/api/meetings/scheduled/list"])
    async def test_refuses_a_page_that_cannot_be(self, rest: Rest, path: str, query: str, field: str) -> None:
        you = await rest.register()
        answer = await rest.http.get(f"{path}?{query}", headers=you.key)
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == field


class TestListScheduled:
    async def test_lists_the_next_one_first(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        later, _ = await rest.meeting(you, title="Later", scheduledAt="2027-03-01T12:00:00Z")
        sooner, _ = await rest.meeting(you, title="Sooner", scheduledAt="2027-02-01T12:00:00Z")
        await rest.meeting(you)
        await rest.meeting(other, scheduledAt="2027-02-01T12:00:00Z")
        first = (await rest.http.get("/api/meetings/scheduled/list?limit=1", headers=you.key)).json()
        cursor = first["nextCursor"]
        assert first == {
            "meetings": [
                {
                    "meetingId": sooner,
                    "title": "Sooner",
                    "scheduledAt": "2027-02-01T12:00:00.000Z",
                    "status": "scheduled",
                    "createdAt": 1_800_000_000_000,
                }
            ],
            "nextCursor": cursor,
        }
        second = await rest.http.get(f"/api/meetings/scheduled/list?limit=1&cursor={cursor}", headers=you.key)
        assert [meeting["meetingId"] for meeting in second.json()["meetings"]] == [later]
        assert second.json()["nextCursor"] is None

    async def test_wants_a_key(self, rest: Rest) -> None:
        assert (await rest.http.get("/api/meetings/scheduled/list")).status_code == 401
