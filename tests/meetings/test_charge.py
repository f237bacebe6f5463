from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from decimal import Decimal
from typing import Any

import asyncpg
import httpx
import pytest

from onepizza.billing.rates import set_rate
from onepizza.core.db import Transaction
from onepizza.core.errors import ServiceUnavailable
from onepizza.core.facts import MeetingEnded, ParticipantLeft
from onepizza.rooms.commands import Disconnected, Leave
from tests.support.money import total, unbalanced
from tests.support.rest import Account, Rest

CREDIT = Decimal("1.000000")


async def rows(rest: Rest, table: str) -> list[dict[str, Any]]:
    async with rest.db.transaction() as tx:
        return [dict(row) for row in await tx.conn.fetch(f"SELECT * FROM {table}")]


async def charges(rest: Rest) -> list[tuple[str, Decimal]]:
    entries = await rows(rest, "ledger_entries")
    return [(entry["cause"], entry["amount"]) for entry in entries if entry["type"] == "meeting_charge"]


class TestCharge:
    async def test_is_taken_with_the_end_and_written_in_the_history(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, title="Team Standup")
        rest.clock.advance(600)
        for name in ("a", "b", "c", "d"):
            await rest.join(meeting_id, f"c-{name}", f"p-{name}")
        rest.clock.advance(1800)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert await charges(rest) == [(f"meeting:{meeting_id}:1", Decimal("-0.480000"))]
        [line] = await rows(rest, "meeting_history")
        assert (line["title"], line["billed_seconds"], line["peak_participants"]) == ("Team Standup", 1800, 4)
        assert (line["rate_usd"], line["cost_usd"]) == (Decimal("0.004000"), Decimal("0.4800"))
        assert (line["started_at"].timestamp(), line["ended_at"].timestamp()) == (1_800_000_600, 1_800_002_400)
        assert await unbalanced(rest.db) == []

    async def test_time_in_which_nobody_was_there_is_free(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(60)
        await rest.directory.call(meeting_id, Leave("c1"))
        rest.clock.advance(45)
        await rest.join(meeting_id, "c2", "p2")
        rest.clock.advance(60)
        await rest.directory.call(meeting_id, Leave("c2"))
        rest.clock.advance(30)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        [line] = await rows(rest, "meeting_history")
        assert (line["billed_seconds"], line["cost_usd"]) == (120, Decimal("0.0080"))
        assert (line["ended_at"] - line["started_at"]).total_seconds() == 165

    async def test_a_lost_connection_counts_until_it_was_lost(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(60)
        await rest.directory.call(meeting_id, Disconnected("c1"))
        for _ in range(80):
            rest.clock.advance(1)
            rest.directory.tick()
        assert await rest.meetings.end(meeting_id, "empty") is True
        [line] = await rows(rest, "meeting_history")
        assert (line["billed_seconds"], line["cost_usd"]) == (60, Decimal("0.0040"))

    async def test_who_was_there_for_less_than_five_seconds_costs_nothing(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(4.9)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert await charges(rest) == []
        [line] = await rows(rest, "meeting_history")
        assert (line["billed_seconds"], line["peak_participants"], line["cost_usd"]) == (5, 0, Decimal("0.0000"))

    async def test_twenty_ends_at_once_charge_once(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(600)
        headers = you.host(admin_token)
        answers = await asyncio.gather(
            *(rest.http.delete(f"/api/meetings/{meeting_id}", headers=headers) for _ in range(10)),
            *(rest.meetings.end(meeting_id, "too_old") for _ in range(10)),
        )
        assert sum(answer is True or getattr(answer, "status_code", 0) == 200 for answer in answers) == 1
        assert await charges(rest) == [(f"meeting:{meeting_id}:1", Decimal("-0.040000"))]
        assert len(await rows(rest, "meeting_history")) == 1
        assert len([fact for fact in rest.facts if isinstance(fact, MeetingEnded)]) == 1
        assert await unbalanced(rest.db) == []

    async def test_never_joined_costs_nothing_and_leaves_no_history(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        rest.clock.advance(3600)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert (await charges(rest), await rows(rest, "meeting_history")) == ([], [])
        [ended] = [fact for fact in rest.facts if isinstance(fact, MeetingEnded)]
        assert (ended.started_at, ended.billed_s, ended.cost_usd) == (None, 0, Decimal(0))

    async def test_a_cancelled_one_costs_nothing_and_tells_nobody(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, scheduledAt="2027-02-01T12:00:00Z")
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert (await charges(rest), await rows(rest, "meeting_history")) == ([], [])
        assert [fact for fact in rest.facts if isinstance(fact, MeetingEnded)] == []

    async def test_a_guest_meeting_is_not_billed(self, rest: Rest) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(600)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers={"x-admin-token": admin_token})
        [ended] = [fact for fact in rest.facts if isinstance(fact, MeetingEnded)]
        assert (ended.billed_s, ended.cost_usd) == (600, None)
        assert (await rows(rest, "meeting_history"), await rows(rest, "attendance")) == ([], [])

    async def test_the_rate_of_the_end_holds(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(60)
        async with rest.db.transaction() as tx:
            await set_rate(tx, Decimal("0.02"))
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        assert await charges(rest) == [(f"meeting:{meeting_id}:1", Decimal("-0.020000"))]

    async def test_a_balance_may_become_negative(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(10 * 3600)
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        [balance] = [row["amount"] for row in await rows(rest, "balances") if row["user_id"] is not None]
        assert balance == CREDIT - Decimal("2.4")
        assert await unbalanced(rest.db) == []


class TestOneTransaction:
    async def test_a_listener_that_fails_leaves_the_meeting_as_it_was(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        rest.clock.advance(60)
        fail = True

        async def listener(_tx: Transaction, _fact: MeetingEnded) -> None:
            if fail:
                raise ServiceUnavailable

        rest.bus.in_transaction(MeetingEnded, listener)
        with pytest.raises(ServiceUnavailable):
            await rest.meetings.end(meeting_id, "host")
        assert (await charges(rest), await rows(rest, "meeting_history")) == ([], [])
        assert rest.directory.is_live(meeting_id)
        assert not [event for event in rest.outbox.events_for("c1") if event[0] == "meeting:ended"]
        fail = False
        assert await rest.meetings.end(meeting_id, "host") is True
        assert len(await charges(rest)) == 1
        assert [row["participant_id"] for row in await rows(rest, "attendance")] == ["p1"]

    async def test_a_room_whose_end_was_lost_on_the_way_is_closed(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        async with rest.db.transaction() as tx:
            await tx.conn.execute("DELETE FROM live_rooms")
            await tx.conn.execute("UPDATE meetings SET status = 'ended', ended_at = now()")
        await rest.meetings.keeper.write(everything=True)
        assert not rest.directory.is_live(meeting_id)
        assert rest.outbox.events_for("c1")[-1] == ("meeting:ended", {"reason": "The meeting has ended"})

    async def test_somebody_who_came_back_in_time_is_not_put_out(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        assert await rest.meetings.end(meeting_id, "empty") is False
        assert await rest.meetings.end(meeting_id, "never_joined") is False
        assert rest.directory.is_live(meeting_id)

    async def test_history_cannot_be_changed(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        await rest.meetings.end(meeting_id, "host")
        for statement in ("UPDATE meeting_history SET cost_usd = 0", "DELETE FROM meeting_history"):
            with pytest.raises(asyncpg.RestrictViolationError):
                async with rest.db.transaction() as tx:
                    await tx.conn.execute(statement)


class TestAttendance:
    async def test_has_every_stay_with_when_the_connection_was_there(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        left: list[ParticipantLeft] = []
        rest.bus.after_commit(ParticipantLeft, left.append)
        await rest.join(meeting_id, "c1", "p1", "Alice")
        rest.clock.advance(10)
        await rest.join(meeting_id, "c2", "p2", "Bob")
        await rest.join(meeting_id, "c3", "p3", "Cy")
        await rest.meetings.keeper.write(everything=False)
        rest.clock.advance(10)
        await rest.directory.call(meeting_id, Leave("c1"))
        await rest.directory.call(meeting_id, Disconnected("c2"))
        rest.clock.advance(16)
        rest.directory.tick()
        assert len(left) == 2
        await rest.meetings.end(meeting_id, "host")
        found = sorted(await rows(rest, "attendance"), key=lambda row: row["participant_id"])
        start = 1_800_000_000
        assert [
            (row["participant_id"], row["name"], row["joined_at"].timestamp(), row["left_at"].timestamp())
            for row in found
        ] == [
            ("p1", "Alice", start, start + 20),
            ("p2", "Bob", start + 10, start + 20),
            ("p3", "Cy", start + 10, start + 36),
        ]
        await rest.meetings.keeper.write(everything=True)
        assert sorted(await rows(rest, "attendance"), key=lambda row: row["participant_id"]) == found


class TestCompanyJoinsBesideAnEnd:
    async def test_many_rounds_merge_and_charge_once_and_nobody_deadlocks(self, rest: Rest) -> None:
        """Meetings of the company and of those who join are ended, each by three, while 20 accounts join over REST."""
        owner = await rest.register("owner@acme.com", "Acme Corp")
        spent, people = Decimal(0), 1
        for round_number in range(5):
            joining = [await rest.register(f"dev{round_number}-{number}@example.com") for number in range(20)]
            meetings = [(owner, *await rest.meeting(owner))]
            meetings += [(account, *await rest.meeting(account)) for account in joining[:5]]
            for _, meeting_id, _ in meetings:
                await rest.join(meeting_id, f"c-{meeting_id}", f"p-{meeting_id}")
            rest.clock.advance(60)

            def end(account: Account, meeting_id: str, admin_token: str) -> Coroutine[Any, Any, httpx.Response]:
                return rest.http.delete(f"/api/meetings/{meeting_id}", headers=account.host(admin_token))

            def join(account: Account) -> Coroutine[Any, Any, httpx.Response]:
                sent = {"inviteCode": owner.invite_code}
                return rest.http.post("/api/company/join", json=sent, headers=account.session)

            work = [join(account) for account in joining for _ in range(2)]
            for number, meeting in enumerate(meetings):
                for copy in range(3):
                    work.insert((number * 7 + copy * 13) % len(work), end(*meeting))
            async with asyncio.timeout(60):
                answers = await asyncio.gather(*work)
            by_path: dict[str, list[int]] = {"join": [], "end": []}
            for answer in answers:
                by_path["end" if answer.request.method == "DELETE" else "join"].append(answer.status_code)
            assert sorted(by_path["join"]) == [200] * 20 + [409] * 20
            assert sorted(by_path["end"]) == [200] * len(meetings) + [404] * 2 * len(meetings)
            assert await unbalanced(rest.db) == []
            spent += Decimal("0.004") * len(meetings)
            people += 20
        assert await total(rest.db) == Decimal(people) - spent
        assert len(await charges(rest)) == 5 * 6
        merges = await rest.rows(
            "SELECT count(*) AS entries, count(DISTINCT split_part(cause, ':', 2)) AS merges, sum(amount) AS net "
            "FROM ledger_entries WHERE type = 'company_merge'"
        )
        assert merges == [{"entries": 200, "merges": 100, "net": 0}]
