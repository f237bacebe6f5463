"""`Idempotency-Key` on what accounts create: done once, answered alike, and no secret kept for it."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import httpx
import pytest

from tests.support.money import total, unbalanced
from tests.support.rest import Rest, body, error, session_token

REGISTER, KEYS, JOIN = "/api/auth/register", "/api/user/keys", "/api/company/join"
ACME = {
    "email": "owner@acme.com",
    "password": "secret123",
    "accountType": "company",
    "companyName": "Acme Corp",
}
KEY = {"idempotency-key": "5f3a"}
MISMATCH = error("idempotency_mismatch", "This Idempotency-Key was used with another request")


async def sign_up(rest: Rest, **changed: str) -> httpx.Response:
    return await rest.http.post(REGISTER, json=ACME | changed, headers=KEY)


class TestRegister:
    async def test_again_it_is_the_same_account_key_and_code_and_logs_in(self, rest: Rest) -> None:
        first, again = await sign_up(rest), await sign_up(rest)
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json() == first.json()
        assert set(first.json()) == {"message", "email", "apiKey", "inviteCode", "accountType"}
        assert await rest.rows("SELECT count(*) FROM users") == [{"count": 1}]
        assert await total(rest.db) == Decimal("1.00")
        for answer in (first, again):
            cookie = {"cookie": f"onepizza_session={session_token(answer)}"}
            assert (await rest.http.get("/api/auth/me", headers=cookie)).json()["email"] == "owner@acme.com"
        used = await rest.http.get("/api/meetings", headers={"x-api-key": again.json()["apiKey"]})
        assert used.status_code == 200

    async def test_twenty_at_once_open_one(self, rest: Rest) -> None:
        answers = await asyncio.gather(*(sign_up(rest) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {201}
        assert len({answer.text for answer in answers}) == 1

    @pytest.mark.parametrize("changed", [{"password": "secret124"}, {"companyName": "Acme"}])
    async def test_another_body_sees_nothing(self, rest: Rest, changed: dict[str, str]) -> None:
        await sign_up(rest)
        answer = await sign_up(rest, **changed)
        assert (answer.status_code, body(answer)) == (422, MISMATCH)
        assert "set-cookie" not in answer.headers

    async def test_who_changed_the_password_since_sees_nothing(self, rest: Rest) -> None:
        session = {"cookie": f"onepizza_session={session_token(await sign_up(rest))}"}
        changed = {"currentPassword": "secret123", "newPassword": "secret124"}
        await rest.http.post("/api/auth/change-password", json=changed, headers=session)
        assert (await sign_up(rest)).status_code == 422

    async def test_another_address_has_keys_of_its_own(self, rest: Rest) -> None:
        await sign_up(rest)
        assert (await sign_up(rest, email="other@acme.com")).status_code == 201

    async def test_a_refused_one_may_be_mended(self, rest: Rest) -> None:
        await rest.register("owner@acme.com")
        assert (await sign_up(rest)).status_code == 409
        assert await rest.rows("SELECT 1 FROM idempotency_keys") == []

    async def test_neither_secret_nor_password_is_kept(self, rest: Rest) -> None:
        made = (await sign_up(rest)).json()
        [row] = await rest.rows("SELECT * FROM idempotency_keys")
        kept = b"".join(value for value in row.values() if isinstance(value, bytes))
        assert b"Account created" in kept
        assert made["apiKey"].encode() not in kept
        assert made["inviteCode"].encode() not in kept
        assert bytes.fromhex(made["apiKey"].removeprefix("mk_")) not in kept
        await sign_up(rest, password="secret124")
        assert await rest.rows("SELECT * FROM idempotency_keys") == [row]


class TestKeys:
    async def test_again_it_is_the_same_key(self, rest: Rest) -> None:
        you = await rest.register()
        sent = [await rest.http.post(KEYS, json={"label": "CI"}, headers=you.session | KEY) for _ in range(2)]
        assert [answer.status_code for answer in sent] == [201, 201]
        assert sent[0].json() == sent[1].json()
        assert len((await rest.http.get(KEYS, headers=you.session)).json()["keys"]) == 2
        used = await rest.http.get("/api/meetings", headers={"x-api-key": sent[1].json()["key"]})
        assert used.status_code == 200

    async def test_another_body_is_refused(self, rest: Rest) -> None:
        you = await rest.register()
        await rest.http.post(KEYS, json={"label": "CI"}, headers=you.session | KEY)
        answer = await rest.http.post(KEYS, json={"label": "CD"}, headers=you.session | KEY)
        assert (answer.status_code, body(answer)) == (422, MISMATCH)

    async def test_a_key_of_one_call_is_none_of_another(self, rest: Rest) -> None:
        you = await rest.register()
        await rest.http.post(KEYS, json={}, headers=you.session | KEY)
        answer = await rest.http.post("/api/meetings", json={}, headers=you.session | KEY)
        assert (answer.status_code, body(answer)) == (422, MISMATCH)


class TestJoinCompany:
    async def test_again_it_says_the_same_and_moves_no_money(self, rest: Rest) -> None:
        owner, you = await rest.register("owner@acme.com", "Acme Corp"), await rest.register()
        sent = {"inviteCode": owner.invite_code}
        answers = await asyncio.gather(*(rest.http.post(JOIN, json=sent, headers=you.session | KEY) for _ in range(20)))
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.text for answer in answers}) == 1
        assert await rest.rows("SELECT count(*) FROM ledger_entries WHERE type = 'company_merge'") == [{"count": 2}]
        assert await unbalanced(rest.db) == []
