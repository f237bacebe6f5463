"""Invites to a meeting whose time has not come: made when it is planned, kept until it begins."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import msgspec
import pytest

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import UserPayer
from onepizza.core.ids import secret_hash
from onepizza.rooms.commands import Join
from onepizza.rooms.errors import BadInvite
from tests.support.rest import GENEROUS, Account, Rest, body, error, open_rest

STARTS_AT = "2027-01-20T12:00:00Z"
DAY_S = 24 * 3600


async def planned(rest: Rest) -> tuple[Account, str, str]:
    """Return an account and a meeting that it planned with a waiting room."""
    you = await rest.register()
    meeting_id, admin_token = await rest.meeting(you, scheduledAt=STARTS_AT)
    settings = f"/api/meetings/{meeting_id}/settings"
    await rest.http.patch(settings, json={"waitingRoom": True}, headers=you.host(admin_token))
    return you, meeting_id, admin_token


async def invite(rest: Rest, meeting_id: str, headers: dict[str, str]) -> str:
    answer = await rest.http.post(f"/api/meetings/{meeting_id}/invite", json={"name": "Bob"}, headers=headers)
    assert answer.status_code == 201, answer.text
    assert answer.json()["joinUrl"] == f"/join/{meeting_id}?invite={answer.json()['inviteToken']}&name=Bob"
    return answer.json()["inviteToken"]


def until_start(rest: Rest) -> float:
    return datetime(2027, 1, 20, 12, tzinfo=UTC).timestamp() - rest.clock.now()


async def knock(rest: Rest, meeting_id: str, connection: str, token: str | None) -> bool:
    """Open the meeting and ask for a seat; say whether there was one, and no wait."""
    await rest.meetings.open(meeting_id)
    token_hash = None if token is None else secret_hash(token)
    command = Join(
        connection=connection,
        participant_id=f"p-{connection}",
        new_resume_token=f"token-{connection}",
        invite_token_hash=token_hash,
    )
    return hasattr(await rest.directory.call(meeting_id, command), "participant_id")


class TestInviteAhead:
    async def test_lets_one_person_past_the_waiting_room_once_it_has_begun(self, rest: Rest) -> None:
        you, meeting_id, admin_token = await planned(rest)
        first, second = [await invite(rest, meeting_id, you.host(admin_token)) for _ in range(2)]
        rest.clock.advance(until_start(rest))
        await rest.meetings.sweep()
        assert await knock(rest, meeting_id, "eve", None) is False
        assert await knock(rest, meeting_id, "bob", first) is True
        with pytest.raises(BadInvite):
            await knock(rest, meeting_id, "cyd", first)
        assert await knock(rest, meeting_id, "dee", second) is True
        view = await rest.meetings.view(meeting_id)
        assert view is not None
        assert [person.participant_id for person in view.participants] == ["p-bob", "p-dee"]

    async def test_is_good_until_a_day_after_the_start(self, rest: Rest) -> None:
        you, meeting_id, admin_token = await planned(rest)
        early, late = [await invite(rest, meeting_id, you.host(admin_token)) for _ in range(2)]
        rest.clock.advance(until_start(rest) + DAY_S - 1)
        assert await knock(rest, meeting_id, "bob", early) is True
        rest.clock.advance(1)
        with pytest.raises(BadInvite):
            await knock(rest, meeting_id, "cyd", late)

    async def test_outlives_the_program(self, rest: Rest, database_url: str) -> None:
        you, meeting_id, admin_token = await planned(rest)
        token = await invite(rest, meeting_id, you.host(admin_token))
        async with open_rest(database_url) as fresh:
            fresh.clock.advance(until_start(fresh))
            await fresh.meetings.sweep()
            await fresh.meetings.recover()
            assert await knock(fresh, meeting_id, "bob", token) is True

    async def test_a_repeat_is_the_same_one(self, rest: Rest) -> None:
        you, meeting_id, admin_token = await planned(rest)
        headers = you.host(admin_token) | {"idempotency-key": "1"}
        assert len({await invite(rest, meeting_id, headers) for _ in range(2)}) == 1

    async def test_there_are_so_many(self, database_url: str) -> None:
        async with open_rest(database_url, msgspec.structs.replace(GENEROUS, invites_per_meeting=3)) as rest:
            you, meeting_id, admin_token = await planned(rest)
            path = f"/api/meetings/{meeting_id}/invite"
            answers = await asyncio.gather(*(rest.http.post(path, headers=you.host(admin_token)) for _ in range(5)))
            assert sorted(answer.status_code for answer in answers) == [201, 201, 201, 409, 409]

    async def test_nothing_is_left_of_it_after_a_cancellation(self, rest: Rest) -> None:
        you, meeting_id, admin_token = await planned(rest)
        await invite(rest, meeting_id, you.host(admin_token))
        await rest.http.delete(f"/api/meetings/{meeting_id}", headers=you.host(admin_token))
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/invite", headers=you.host(admin_token))
        assert (answer.status_code, body(answer)) == (404, error("meeting_not_found", "Meeting not found"))
        async with rest.db.transaction() as tx:
            assert await tx.conn.fetchval("SELECT count(*) FROM live_rooms") == 0

    async def test_nothing_is_left_of_it_if_nobody_can_pay(self, rest: Rest) -> None:
        you, meeting_id, admin_token = await planned(rest)
        await invite(rest, meeting_id, you.host(admin_token))
        async with rest.db.transaction() as tx:
            payer = UserPayer(await tx.conn.fetchval("SELECT owner_id FROM meetings"))
            await ledger.post(tx, payer, Decimal(-1), EntryType.ADMIN_CREDIT, cause="spent", description="")
        rest.clock.advance(until_start(rest) + DAY_S + 1)
        await rest.meetings.sweep()
        async with rest.db.transaction() as tx:
            assert await tx.conn.fetchval("SELECT status FROM meetings") == "cancelled"
            assert await tx.conn.fetchval("SELECT count(*) FROM live_rooms") == 0
