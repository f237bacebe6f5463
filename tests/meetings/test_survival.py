from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from typing import Any

import pytest

from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import MeetingEnded, RoomExpired
from onepizza.core.ids import secret_hash
from onepizza.meetings import expiry
from onepizza.rooms import errors
from onepizza.rooms.commands import Join, Kick, SetHand, SetMuted
from onepizza.rooms.snapshot import Snapshot
from tests.support.money import unbalanced
from tests.support.rest import Account, Rest, open_rest


def join(connection: str, **fields: Any) -> Join:
    values = {"participant_id": f"p-{connection}", "new_resume_token": f"token-{connection}", "name": connection}
    return Join(connection=connection, **(values | fields))


@asynccontextmanager
async def reborn(rest: Rest, database_url: str, *, down_s: float = 0.0) -> AsyncIterator[Rest]:
    """Start the program again on the database of one that was killed `down_s` ago."""
    async with open_rest(database_url) as fresh:
        fresh.clock.advance(rest.clock.now() + down_s - fresh.clock.now())
        await fresh.meetings.recover()
        yield fresh


async def running(rest: Rest) -> tuple[Account, str, str]:
    """Return an account and its meeting with Ada in it, kept in the database as of now."""
    you = await rest.register()
    meeting_id, admin_token = await rest.meeting(you, title="Standup")
    await rest.meetings.open(meeting_id)
    await rest.directory.call(meeting_id, join("ada"))
    rest.clock.advance(100)
    await rest.meetings.keeper.write(everything=True)
    return you, meeting_id, admin_token


