"""Many sockets at once: seats, invites, host links and tickets go to exactly as many as there are."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits
from onepizza.rooms.commands import AddHostToken, AddInvite, RoomRules, UpdateSettings
from onepizza.rooms.waiting_commands import AdmitAll
from tests.realtime.lean import Lean
from tests.realtime.stage import MEETING, Stage, stage

MANY = 1_000_000
CROWD = Limits(
    joins_per_address_per_minute=MANY, unjoined_sockets_per_address=MANY, failed_lookups_per_10_minutes=MANY,
    waiting_per_address=MANY, joined_sockets_per_address=MANY, client_reports_per_minute=MANY,
)  # fmt: skip


async def crowd(house: Stage, count: int) -> list[Lean]:
    """Connect this many sockets."""
    return [await Lean.connect(house) for _ in range(count)]


async def rush(people: list[Lean], **fields: Any) -> Counter[str]:
    """Have everybody join in the same moment and count how it went: ok, waiting, or the refusal's code."""
    asked = [
        person.asking("join-meeting", {"meetingId": MEETING, "name": f"P{number}"} | fields)
        for number, person in enumerate(people)
    ]
    answers = await asyncio.wait_for(asyncio.gather(*asked), 60)
    return Counter("waiting" if answer.get("isWaiting") else answer.get("code", "ok") for answer in answers)


async def hang_up(people: list[Lean]) -> None:
    for person in people:
        person.ws.transport.abort()
    await asyncio.gather(*(person._reading for person in people))


class TestCap:
    @pytest.mark.slow
    async def test_two_hundred_joins_at_once_seat_exactly_ten_of_ten(self) -> None:
        async with stage(limits=CROWD) as house:
            await house.meetings.open(MEETING)
            await house.directory.call(MEETING, UpdateSettings(max_participants=10))
            people = await crowd(house, 200)
            assert await rush(people) == {"ok": 10, "room_full": 190}
            assert len(house.describe().participants) == 10
            await asyncio.gather(*(person.settle() for person in people))
            roster = {view.participant_id for view in house.describe().participants}
            assert [person.people for person in people if person.is_in] == [roster] * 10
            assert all(person.outside == ["error"] for person in people if not person.is_in)
            await hang_up(people)

    async def test_admitted_people_and_a_rush_of_hosts_share_the_seats(self) -> None:
        async with stage(limits=CROWD) as house:
            house.meetings.rules = RoomRules(max_waiting_per_address=20)
            await house.meetings.open(MEETING)
            await house.directory.call(MEETING, UpdateSettings(max_participants=10, waiting_room=True))
            people = await crowd(house, 20)
            assert await rush(people) == {"waiting": 20}
            assert await house.directory.call(MEETING, AdmitAll()) == 10
            latecomers = await crowd(house, 5)
            token = "d4" * 32
            assert await rush(latecomers, isAdmin=True, adminToken=token) == {"room_full": 5}
            assert await rush(people) == {"ok": 10, "waiting": 10}
            assert len(house.describe().participants) == 10
            await hang_up(people + latecomers)


class TestOneUse:
    async def test_one_invite_raced_by_fifty_sockets_lets_one_in(self) -> None:
        async with stage(limits=CROWD) as house:
            await house.meetings.open(MEETING)
            await house.directory.call(MEETING, UpdateSettings(waiting_room=True))
            await house.directory.call(MEETING, AddInvite(secret_hash("one"), None, house.clock.now() + 60))
            people = await crowd(house, 50)
            assert await rush(people, inviteToken="one") == {"ok": 1, "bad_invite": 49}
            assert len(house.names()) == 1
            await hang_up(people)

    async def test_one_host_link_raced_by_fifty_sockets_makes_one_host(self) -> None:
        async with stage(limits=CROWD) as house:
            await house.meetings.open(MEETING)
            await house.directory.call(MEETING, AddHostToken(secret_hash("link"), house.clock.now() + 60))
            people = await crowd(house, 50)
            assert await rush(people, isAdmin=True, adminToken="link") == {"ok": 1, "bad_admin_token": 49}
            assert [view.is_admin for view in house.describe().participants] == [True]
            await hang_up(people)

    async def test_one_seat_raced_by_its_own_token_has_one_holder(self) -> None:
        async with stage(limits=CROWD) as house:
            first = await Lean.connect(house)
            await first.join("Ada")
            people = await crowd(house, 20)
            join = {"meetingId": MEETING, "resumeToken": first.token}
            # Who is replaced in the same moment is closed, with the answer or before it.
            await asyncio.gather(*(person.asking("join-meeting", join) for person in people), return_exceptions=True)
            await asyncio.gather(*(person.settle() for person in people))
            assert house.names() == ["Ada"]
            assert len([person for person in people if person.is_in]) == 1
            assert not first.is_in
            await hang_up([first, *people])
