"""kill -9 of the whole program at random moments: live meetings go on, none ends twice, each is charged once."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import WebSocketException

from onepizza.core.bus import Bus
from onepizza.core.db import Database
from tests.faults.house import House, Person, book, live
from tests.support.money import unbalanced

KILLS = int(os.environ.get("ONEPIZZA_TEST_KILLS", "10"))
"""50 is what the product promises to stand; 10 fit into the suite."""

MEETINGS = 20


async def stir(house: House, people: list[Person], chance: random.Random) -> None:
    """Do things that change rooms until the program is gone."""
    with contextlib.suppress(OSError, WebSocketException, AssertionError, TimeoutError):
        while True:
            someone = chance.choice(people)
            await someone.emit("raise-hand", {"isHandRaised": chance.random() < 0.5})
            await someone.emit("media:toggle-audio", {"isMuted": chance.random() < 0.5})
            passer_by = Person(someone.meeting_id, "Passer-by")
            await passer_by.join(house.address)
            await passer_by.emit("leave-meeting", {})
            await passer_by.forget_socket()


@pytest.mark.slow
class TestKill:
    async def test_meetings_survive_it_and_each_is_charged_once(self, database_url: str, tmp_path: Path) -> None:
        chance = random.Random(20_260_301)
        house = House(tmp_path / "data", database_url)
        await house.start()
        try:
            tokens = await book(house, MEETINGS)
            people = [Person(meeting_id, name) for meeting_id in tokens for name in ("Ada", "Bob")]
            await asyncio.gather(*(person.join(house.address) for person in people))
            await asyncio.sleep(1)
            for _ in range(KILLS - 2):
                await self._kill_and_return(house, people, chance)
            killed_at = await self._kill_while_ending(house, tokens, people, chance)
            await house.start()
            await self._check_the_books(house, database_url, tokens, killed_at)
        finally:
            for person in people:
                await person.forget_socket()
            await house.stop()

    async def _kill_and_return(self, house: House, people: list[Person], chance: random.Random) -> None:
        """Kill in the middle of everything; all come back as who they were, in meetings as they were."""
        before = {person: person.participant_id for person in people}
        stirring = asyncio.create_task(stir(house, people, chance))
        await asyncio.sleep(chance.uniform(0.0, 0.5))
        await house.kill()
        await stirring
        await house.start()
        assert set(await live(house)) == {person.meeting_id for person in people}
        await asyncio.gather(*(person.join(house.address) for person in people))
        assert {person: person.participant_id for person in people} == before

    async def _kill_while_ending(
        self, house: House, tokens: dict[str, str], people: list[Person], chance: random.Random
    ) -> float:
        """End half of the meetings while the program dies; return when. The other half loses everybody for good."""
        ending = list(tokens)[: MEETINGS // 2]

        async def end(meeting_id: str) -> None:
            with contextlib.suppress(httpx.HTTPError):
                headers = {**house.headers, "x-admin-token": tokens[meeting_id]}
                await house.ask("DELETE", f"/api/meetings/{meeting_id}", headers=headers)

        ends = [asyncio.create_task(end(meeting_id)) for meeting_id in ending for _ in range(3)]
        await asyncio.sleep(chance.uniform(0.05, 0.3))
        await house.kill()
        await asyncio.gather(*ends)
        await house.start()
        staying = [person for person in people if person.meeting_id not in ending]
        await asyncio.gather(*(person.join(house.address) for person in staying))
        await asyncio.gather(*(end(meeting_id) for meeting_id in ending for _ in range(2)))
        assert set(await live(house)) == set(tokens) - set(ending)
        killed_at = time.time()
        await house.kill()
        return killed_at

    async def _check_the_books(self, house: House, dsn: str, tokens: dict[str, str], killed_at: float) -> None:
        """Wait until the abandoned meetings have ended by themselves, and count."""
        async with asyncio.timeout(15):
            while await live(house):
                await asyncio.sleep(0.2)
        database = await Database.open(dsn, Bus())
        try:
            async with database.transaction() as tx:
                lines = await tx.conn.fetch("SELECT * FROM meeting_history ORDER BY id")
                charges = await tx.conn.fetch("SELECT cause, amount FROM ledger_entries WHERE type = 'meeting_charge'")
                left_over = await tx.conn.fetchval("SELECT count(*) FROM live_rooms")
                still_there = await tx.conn.fetchval("SELECT count(*) FROM attendance WHERE left_at IS NULL")
            assert sorted(line["meeting_id"] for line in lines) == sorted(tokens)
            costs = {f"meeting:{line['meeting_id']}:1": -line["cost_usd"] for line in lines if line["cost_usd"]}
            assert {row["cause"]: row["amount"] for row in charges} == costs
            assert costs
            abandoned = [line for line in lines if line["meeting_id"] in list(tokens)[MEETINGS // 2 :]]
            for line in abandoned:
                assert killed_at - 10 <= line["ended_at"].timestamp() <= killed_at + 0.1
                assert line["peak_participants"] >= 2
            assert (left_over, still_there) == (0, 0)
            assert await unbalanced(database) == []
        finally:
            await database.close()


@pytest.mark.slow
class TestRestart:
    async def test_a_polite_one_keeps_meetings_and_seats(self, database_url: str, tmp_path: Path) -> None:
        house = House(tmp_path / "data", database_url)
        await house.start()
        try:
            tokens = await book(house, MEETINGS)
            people = [Person(meeting_id, "Ada") for meeting_id in tokens]
            await asyncio.gather(*(person.join(house.address) for person in people))
            before = [person.participant_id for person in people]
            await house.stop()
            assert house.service is not None
            assert house.service.process.returncode == 0
            await house.start()
            await asyncio.gather(*(person.join(house.address) for person in people))
            assert [person.participant_id for person in people] == before
            assert set((await live(house)).values()) == {1}
        finally:
            for person in people:
                await person.forget_socket()
            await house.stop()

    async def test_a_scheduled_meeting_opens_on_time_and_after_downtime(
        self, database_url: str, tmp_path: Path
    ) -> None:
        house = House(tmp_path / "data", database_url)
        house.also(LIMIT_SCHEDULE_AHEAD_MIN_SECONDS="0.05")
        await house.start()
        try:
            await book(house, MEETINGS)
            now = time.time()
            soon, later = [await schedule(house, now + ahead_s) for ahead_s in (2.0, 3.5)]
            statuses = await status_changes(house, soon)
            assert now + 2.0 <= statuses["active"] <= now + 4.0
            await house.kill()
            await asyncio.sleep(max(0.0, now + 3.6 - time.time()))
            await house.start()
            started_at = time.time()
            assert (await status_changes(house, later))["active"] <= started_at + 2.0
        finally:
            await house.stop()


async def schedule(house: House, at: float) -> str:
    moment = datetime.fromtimestamp(at, UTC).isoformat()
    answer = await house.ask("POST", "/api/meetings", json={"scheduledAt": moment}, headers=house.headers)
    assert answer.status_code == 201, answer.text
    return answer.json()["meetingId"]


async def status_changes(house: House, meeting_id: str) -> dict[str, float]:
    """Return when each status was first seen, up to `active`, looking ten times a second."""
    seen: dict[str, float] = {}
    async with asyncio.timeout(10):
        while "active" not in seen:
            asked_at = time.time()
            answer = await house.ask("GET", f"/api/meetings/{meeting_id}", headers=house.headers)
            seen.setdefault(answer.json()["status"], asked_at)
            await asyncio.sleep(0.1)
    return seen