class TestRecover:
    async def test_a_participant_comes_back_as_who_it_was(self, rest: Rest, database_url: str) -> None:
        _, meeting_id, _ = await running(rest)
        await rest.directory.call(meeting_id, SetMuted("ada", True))
        await rest.directory.call(meeting_id, SetHand("ada", True))
        await rest.meetings.keeper.write(everything=True)
        async with reborn(rest, database_url, down_s=30) as fresh:
            answer = await fresh.directory.call(meeting_id, join("ada2", resume_token="token-ada"))
            assert (answer.participant_id, answer.is_resumed) == ("p-ada", True)
            view = await fresh.meetings.view(meeting_id)
            assert view is not None
            assert (view.participants[0].is_muted, view.participants[0].is_hand_raised) == (True, True)

    async def test_settings_lock_token_and_invites_hold(self, rest: Rest, database_url: str) -> None:
        you, meeting_id, admin_token = await running(rest)
        path = f"/api/meetings/{meeting_id}"
        changes = {"title": "Renamed", "waitingRoom": True, "maxParticipants": 7}
        await rest.http.patch(f"{path}/settings", json=changes, headers=you.host(admin_token))
        new_token = (await rest.http.post(f"{path}/admin-token", headers=you.key)).json()["adminToken"]
        invite = (await rest.http.post(f"{path}/invite", headers=you.host(new_token))).json()["inviteToken"]
        async with reborn(rest, database_url) as fresh:
            details = (await fresh.http.get(path, headers=you.key)).json()
            assert (details["title"], details["participantCount"]) == ("Renamed", 1)
            assert (details["settings"]["waitingRoom"], details["settings"]["maxParticipants"]) == (True, 7)
            queued = await fresh.directory.call(meeting_id, join("bob"))
            assert queued.has_to_wait is True
            seated = await fresh.directory.call(meeting_id, join("cy", invite_token_hash=secret_hash(invite)))
            assert seated.participant_id == "p-cy"
            assert (await fresh.http.post(f"{path}/lock", headers=you.host(admin_token))).status_code == 403
            assert (await fresh.http.post(f"{path}/lock", headers=you.host(new_token))).status_code == 200
        async with reborn(fresh, database_url) as again:
            with pytest.raises(errors.RoomLocked):
                await again.directory.call(meeting_id, join("dee", invite_token_hash=secret_hash(invite)))

    async def test_a_kick_within_the_last_half_second_holds(self, rest: Rest, database_url: str) -> None:
        _, meeting_id, _ = await running(rest)
        await rest.directory.call(meeting_id, join("eve", origins=("evil",)))
        await rest.directory.call(meeting_id, Kick("p-eve"))
        await rest.meetings.keeper.write(everything=False)
        async with reborn(rest, database_url) as fresh:
            answer = await fresh.directory.call(meeting_id, join("eve2", origins=("evil",), resume_token="token-eve"))
            assert answer.has_to_wait is True

    async def test_nobody_returns_and_it_is_charged_to_the_last_heartbeat(self, rest: Rest, database_url: str) -> None:
        you, meeting_id, _ = await running(rest)
        rest.clock.advance(9)
        async with reborn(rest, database_url, down_s=3600) as fresh:
            ends: list[Any] = []
            expiry.subscribe(fresh.bus, fresh.meetings, ends.append)
            for _ in range(80):
                fresh.clock.advance(1)
                fresh.directory.tick()
            assert [fact.reason for fact in fresh.facts if isinstance(fact, RoomExpired)] == ["empty"]
            for end in ends:
                await end
            [line] = (await fresh.http.get("/api/meetings/history", headers=you.key)).json()["meetings"]
            assert (line["started_at"], line["ended_at"]) == ("2027-01-15T08:00:00Z", "2027-01-15T08:01:40Z")
            assert (line["duration_minutes"], line["cost_usd"]) == ("1.67", "0.0067")
            stays = (await fresh.http.get(f"/api/meetings/{meeting_id}/attendance", headers=you.key)).json()
            assert [stay["leftAt"] for stay in stays["attendance"]] == [1_800_000_100_000]
            assert await unbalanced(fresh.db) == []

    async def test_the_time_away_costs_nothing_if_somebody_returns(self, rest: Rest, database_url: str) -> None:
        you, meeting_id, admin_token = await running(rest)
        async with reborn(rest, database_url, down_s=600) as fresh:
            await fresh.directory.call(meeting_id, join("ada2", resume_token="token-ada"))
            fresh.clock.advance(50)
            await fresh.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
            [ended] = [fact for fact in fresh.facts if isinstance(fact, MeetingEnded)]
            assert (ended.billed_s, ended.cost_usd) == (150, Decimal("0.0100"))

    async def test_a_return_is_a_sign_of_life_even_if_the_next_death_comes_before_a_heartbeat(
        self, rest: Rest, database_url: str
    ) -> None:
        _, meeting_id, _ = await running(rest)
        async with reborn(rest, database_url, down_s=30) as second:
            await second.directory.call(meeting_id, join("ada2", resume_token="token-ada"))
            await second.meetings.keeper.write(everything=False)
            async with reborn(second, database_url, down_s=30) as third:
                assert await third.meetings.end(meeting_id, "host") is True
                [ended] = [fact for fact in third.facts if isinstance(fact, MeetingEnded)]
                assert (ended.ended_at, ended.billed_s) == (1_800_000_130.0, 100)

    async def test_what_is_over_stays_over(self, rest: Rest, database_url: str) -> None:
        _, meeting_id, _ = await running(rest)
        await rest.meetings.end(meeting_id, "host")
        await rest.meetings.keeper.write(everything=True)
        async with reborn(rest, database_url) as fresh:
            assert fresh.directory.live_ids() == ()
            assert await fresh.meetings.end(meeting_id, "host") is False

    async def test_guest_meetings_are_gone(self, rest: Rest, database_url: str) -> None:
        meeting_id, _ = await rest.guest_meeting()
        await rest.join(meeting_id, "c1", "p1")
        await rest.meetings.keeper.write(everything=True)
        async with reborn(rest, database_url) as fresh:
            assert not fresh.directory.is_live(meeting_id)

    async def test_more_rooms_than_one_slice_come_back(self, rest: Rest, database_url: str) -> None:
        owners = [await rest.register(), await rest.register("other@example.com")]
        ids = [(await rest.meeting(owner))[0] for owner in owners for _ in range(51)]
        for meeting_id in ids:
            await rest.join(meeting_id, f"c-{meeting_id}", f"p-{meeting_id}")
        await rest.meetings.keeper.write(everything=False)
        async with reborn(rest, database_url) as fresh:
            assert sorted(fresh.directory.live_ids()) == sorted(ids)


