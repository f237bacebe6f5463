"""What the realtime edge asks before the first join."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from onepizza.core.errors import ServiceUnavailable
from onepizza.meetings.errors import MeetingHasEnded, MeetingNotFound, MeetingNotStarted
from onepizza.rooms.commands import RoomSettings
from tests.support.rest import Rest


class TestOpen:
    async def test_the_room_gets_what_was_booked(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, title="Team Standup", muteOnJoin=True, maxParticipants=3)
        assert not rest.directory.is_live(meeting_id)
        await rest.meetings.open(meeting_id)
        view = await rest.meetings.view(meeting_id)
        assert view is not None
        assert (view.title, view.settings) == ("Team Standup", RoomSettings(mute_on_join=True, max_participants=3))

    async def test_twice_keeps_the_room(self, rest: Rest) -> None:
        meeting_id, _ = await rest.meeting(await rest.register())
        await rest.join(meeting_id, "c1", "a1")
        await rest.meetings.open(meeting_id)
        view = await rest.meetings.view(meeting_id)
        assert view is not None
        assert len(view.participants) == 1

    async def test_a_guest_meeting_is_open(self, rest: Rest) -> None:
        meeting_id, _ = await rest.guest_meeting()
        await rest.meetings.open(meeting_id)

    @pytest.mark.parametrize("meeting_id", ["aaa-bbbb-ccc", "qwerty-abc", "", "\x00", "x" * 10_000])
    async def test_an_unknown_one_is_refused(self, rest: Rest, meeting_id: str) -> None:
        with pytest.raises(MeetingNotFound):
            await rest.meetings.open(meeting_id)

    async def test_an_ended_one_is_refused(self, rest: Rest) -> None:
        meeting_id, _ = await rest.meeting(await rest.register())
        await rest.meetings.end(meeting_id, "host")
        with pytest.raises(MeetingHasEnded):
            await rest.meetings.open(meeting_id)
        assert not rest.directory.is_live(meeting_id)

    async def test_a_scheduled_one_opens_at_its_time(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, scheduledAt="2027-01-15T09:00:00Z")
        with pytest.raises(MeetingNotStarted, match=r"scheduled for 2027-01-15T09:00:00\.000Z") as refusal:
            await rest.meetings.open(meeting_id)
        assert refusal.value.scheduled_at == datetime(2027, 1, 15, 9, tzinfo=UTC)
        rest.clock.advance(3600)
        await asyncio.gather(*(rest.meetings.open(meeting_id) for _ in range(10)))
        assert rest.directory.is_live(meeting_id)
        shown = await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)
        assert shown.json()["status"] == "active"

    async def test_an_end_that_races_leaves_no_room_behind(self, rest: Rest) -> None:
        you = await rest.register()
        for _ in range(10):
            meeting_id, _ = await rest.meeting(you)
            await asyncio.gather(
                rest.meetings.end(meeting_id, "host"),
                *(rest.meetings.open(meeting_id) for _ in range(5)),
                return_exceptions=True,
            )
            assert not rest.directory.is_live(meeting_id)

    async def test_a_lost_database_is_told(self, rest: Rest) -> None:
        await rest.db.close()
        with pytest.raises(ServiceUnavailable):
            await rest.meetings.open("aaa-bbbb-ccc")
