from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from onepizza.core.facts import MeetingCreated, MeetingEnded, RoomExpired
from onepizza.meetings import expiry
from onepizza.rooms.commands import Leave
from tests.support.rest import Rest, body, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")
BAD_TOKEN = error("bad_admin_token", "Missing or invalid admin token")


class TestEndMeeting:
    async def test_tells_everybody_and_keeps_the_record(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, title="Team Standup")
        await rest.join(meeting_id, "c1", "a1", "Alice")
        await rest.join(meeting_id, "c2", "b2", "Bob")
        rest.clock.advance(60)
        answer = await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert answer.status_code == 200
        assert answer.json() == {"message": "Meeting ended"}
        for connection in ("c1", "c2"):
            assert rest.outbox.events_for(connection)[-1] == ("meeting:ended", {"reason": "The host ended the meeting"})
        assert not rest.directory.is_live(meeting_id)
        assert [fact for fact in rest.facts if isinstance(fact, MeetingEnded)] == [
            MeetingEnded(
                at=1_800_000_060.0,
                meeting_id=meeting_id,
                owner_id=1,
                title="Team Standup",
                started_at=1_800_000_000.0,
                ended_at=1_800_000_060.0,
                billed_s=60,
                peak_participants=2,
                cost_usd=Decimal("0.0080"),
                reason="host",
            )
        ]
        async with rest.db.transaction() as tx:
            row = await tx.conn.fetchrow(
                "SELECT status, end_reason, peak_participants, ended_at - started_at AS lasted FROM meetings"
            )
        assert row is not None
        assert (row["status"], row["end_reason"], row["peak_participants"]) == ("ended", "host", 2)
        assert row["lasted"].total_seconds() == 60

    async def test_the_second_time_it_is_not_found(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        path, headers = f"/api/meetings/{meeting_id}", you.host(admin_token)
        assert (await rest.http.delete(path, headers=headers)).status_code == 200
        answer = await rest.http.delete(path, headers=headers)
        assert answer.status_code == 404
        assert body(answer) == NOT_FOUND
        assert (await rest.http.get(path, headers=you.key)).status_code == 404

    async def test_twenty_at_once_end_it_once(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        answers = await asyncio.gather(
            *(rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token)) for _ in range(20))
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [404] * 19
        assert len([fact for fact in rest.facts if isinstance(fact, MeetingEnded)]) == 1
        ended = [event for event in rest.outbox.events_for("c1") if event[0] == "meeting:ended"]
        assert len(ended) == 1

    async def test_a_scheduled_one_is_cancelled_without_an_end(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, scheduledAt="2027-02-01T12:00:00Z")
        answer = await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert answer.status_code == 200
        assert answer.json() == {"message": "Meeting cancelled"}
        assert [type(fact) for fact in rest.facts] == [MeetingCreated]
        listed = await rest.http.get("/api/meetings/scheduled/list", headers=you.key)
        assert listed.json() == {"meetings": [], "nextCursor": None}

    async def test_checks_key_then_owner_then_token(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        path = f"/api/meetings/{meeting_id}"
        cases = [
            ({}, 401, error("unauthenticated", "Missing or invalid API key")),
            ({"x-admin-token": admin_token}, 401, error("unauthenticated", "Missing or invalid API key")),
            (other.host(admin_token), 404, NOT_FOUND),
            (you.key, 403, BAD_TOKEN),
            (you.host("0" * 64), 403, BAD_TOKEN),
            (you.host(""), 403, BAD_TOKEN),
        ]
        for headers, status, expected in cases:
            answer = await rest.http.delete(path, headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected)
        assert (await rest.http.get(path, headers=you.key)).status_code == 200

    async def test_the_token_of_another_meeting_is_wrong(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        _, other_token = await rest.meeting(you)
        answer = await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(other_token))
        assert answer.status_code == 403


class TestEndGuestMeeting:
    async def test_the_token_alone_ends_it(self, rest: Rest) -> None:
        meeting_id, admin_token = await rest.guest_meeting(title="Quick Sync")
        await rest.join(meeting_id, "c1", "a1")
        path = f"/api/meetings/{meeting_id}"
        refused = await rest.http.delete(path, headers={"x-admin-token": "wrong"})
        assert (refused.status_code, body(refused)) == (403, BAD_TOKEN)
        answer = await rest.http.delete(path, headers={"x-admin-token": admin_token})
        assert (answer.status_code, answer.json()) == (200, {"message": "Meeting ended"})
        assert rest.outbox.events_for("c1")[-1] == ("meeting:ended", {"reason": "The host ended the meeting"})
        again = await rest.http.delete(path, headers={"x-admin-token": admin_token})
        assert (again.status_code, body(again)) == (404, NOT_FOUND)
        [ended] = [fact for fact in rest.facts if isinstance(fact, MeetingEnded)]
        assert (ended.owner_id, ended.title) == (None, "Quick Sync")


class TestExpiry:
    async def test_a_room_that_asks_for_its_end_gets_it(self, rest: Rest) -> None:
        tasks: list[asyncio.Task[None]] = []
        expiry.subscribe(rest.bus, rest.meetings, lambda work: tasks.append(asyncio.ensure_future(work)))
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        guest_id, _ = await rest.guest_meeting()
        await rest.meetings.open(meeting_id)
        rest.clock.advance(900)
        rest.directory.tick()
        await asyncio.gather(*tasks)
        assert rest.directory.live_ids() == (meeting_id,)
        rest.clock.advance(86_400)
        rest.directory.tick()
        await asyncio.gather(*tasks)
        assert rest.directory.live_ids() == ()
        ended = [(fact.meeting_id, fact.reason) for fact in rest.facts if isinstance(fact, MeetingEnded)]
        assert ended == [(guest_id, "never_joined"), (meeting_id, "never_joined")]
        assert len([fact for fact in rest.facts if isinstance(fact, RoomExpired)]) == 2
        async with rest.db.transaction() as tx:
            assert await tx.conn.fetchval("SELECT status FROM meetings") == "ended"


class TestLifetimes:
    """To the second, with somebody inside or after the last one left (CONTRACT 1.3 and 2)."""

    @pytest.mark.parametrize(
        ("is_guest", "leaves", "lives_s", "reason"),
        [
            (False, True, 60, "empty"),
            (False, False, 86_400, "too_old"),
            (True, True, 900, "empty"),
            (True, False, 7_200, "too_old"),
        ],
    )
    async def test_ends_by_itself(self, rest: Rest, is_guest: bool, leaves: bool, lives_s: int, reason: str) -> None:
        tasks: list[asyncio.Task[None]] = []
        expiry.subscribe(rest.bus, rest.meetings, lambda work: tasks.append(asyncio.ensure_future(work)))
        meeting_id, _ = await rest.guest_meeting() if is_guest else await rest.meeting(await rest.register())
        await rest.join(meeting_id, "ada", "p-ada")
        if leaves:
            await rest.directory.call(meeting_id, Leave("ada"))
        rest.clock.advance(lives_s - 1)
        rest.directory.tick()
        await asyncio.gather(*tasks)
        assert rest.directory.live_ids() == (meeting_id,)
        rest.clock.advance(1)
        rest.directory.tick()
        await asyncio.gather(*tasks)
        assert rest.directory.live_ids() == ()
        assert [fact.reason for fact in rest.facts if isinstance(fact, MeetingEnded)] == [reason]


class TestSweep:
    async def test_ends_meetings_that_nobody_ever_opened(self, rest: Rest) -> None:
        you = await rest.register()
        old, _ = await rest.meeting(you)
        rest.clock.advance(3600)
        young, _ = await rest.meeting(you)
        rest.clock.advance(23 * 3600)
        await rest.meetings.sweep()
        listed = (await rest.http.get("/api/meetings", headers=you.key)).json()["meetings"]
        assert [meeting["meetingId"] for meeting in listed] == [young]
        [ended] = [fact for fact in rest.facts if isinstance(fact, MeetingEnded)]
        assert (ended.meeting_id, ended.reason, ended.started_at) == (old, "never_joined", None)

    async def test_activates_meetings_whose_time_has_come(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, scheduledAt="2027-01-15T09:00:00Z")
        rest.clock.advance(3599)
        await rest.meetings.sweep()
        path = f"/api/meetings/{meeting_id}"
        assert (await rest.http.get(path, headers=you.key)).json()["status"] == "scheduled"
        rest.clock.advance(1)
        await rest.meetings.sweep()
        assert (await rest.http.get(path, headers=you.key)).json()["status"] == "active"