class TestKeeper:
    async def test_a_change_after_a_quiet_time_is_written_at_once(self, rest: Rest) -> None:
        _, meeting_id, _ = await running(rest)
        running_keeper = asyncio.create_task(rest.meetings.keeper.run())
        try:
            await asyncio.sleep(0.7)
            changed_at = asyncio.get_running_loop().time()
            await rest.directory.call(meeting_id, join("bob"))
            async with asyncio.timeout(5):
                while not await self._is_written(rest, "p-bob"):
                    await asyncio.sleep(0.005)
            assert asyncio.get_running_loop().time() - changed_at < 0.25
        finally:
            running_keeper.cancel()

    async def test_a_return_right_after_the_start_is_written_at_once(self, rest: Rest, database_url: str) -> None:
        _, meeting_id, _ = await running(rest)
        async with reborn(rest, database_url, down_s=30) as fresh:
            keeping = asyncio.create_task(fresh.meetings.keeper.run())
            try:
                await asyncio.sleep(0.02)
                fresh.clock.advance(3)
                returned_at = asyncio.get_running_loop().time()
                await fresh.directory.call(meeting_id, join("ada2", resume_token="token-ada"))
                async with asyncio.timeout(5):
                    while await self._beat_at(fresh) < fresh.clock.now():
                        await asyncio.sleep(0.005)
                assert asyncio.get_running_loop().time() - returned_at < 0.25
            finally:
                keeping.cancel()

    @staticmethod
    async def _beat_at(rest: Rest) -> float:
        async with rest.db.transaction() as tx:
            return (await tx.conn.fetchval("SELECT beat_at FROM live_rooms")).timestamp()

    async def test_a_room_that_cannot_be_kept_takes_no_other_with_it(self, rest: Rest) -> None:
        you, broken, _ = await running(rest)
        other, _ = await rest.meeting(you)
        await rest.join(other, "c1", "p1")
        tell = rest.directory.tell

        def fail(meeting_id: str, command: Any) -> Any:
            if meeting_id == broken and isinstance(command, Snapshot):
                raise KeyError("a bug")
            return tell(meeting_id, command)

        rest.directory.tell = fail  # type: ignore[method-assign]
        await rest.meetings.keeper.write(everything=True)
        async with rest.db.transaction() as tx:
            kept = await tx.conn.fetchval("SELECT state IS NOT NULL FROM live_rooms WHERE meeting_id = $1", other)
        assert kept is True

    async def test_what_could_not_be_written_is_tried_again(self, rest: Rest, monkeypatch: pytest.MonkeyPatch) -> None:
        _, meeting_id, _ = await running(rest)
        keeper, write, failures = rest.meetings.keeper, rest.meetings.keeper.write, 2

        async def unreliable(*, everything: bool) -> None:
            nonlocal failures
            if failures:
                failures -= 1
                raise ServiceUnavailable
            await write(everything=everything)

        monkeypatch.setattr(keeper, "write", unreliable)
        await rest.directory.call(meeting_id, join("bob"))
        running_keeper = asyncio.create_task(keeper.run())
        try:
            async with asyncio.timeout(5):
                while not await self._is_written(rest, "p-bob"):
                    await asyncio.sleep(0.02)
        finally:
            running_keeper.cancel()

    @staticmethod
    async def _is_written(rest: Rest, participant_id: str) -> bool:
        async with rest.db.transaction() as tx:
            return participant_id.encode() in await tx.conn.fetchval("SELECT state FROM live_rooms")

    async def test_a_room_in_which_nothing_happened_is_not_written_again(self, rest: Rest) -> None:
        await running(rest)
        async with rest.db.transaction() as tx:
            before = await tx.conn.fetchrow("SELECT state, beat_at FROM live_rooms")
            await tx.conn.execute("UPDATE live_rooms SET state = 'a mark'")
        rest.clock.advance(5)
        await rest.meetings.keeper.write(everything=True)
        async with rest.db.transaction() as tx:
            after = await tx.conn.fetchrow("SELECT state, beat_at FROM live_rooms")
        assert before is not None
        assert after is not None
        assert (after["state"], (after["beat_at"] - before["beat_at"]).total_seconds()) == (b"a mark", 5)

    async def test_a_late_heartbeat_does_not_bring_a_meeting_back(self, rest: Rest) -> None:
        _, meeting_id, _ = await running(rest)
        await rest.meetings.end(meeting_id, "host")
        rest.meetings.keeper.touch(meeting_id)
        await rest.meetings.keeper.write(everything=True)
        async with rest.db.transaction() as tx:
            assert await tx.conn.fetchval("SELECT count(*) FROM live_rooms") == 0

    async def test_a_room_without_its_row_gets_it_back(self, rest: Rest, database_url: str) -> None:
        _, meeting_id, _ = await running(rest)
        async with rest.db.transaction() as tx:
            await tx.conn.execute("DELETE FROM live_rooms")
        await rest.meetings.keeper.write(everything=True)
        assert rest.directory.is_live(meeting_id)
        async with reborn(rest, database_url) as fresh:
            answer = await fresh.directory.call(meeting_id, join("ada2", resume_token="token-ada"))
            assert answer.is_resumed is True

    async def test_no_secret_and_no_address_stand_in_the_row(self, rest: Rest) -> None:
        you, meeting_id, admin_token = await running(rest)
        path = f"/api/meetings/{meeting_id}"
        invite = (await rest.http.post(f"{path}/invite", headers=you.host(admin_token))).json()["inviteToken"]
        link = (await rest.http.post(f"{path}/host-link", headers=you.key)).json()["hostUrl"]
        async with rest.db.transaction() as tx:
            state = await tx.conn.fetchval("SELECT state FROM live_rooms")
        for secret in (invite, link.partition("#host=")[2], admin_token, "token-ada"):
            assert secret.encode() not in state
        assert secret_hash(invite) in state
