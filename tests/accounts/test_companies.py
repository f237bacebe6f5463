from __future__ import annotations

import asyncio
import re
from decimal import Decimal
from typing import Any

import pytest

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import CompanyPayer, Payer, UserPayer
from tests.support.money import total, unbalanced
from tests.support.rest import Account, Rest, body, error

COMPANY, JOIN, LEAVE = "/api/company", "/api/company/join", "/api/company/leave"
MEMBERS, CODE = "/api/company/members", "/api/company/invite-code"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
NOT_IN_COMPANY = error("not_in_company", "You do not belong to a company")
NOT_OWNER = error("not_company_owner", "Only the owner of the company may do this")


async def acme(rest: Rest) -> Account:
    return await rest.register("owner@acme.com", "Acme Corp")


async def join(rest: Rest, account: Account, code: str) -> dict[str, Any]:
    answer = await rest.http.post(JOIN, json={"inviteCode": code}, headers=account.session)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def me(rest: Rest, account: Account) -> dict[str, Any]:
    return (await rest.http.get("/api/auth/me", headers=account.session)).json()


async def post(rest: Rest, payer: Payer, amount: str, cause: str) -> None:
    async with rest.db.transaction() as tx:
        await ledger.post(tx, payer, Decimal(amount), EntryType.ADMIN_CREDIT, cause=cause, description="")


