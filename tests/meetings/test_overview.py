"""A meeting's own page: what its owner sees in each state, and who else sees anything (an extension)."""

from __future__ import annotations

from typing import Any

from onepizza.core.settings import Limits
from onepizza.rooms.commands import Join, Leave
from tests.support.rest import Account, Rest, body, error, open_rest

NOT_FOUND = error("meeting_not_found", "Meeting not found")
START_MS = 1_800_000_000_000
SETTINGS = {
    "muteOnJoin": False,
    "videoOffOnJoin": False,
    "maxParticipants": 50,
    "locked": False,
    "waitingRoom": False,
}


async def overview(rest: Rest, meeting_id: str, viewer: Account) -> dict[str, Any]:
    answer = await rest.http.get(f"/api/meetings/{meeting_id}/overview", headers=viewer.session)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.json()


async def wait_outside(rest: Rest, meeting_id: str, connection: str, name: str) -> None:
    await rest.directory.call(
        meeting_id,
        Join(connection=connection, participant_id=f"p-{connection}", new_resume_token=connection, name=name,
             waiter_id=f"w-{connection}"),
    )  # fmt: skip


def page(meeting_id: str, status: str, **differences: Any) -> dict[str, Any]:
    """Return the page of a meeting just created, with what is different."""
    return {
        "meetingId": meeting_id,
        "title": "Team Standup",
        "status": status,
        "isOwner": True,
        "createdAt": START_MS,
        "scheduledAt": None,
        "startedAt": None,
        "endedAt": None,
        "peakParticipants": 0,
        "isRecording": False,
        "participants": [],
        "waiting": [],
        "settings": SETTINGS,
        "cost": None,
    } | differences


class TestStates:
    async def test_scheduled_and_cancelled(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, title="Team Standup", scheduledAt="2027-02-01T12:00:00Z")
        planned = page(meeting_id, "scheduled", scheduledAt="2027-02-01T12:00:00.000Z")
        assert await overview(rest, meeting_id, you) == planned
        await rest.meetings.end(meeting_id, "host")
        assert await overview(rest, meeting_id, you) == planned | {"status": "cancelled", "endedAt": START_MS}

    async def test_live_shows_who_is_in_who_waits_and_what_it_costs_so_far(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, title="Team Standup")
        assert await overview(rest, meeting_id, you) == page(meeting_id, "active")
        await rest.join(meeting_id, "c1", "p1", "Alice")
        await rest.join(meeting_id, "c2", "p2", "Bob")
        await rest.http.patch(
            f"/api/meetings/{meeting_id}/settings", json={"waitingRoom": True}, headers=you.host(admin_token)
        )
        await wait_outside(rest, meeting_id, "c3", "Cyd")
        rest.clock.advance(90)
        people = [
            {
                "participantId": participant_id,
                "name": name,
                "isMuted": False,
                "isVideoOff": False,
                "isScreenSharing": False,
                "isHandRaised": False,
                "isAdmin": False,
                "joinedAt": START_MS,
            }
            for participant_id, name in (("p1", "Alice"), ("p2", "Bob"))
        ]
        rest.directory.tick()
        assert await overview(rest, meeting_id, you) == page(
            meeting_id,
            "active",
            startedAt=START_MS,
            peakParticipants=2,
            participants=people,
            waiting=[{"socketId": "w-c3", "name": "Cyd", "waitingSince": START_MS, "wasRemoved": False}],
            settings=SETTINGS | {"waitingRoom": True},
            cost={"durationMinutes": "1.50", "ratePerParticipantMinuteUsd": "0.0040", "costUsd": "0.0120"},
        )

    async def test_ended_says_what_it_came_to(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, title="Team Standup")
        for number in range(4):
            await rest.join(meeting_id, f"c{number}", f"p{number}")
        rest.clock.advance(1800)
        await rest.meetings.end(meeting_id, "host")
        rest.clock.advance(60)
        assert await overview(rest, meeting_id, you) == page(
            meeting_id,
            "ended",
            startedAt=START_MS,
            endedAt=START_MS + 1_800_000,
            peakParticipants=4,
            cost={"durationMinutes": "30.00", "ratePerParticipantMinuteUsd": "0.0040", "costUsd": "0.4800"},
        )

    async def test_ended_without_anybody(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, title="Team Standup")
        rest.clock.advance(60)
        await rest.meetings.end(meeting_id, "host")
        assert await overview(rest, meeting_id, you) == page(meeting_id, "ended", endedAt=START_MS + 60_000)

    async def test_cost_stands_still_while_nobody_is_there(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(30)
        await rest.directory.call(meeting_id, Leave("c1"))
        rest.clock.advance(20)
        assert (await overview(rest, meeting_id, you))["cost"] == {
            "durationMinutes": "0.50",
            "ratePerParticipantMinuteUsd": "0.0040",
            "costUsd": "0.0020",
        }


class TestWhoMay:
    async def test_only_a_session_of_the_owner(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        guest_id, guest_token = await rest.guest_meeting()
        logged_out = error("unauthenticated", "You are not logged in")
        cases = [
            (meeting_id, {}, 401, logged_out),
            (meeting_id, you.host(admin_token), 401, logged_out),
            (guest_id, {"x-admin-token": guest_token}, 401, logged_out),
            (meeting_id, other.session, 404, NOT_FOUND),
            (guest_id, you.session, 404, NOT_FOUND),
            ("aaa-bbbb-ccc", you.session, 404, NOT_FOUND),
        ]
        for target, headers, status, expected in cases:
            answer = await rest.http.get(f"/api/meetings/{target}/overview", headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected)

    async def test_the_company_that_paid_sees_it_once_it_is_over(self, rest: Rest) -> None:
        boss = await rest.register("owner@example.com", company_name="Acme")
        member = await rest.register("member@example.com")
        await rest.http.post("/api/company/join", json={"inviteCode": boss.invite_code}, headers=member.session)
        meeting_id, _ = await rest.meeting(member, title="Team Standup")
        await rest.join(meeting_id, "c1", "p1", "Alice")
        path = f"/api/meetings/{meeting_id}/overview"
        assert (await rest.http.get(path, headers=boss.session)).status_code == 404
        rest.clock.advance(60)
        await rest.meetings.end(meeting_id, "host")
        cost = {"durationMinutes": "1.00", "ratePerParticipantMinuteUsd": "0.0040", "costUsd": "0.0040"}
        seen = await overview(rest, meeting_id, boss)
        assert (seen["isOwner"], seen["cost"]) == (False, cost)

        await rest.http.post("/api/company/leave", headers=member.session)
        own = await overview(rest, meeting_id, member)
        assert (own["isOwner"], own["startedAt"], own["cost"]) == (True, START_MS, None)

    async def test_looking_has_a_quota_of_its_own(self, database_url: str) -> None:
        limits = Limits(api_requests_per_15_minutes=5, meeting_looks_per_15_minutes=3)
        async with open_rest(database_url, limits) as rest:
            you = await rest.register()
            meeting_id, _ = await rest.meeting(you)
            path = f"/api/meetings/{meeting_id}"
            statuses = [(await rest.http.get(f"{path}/overview", headers=you.session)).status_code for _ in range(4)]
            assert statuses == [200, 200, 200, 429]
            assert (await rest.http.get(path, headers=you.session)).status_code == 200
