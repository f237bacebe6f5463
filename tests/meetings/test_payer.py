"""Who pays for a meeting is settled when it is created, and must have something to pay with."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import CompanyPayer, Payer, UserPayer
from onepizza.core.settings import Limits
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