class TestJoin:
    async def test_makes_a_member_and_merges_the_balance(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        company_id = (await me(rest, owner))["company_id"]
        assert await join(rest, you, f" {owner.invite_code} ") == {
            "message": "Joined Acme Corp",
            "companyId": company_id,
            "companyName": "Acme Corp",
        }
        assert (await me(rest, you))["company_id"] == company_id
        assert [(await me(rest, account))["balance"] for account in (owner, you)] == ["2.0000", "2.0000"]
        pair = await rest.rows("SELECT amount FROM ledger_entries WHERE type = 'company_merge' ORDER BY amount")
        assert [row["amount"] for row in pair] == [-1, 1]
        assert await unbalanced(rest.db) == []
        assert (await rest.mail("You joined Acme Corp on onepizza")).to == "you@example.com"

    async def test_keys_stay_with_who_made_them(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        await join(rest, you, owner.invite_code)
        assert (await rest.http.get("/api/meetings", headers=you.key)).status_code == 200
        assert you.api_key[:9] not in (await rest.http.get("/api/user/keys", headers=owner.session)).text

    async def test_a_code_that_nobody_gave_out_is_not_found(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        for code in ("aBcDeFgHiJkL", owner.invite_code.swapcase(), "", "a\u0000"):
            answer = await rest.http.post(JOIN, json={"inviteCode": code}, headers=you.session)
            assert answer.status_code == 404
            assert body(answer) == error("invite_code_not_found", "This invite code is not valid")

    async def test_one_company_at_a_time(self, rest: Rest) -> None:
        owner, other = await acme(rest), await rest.register("owner@other.com", "Other")
        you = await rest.register()
        await join(rest, you, owner.invite_code)
        for account, code in ((you, owner.invite_code), (you, other.invite_code), (owner, other.invite_code)):
            answer = await rest.http.post(JOIN, json={"inviteCode": code}, headers=account.session)
            assert answer.status_code == 409
            assert body(answer) == error("already_in_company", "You already belong to a company")

    async def test_a_debt_stays_with_who_made_it(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        await post(rest, UserPayer((await me(rest, you))["id"]), "-1.5", "a debt")
        answer = await rest.http.post(JOIN, json={"inviteCode": owner.invite_code}, headers=you.session)
        assert answer.status_code == 409
        assert body(answer)["code"] == "negative_balance"
        found = await me(rest, you)
        assert (found["company_id"], found["balance"]) == (None, "-0.5000")

    @pytest.mark.parametrize(
        ("sent", "field"),
        [({}, "inviteCode"), ({"inviteCode": 1}, "inviteCode"), ({"inviteCode": "a" * 65}, "inviteCode"),
         ({"inviteCode": "a", "companyId": 1}, "companyId")],
    )  # fmt: skip
    async def test_names_the_field_that_does_not_fit(self, rest: Rest, sent: dict[str, object], field: str) -> None:
        you = await rest.register()
        answer = await rest.http.post(JOIN, json=sent, headers=you.session)
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == field

    async def test_wants_a_session(self, rest: Rest) -> None:
        you = await rest.register()
        for headers in ({}, you.key):
            answer = await rest.http.post(JOIN, json={"inviteCode": "aBcDeFgHiJkL"}, headers=headers)
            assert answer.status_code == 401

    async def test_twenty_joins_of_one_account_in_parallel_merge_once(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        sent = {"inviteCode": owner.invite_code}
        answers = await asyncio.gather(*(rest.http.post(JOIN, json=sent, headers=you.session) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
        assert (await me(rest, you))["balance"] == "2.0000"
        assert await rest.rows("SELECT count(*) FROM ledger_entries WHERE type = 'company_merge'") == [{"count": 2}]
        assert await unbalanced(rest.db) == []

    async def test_twenty_joins_beside_running_charges_merge_each_balance_once(self, rest: Rest) -> None:
        owner = await acme(rest)
        you = [await rest.register(f"dev{number}@example.com") for number in range(20)]
        ids = [(await me(rest, account))["id"] for account in you]
        company = CompanyPayer((await me(rest, owner))["company_id"])
        charges = [post(rest, company, "-0.01", f"company:{number}") for number in range(20)]
        charges += [post(rest, UserPayer(user_id), "-0.01", f"user:{user_id}") for user_id in ids]
        joins = [join(rest, account, owner.invite_code) for account in you]
        await asyncio.gather(*(work for pair in zip(joins, charges[:20], charges[20:], strict=True) for work in pair))
        assert await rest.rows("SELECT count(*) FROM ledger_entries WHERE type = 'company_merge'") == [{"count": 40}]
        assert await total(rest.db) == Decimal("21.00") - Decimal("0.40")
        assert await unbalanced(rest.db) == []
        assert await rest.rows("SELECT count(*) FROM company_members") == [{"count": 21}]

    async def test_twenty_joins_beside_meetings_that_end_charge_each_meeting_once(self, rest: Rest) -> None:
        """Whether an account's meeting is charged before or after its balance moved, it stays that account's to pay."""
        owner = await acme(rest)
        you = [await rest.register(f"dev{number}@example.com") for number in range(20)]
        meetings = [(account, *(await rest.meeting(account))) for account in (owner, *you)]
        for number, (_, meeting_id, _) in enumerate(meetings):
            await rest.join(meeting_id, f"c{number}", f"p{number}")
        rest.clock.advance(600)
        answers = await asyncio.gather(
            *(rest.http.post(JOIN, json={"inviteCode": owner.invite_code}, headers=account.session) for account in you),
            *(
                rest.http.delete(f"/api/meetings/{meeting_id}", headers=account.host(token))
                for account, meeting_id, token in meetings
            ),
        )
        assert [answer.status_code for answer in answers] == [200] * 41
        charged = await rest.rows("SELECT amount, company_id FROM ledger_entries WHERE type = 'meeting_charge'")
        assert [row["amount"] for row in charged] == [Decimal("-0.04")] * 21
        assert [row["company_id"] for row in charged].count(None) == 20
        assert await rest.rows("SELECT count(*) FROM ledger_entries WHERE type = 'company_merge'") == [{"count": 40}]
        assert await total(rest.db) == Decimal(21) - 21 * Decimal("0.04")
        assert await unbalanced(rest.db) == []


class TestReadCompany:
    async def test_says_which_and_as_what(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        company_id = (await join(rest, you, owner.invite_code))["companyId"]
        for account, role in ((owner, "owner"), (you, "member")):
            answer = await rest.http.get(COMPANY, headers=account.session)
            assert answer.json() == {"companyId": company_id, "companyName": "Acme Corp", "role": role}

    async def test_without_a_company_or_a_session_there_is_nothing(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.get(COMPANY, headers=you.session)
        assert answer.status_code == 404
        assert body(answer) == NOT_IN_COMPANY
        assert (await rest.http.get(COMPANY)).status_code == 401


class TestMembers:
    async def test_lists_everybody_for_the_owner(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        await join(rest, you, owner.invite_code)
        answer = await rest.http.get(MEMBERS, headers=owner.session)
        first, second = answer.json()["members"]
        assert answer.status_code == 200
        assert answer.json() == {
            "members": [
                {
                    "id": (await me(rest, owner))["id"],
                    "email": "owner@acme.com",
                    "role": "owner",
                    "joined_at": first["joined_at"],
                },
                {
                    "id": (await me(rest, you))["id"],
                    "email": "you@example.com",
                    "role": "member",
                    "joined_at": second["joined_at"],
                },
            ],
            "nextCursor": None,
        }
        assert re.fullmatch(TIME, first["joined_at"])

    async def test_pages(self, rest: Rest) -> None:
        owner = await acme(rest)
        for number in range(4):
            await join(rest, await rest.register(f"dev{number}@example.com"), owner.invite_code)
        emails, cursor = [], None
        while True:
            params = {"limit": 2} | ({} if cursor is None else {"cursor": cursor})
            page = (await rest.http.get(MEMBERS, params=params, headers=owner.session)).json()
            emails += [member["email"] for member in page["members"]]
            cursor = page["nextCursor"]
            if cursor is None:
                break
        assert emails == ["owner@acme.com", *(f"dev{number}@example.com" for number in range(4))]

    @pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"cursor": "x"}, {"cursor": "MTp4"}])
    async def test_refuses_a_cursor_of_no_list(self, rest: Rest, params: dict[str, Any]) -> None:
        owner = await acme(rest)
        assert (await rest.http.get(MEMBERS, params=params, headers=owner.session)).status_code == 400

    async def test_is_for_the_owner_only(self, rest: Rest) -> None:
        owner, you, stranger = await acme(rest), await rest.register(), await rest.register("other@example.com")
        await join(rest, you, owner.invite_code)
        for account, status, refusal in ((you, 403, NOT_OWNER), (stranger, 404, NOT_IN_COMPANY)):
            for answer in (
                await rest.http.get(MEMBERS, headers=account.session),
                await rest.http.delete(f"{MEMBERS}/1", headers=account.session),
                await rest.http.post(CODE, headers=account.session),
            ):
                assert answer.status_code == status
                assert body(answer) == refusal

    async def test_wants_a_session(self, rest: Rest) -> None:
        owner = await acme(rest)
        for headers in ({}, owner.key):
            assert (await rest.http.get(MEMBERS, headers=headers)).status_code == 401
            assert (await rest.http.delete(f"{MEMBERS}/1", headers=headers)).status_code == 401
            assert (await rest.http.post(CODE, headers=headers)).status_code == 401
            assert (await rest.http.post(LEAVE, headers=headers)).status_code == 401


class TestRemoveMember:
    async def test_ends_the_membership_at_once(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        await join(rest, you, owner.invite_code)
        member_id = (await me(rest, you))["id"]
        answer = await rest.http.delete(f"{MEMBERS}/{member_id}", headers=owner.session)
        assert answer.status_code == 200
        assert answer.json() == {"message": "Member removed"}
        found = await me(rest, you)
        assert (found["company_id"], found["balance"]) == (None, "0.0000")
        assert (await me(rest, owner))["balance"] == "2.0000"
        assert (await rest.http.post("/api/meetings", headers=you.key)).status_code == 402
        assert (await rest.http.get("/api/meetings", headers=you.key)).status_code == 200

    async def test_who_was_removed_may_join_again_with_what_it_has_by_then(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        member_id = (await me(rest, you))["id"]
        await join(rest, you, owner.invite_code)
        await rest.http.delete(f"{MEMBERS}/{member_id}", headers=owner.session)
        await post(rest, UserPayer(member_id), "3", "a gift")
        await join(rest, you, owner.invite_code)
        assert (await me(rest, owner))["balance"] == "5.0000"
        assert await unbalanced(rest.db) == []

    async def test_the_owner_stays(self, rest: Rest) -> None:
        owner = await acme(rest)
        owner_id = (await me(rest, owner))["id"]
        refusal = error("owner_stays", "The owner cannot leave the company")
        for answer in (
            await rest.http.delete(f"{MEMBERS}/{owner_id}", headers=owner.session),
            await rest.http.post(LEAVE, headers=owner.session),
        ):
            assert answer.status_code == 400
            assert body(answer) == refusal

    async def test_a_member_of_another_company_is_not_found(self, rest: Rest) -> None:
        owner, other, you = await acme(rest), await rest.register("o@other.com", "Other"), await rest.register()
        await join(rest, you, other.invite_code)
        for member_id in ((await me(rest, you))["id"], (await me(rest, other))["id"], 2**62):
            answer = await rest.http.delete(f"{MEMBERS}/{member_id}", headers=owner.session)
            assert answer.status_code == 404
            assert body(answer) == error("member_not_found", "Member not found")
        assert (await me(rest, you))["company_id"] == (await me(rest, other))["company_id"]


class TestLeave:
    async def test_ends_the_own_membership(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        await join(rest, you, owner.invite_code)
        answer = await rest.http.post(LEAVE, headers=you.session)
        assert answer.status_code == 200
        assert answer.json() == {"message": "Left Acme Corp"}
        assert (await me(rest, you))["company_id"] is None
        again = await rest.http.post(LEAVE, headers=you.session)
        assert again.status_code == 404
        assert body(again) == NOT_IN_COMPANY

    async def test_no_mail_greets_who_has_left_already(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        await join(rest, you, owner.invite_code)
        await rest.http.post(LEAVE, headers=you.session)
        assert not [mail for mail in await rest.mails() if "joined" in mail.subject]


class TestInviteCode:
    async def test_a_new_one_replaces_the_old(self, rest: Rest) -> None:
        owner, you = await acme(rest), await rest.register()
        answer = await rest.http.post(CODE, headers=owner.session)
        code = answer.json()["inviteCode"]
        assert answer.status_code == 200
        assert answer.json() == {"inviteCode": code}
        assert re.fullmatch("[A-Za-z]{12}", code)
        old = await rest.http.post(JOIN, json={"inviteCode": owner.invite_code}, headers=you.session)
        assert old.status_code == 404
        await join(rest, you, code)
