"""Who pays for a meeting is settled when it is created, and must have something to pay with."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import CompanyPayer, Payer, UserPayer
from onepizza.core.errors import InsufficientCredits
from onepizza.core.settings import Limits
from onepizza.meetings.errors import MeetingHasEnded
from onepizza.rooms.commands import Leave
from tests.support.rest import Account, Rest, body, error, open_rest

PATH = "/api/meetings"
PAYER = "SELECT payer_user_id, payer_company_id FROM meetings ORDER BY created_at DESC, meeting_id LIMIT 1"


async def payer_of(rest: Rest, account: Account) -> Payer:
    [user] = await rest.rows("SELECT id, company_id FROM users WHERE email = $1", account.email)
    return UserPayer(user["id"]) if user["company_id"] is None else CompanyPayer(user["company_id"])


async def move(rest: Rest, payer: Payer, amount: str) -> None:
    async with rest.db.transaction() as tx:
        await ledger.post(tx, payer, Decimal(amount), EntryType.ADMIN_CREDIT, cause=f"{payer} {amount}", description="")


async def create(rest: Rest, account: Account, **sent: object) -> int:
    return (await rest.http.post(PATH, json=sent, headers=account.key)).status_code


class TestPayer:
    async def test_is_the_account_itself(self, rest: Rest) -> None:
        you = await rest.register()
        payer = await payer_of(rest, you)
        await rest.meeting(you)
        assert await rest.rows(PAYER) == [{"payer_user_id": payer.id, "payer_company_id": None}]

    async def test_is_the_company_of_a_member_and_stays_so_when_it_leaves(self, rest: Rest) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        await rest.http.post("/api/company/join", json={"inviteCode": owner.invite_code}, headers=you.session)
        company = await payer_of(rest, you)
        await rest.meeting(you)
        await rest.http.post("/api/company/leave", headers=you.session)
        assert await rest.rows(PAYER) == [{"payer_user_id": None, "payer_company_id": company.id}]


class TestCredit:
    @pytest.mark.parametrize(("change", "status"), [("-0.999999", 201), ("-1", 402), ("-1.000001", 402)])
    async def test_something_must_be_left(self, rest: Rest, change: str, status: int) -> None:
        you = await rest.register()
        await move(rest, await payer_of(rest, you), change)
        answer = await rest.http.post(PATH, json={}, headers=you.key)
        assert answer.status_code == status
        if status == 402:
            assert body(answer) == error("insufficient_credits", "Insufficient credits to start a meeting")
            scheduled = {"scheduledAt": "2027-02-01T00:00:00Z"}
            assert await create(rest, you, **scheduled) == 402
            assert await rest.rows("SELECT 1 FROM meetings") == []

    async def test_a_member_spends_the_companys_money_only(self, rest: Rest) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        own = await payer_of(rest, you)
        await rest.http.post("/api/company/join", json={"inviteCode": owner.invite_code}, headers=you.session)
        assert await create(rest, you) == 201
        await move(rest, own, "5")
        await move(rest, await payer_of(rest, you), "-2")
        assert [await create(rest, account) for account in (you, owner)] == [402, 402]
        await rest.http.post("/api/company/leave", headers=you.session)
        assert await create(rest, you) == 201

    async def test_without_a_sign_up_credit_nothing_starts(self, database_url: str) -> None:
        async with open_rest(database_url, signup_credit_usd=Decimal(0)) as rest:
            assert await create(rest, await rest.register()) == 402

    async def test_too_many_is_told_from_too_poor(self, database_url: str) -> None:
        async with open_rest(database_url, Limits(active_meetings_per_payer=1)) as rest:
            you = await rest.register()
            assert await create(rest, you) == 201
            assert await create(rest, you) == 409
            await move(rest, await payer_of(rest, you), "-1")
            assert await create(rest, you) == 402

    async def test_creating_and_joining_at_once_leaves_no_meeting_without_a_payer(self, rest: Rest) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        await asyncio.gather(
            *(create(rest, you) for _ in range(10)),
            rest.http.post("/api/company/join", json={"inviteCode": owner.invite_code}, headers=you.session),
        )
        wrong = "SELECT 1 FROM meetings WHERE num_nonnulls(payer_user_id, payer_company_id) <> 1"
        assert await rest.rows(wrong) == []


async def book(rest: Rest, account: Account) -> str:
    """Schedule a meeting an hour ahead; return its id."""
    meeting_id, _ = await rest.meeting(account, scheduledAt="2027-01-15T09:00:00Z")
    return meeting_id


async def status_of(rest: Rest, meeting_id: str) -> str:
    [row] = await rest.rows("SELECT status FROM meetings WHERE meeting_id = $1", meeting_id)
    return row["status"]


class TestCreditAtActivation:
    """A scheduled meeting whose payer is broke at its time waits for money, and not for ever."""

    async def test_nobody_gets_in_and_it_does_not_become_active(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id = await book(rest, you)
        await move(rest, await payer_of(rest, you), "-1")
        rest.clock.advance(3600)
        await rest.meetings.sweep()
        with pytest.raises(InsufficientCredits):
            await rest.meetings.open(meeting_id)
        assert await status_of(rest, meeting_id) == "scheduled"
        assert not rest.directory.is_live(meeting_id)

    async def test_it_becomes_active_as_soon_as_there_is_credit(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id = await book(rest, you)
        payer = await payer_of(rest, you)
        await move(rest, payer, "-1")
        rest.clock.advance(7200)
        await rest.meetings.sweep()
        await move(rest, payer, "0.01")
        await rest.meetings.sweep()
        assert await status_of(rest, meeting_id) == "active"
        await rest.meetings.open(meeting_id)

    async def test_a_day_after_its_time_it_is_cancelled_at_no_cost(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id = await book(rest, you)
        await move(rest, await payer_of(rest, you), "-1")
        rest.clock.advance(3600 + 86_399)
        await rest.meetings.sweep()
        assert await status_of(rest, meeting_id) == "scheduled"
        rest.clock.advance(1)
        await rest.meetings.sweep()
        assert await rest.rows("SELECT status, end_reason FROM meetings") == [
            {"status": "cancelled", "end_reason": "insufficient_credits"}
        ]
        assert await rest.rows("SELECT 1 FROM meeting_history") == []
        with pytest.raises(MeetingHasEnded):
            await rest.meetings.open(meeting_id)

    async def test_one_with_credit_still_fires_after_a_longer_downtime(self, rest: Rest) -> None:
        meeting_id = await book(rest, await rest.register())
        rest.clock.advance(3600 + 10 * 86_400)
        await rest.meetings.sweep()
        assert await status_of(rest, meeting_id) == "active"

    async def test_the_company_pays_for_what_its_member_scheduled(self, rest: Rest) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        await rest.http.post("/api/company/join", json={"inviteCode": owner.invite_code}, headers=you.session)
        meeting_id = await book(rest, you)
        company = await payer_of(rest, you)
        await rest.http.post("/api/company/leave", headers=you.session)
        await move(rest, await payer_of(rest, you), "5")
        await move(rest, company, "-2")
        rest.clock.advance(3600)
        await rest.meetings.sweep()
        with pytest.raises(InsufficientCredits):
            await rest.meetings.open(meeting_id)

    async def test_over_rest_it_is_a_402_and_still_a_scheduled_one_that_may_be_cancelled(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you, scheduledAt="2027-01-15T09:00:00Z")
        await move(rest, await payer_of(rest, you), "-1")
        rest.clock.advance(3600)
        for call in ("invite", "host-link"):
            answer = await rest.http.post(f"{PATH}/{meeting_id}/{call}", headers=you.host(admin_token))
            assert answer.status_code == 402
            assert body(answer) == error("insufficient_credits", "Insufficient credits to start a meeting")
        assert (await rest.http.get(f"{PATH}/{meeting_id}", headers=you.key)).json()["status"] == "scheduled"
        ended = await rest.http.delete(f"{PATH}/{meeting_id}", headers=you.host(admin_token))
        assert (ended.status_code, ended.json()) == (200, {"message": "Meeting cancelled"})


class TestCreditAtTheFirstJoin:
    async def test_nobody_is_the_first_without_credit(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        payer = await payer_of(rest, you)
        await move(rest, payer, "-1")
        with pytest.raises(InsufficientCredits):
            await rest.join(meeting_id, "c1", "a1")
        await move(rest, payer, "0.01")
        await rest.join(meeting_id, "c1", "a1")

    async def test_also_in_a_room_that_lives_because_somebody_was_invited(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.http.post(f"{PATH}/{meeting_id}/invite", headers=you.host(admin_token))
        assert rest.directory.is_live(meeting_id)
        await move(rest, await payer_of(rest, you), "-1")
        with pytest.raises(InsufficientCredits):
            await rest.meetings.open(meeting_id)

    async def test_a_meeting_under_way_lets_people_in_whatever_the_balance(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        await move(rest, await payer_of(rest, you), "-1")
        await rest.join(meeting_id, "c2", "b2", "Bob")
        await rest.directory.call(meeting_id, Leave("c1"))
        await rest.directory.call(meeting_id, Leave("c2"))
        await rest.join(meeting_id, "c3", "a3")

    async def test_guests_need_none(self, rest: Rest) -> None:
        meeting_id, _ = await rest.guest_meeting()
        await rest.join(meeting_id, "c1", "a1")
