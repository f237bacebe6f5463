from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from onepizza.billing import ledger
from onepizza.billing.ledger import EntryType
from onepizza.billing.payers import UserPayer
from tests.support.rest import Account, Rest

PATH = "/api/billing/history"


async def history(rest: Rest, account: Account, **params: Any) -> dict[str, Any]:
    answer = await rest.http.get(PATH, params=params, headers=account.session)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def charge(rest: Rest, email: str, amount: str, cause: str) -> None:
    async with rest.db.transaction() as tx:
        user_id = await tx.conn.fetchval("SELECT id FROM users WHERE email = $1", email)
        await ledger.post(
            tx,
            UserPayer(user_id),
            Decimal(amount),
            EntryType.MEETING_CHARGE,
            cause=cause,
            description=f"Meeting {cause}",
        )


class TestHistory:
    async def test_is_the_balance_and_what_made_it_newest_first(self, rest: Rest) -> None:
        you = await rest.register()
        await charge(rest, you.email, "-0.012", "abc-defg-hij")
        entries = await rest.rows(
            'SELECT id, to_char(created_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS at FROM ledger_entries ORDER BY id'
        )
        assert await history(rest, you) == {
            "balance": "0.9880",
            "transactions": [
                {
                    "id": entries[1]["id"],
                    "amount_usd": "-0.0120",
                    "type": "meeting_charge",
                    "description": "Meeting abc-defg-hij",
                    "created_at": entries[1]["at"],
                },
                {
                    "id": entries[0]["id"],
                    "amount_usd": "1.0000",
                    "type": "signup_credit",
                    "description": "Sign-up credit",
                    "created_at": entries[0]["at"],
                },
            ],
            "nextCursor": None,
        }

    async def test_is_the_companys_while_a_member(self, rest: Rest) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        own = await history(rest, you)
        await rest.http.post("/api/company/join", json={"inviteCode": owner.invite_code}, headers=you.session)
        shared = await history(rest, you)
        assert shared == await history(rest, owner)
        assert shared["balance"] == "2.0000"
        assert [row["type"] for row in shared["transactions"]] == ["company_merge", "signup_credit"]
        await rest.http.post("/api/company/leave", headers=you.session)
        left = await history(rest, you)
        assert left["balance"] == "0.0000"
        assert left["transactions"][1:] == own["transactions"]

    async def test_pages(self, rest: Rest) -> None:
        you = await rest.register()
        for number in range(4):
            await charge(rest, you.email, "-0.01", f"m{number}")
        found, cursor = [], {}
        while True:
            page = await history(rest, you, limit=2, **cursor)
            found += [row["description"] for row in page["transactions"]]
            if page["nextCursor"] is None:
                break
            cursor = {"cursor": page["nextCursor"]}
        assert found == ["Meeting m3", "Meeting m2", "Meeting m1", "Meeting m0", "Sign-up credit"]

    async def test_shows_nobody_elses(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        await charge(rest, other.email, "-0.5", "theirs")
        assert [row["type"] for row in (await history(rest, you))["transactions"]] == ["signup_credit"]

    @pytest.mark.parametrize("params", [{"limit": 0}, {"limit": 101}, {"limit": "x"}, {"cursor": "x"}])
    async def test_refuses_what_is_no_page(self, rest: Rest, params: dict[str, Any]) -> None:
        you = await rest.register()
        assert (await rest.http.get(PATH, params=params, headers=you.session)).status_code == 400

    async def test_wants_a_session(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.get(PATH)).status_code == 401
        assert (await rest.http.get(PATH, headers=you.key)).status_code == 401
