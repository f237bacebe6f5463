from __future__ import annotations

import asyncio
import re
from decimal import Decimal

import pytest

from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits
from tests.support.rest import Rest, body, cookie, error, open_rest, session_token

PATH = "/api/auth/register"
BAD_NAME = "must have 1 to 100 visible characters"
VALID = {"email": "you@example.com", "password": "secret123"}


class TestRegister:
    async def test_answers_with_a_key_that_works(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json=VALID)
        api_key = answer.json()["apiKey"]
        assert answer.status_code == 201
        assert answer.json() == {
            "message": "Account created",
            "email": "you@example.com",
            "apiKey": api_key,
            "accountType": "personal",
        }
        assert answer.headers["cache-control"] == "no-store"
        assert (await rest.http.get("/api/meetings", headers={"x-api-key": api_key})).status_code == 200

    async def test_stores_the_key_and_the_password_as_hashes_only(self, rest: Rest) -> None:
        api_key = (await rest.http.post(PATH, json=VALID)).json()["apiKey"]
        [key] = await rest.rows("SELECT key_hash, key_prefix, label, is_active FROM api_keys")
        [user] = await rest.rows("SELECT * FROM users")
        assert key == {
            "key_hash": secret_hash(api_key),
            "key_prefix": api_key[:9],
            "label": "Default",
            "is_active": True,
        }
        assert str(user["password_hash"]).startswith("$argon2id$")
        assert user["is_admin"] is False
        assert user["account_type"] == "personal"

    async def test_an_address_is_taken_in_every_case(self, rest: Rest) -> None:
        await rest.http.post(PATH, json=VALID)
        answer = await rest.http.post(PATH, json={**VALID, "email": " YOU@Example.COM "})
        assert answer.status_code == 409
        assert body(answer) == error("email_taken", "This email is already in use")

    async def test_twenty_at_once_give_one_account(self, rest: Rest) -> None:
        emails = ["you@example.com", "You@Example.com"] * 10
        answers = await asyncio.gather(*(rest.http.post(PATH, json={**VALID, "email": email}) for email in emails))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
        assert len(await rest.rows("SELECT 1 FROM users")) == 1
        assert len(await rest.rows("SELECT 1 FROM api_keys")) == 1

    async def test_logs_in(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json=VALID)
        me = await rest.http.get("/api/auth/me", headers=cookie(session_token(answer)))
        assert me.json()["email"] == "you@example.com"

    async def test_gives_the_sign_up_credit_once_and_greets_by_mail(self, rest: Rest) -> None:
        await rest.register()
        assert (await rest.http.post(PATH, json=VALID)).status_code == 409
        assert await rest.rows("SELECT amount, type FROM ledger_entries") == [
            {"amount": Decimal(1), "type": "signup_credit"}
        ]
        assert [(mail.to, mail.subject) for mail in await rest.mails()] == [("you@example.com", "Welcome to onepizza")]

    async def test_a_strange_page_cannot_sign_somebody_up(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json=VALID, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert body(answer) == error("foreign_origin", "This page may not act for you")

    @pytest.mark.parametrize(
        "email",
        ["", "you", "you@", "@example.com", "you@example", "a b@example.com", "you@example..com", ".you@example.com",
         "you@exam\u200bple.com", "you@example.com\u0000", "<you@example.com>", "y" * 250 + "@example.com"],
    )  # fmt: skip
    async def test_refuses_what_is_no_address(self, rest: Rest, email: str) -> None:
        answer = await rest.http.post(PATH, json={**VALID, "email": email})
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == "email"

    @pytest.mark.parametrize(
        ("change", "field", "message"),
        [
            ({"password": "1234567"}, "password", "expected a string of length >= 8"),
            ({"password": "1" * 201}, "password", "expected a string of length <= 200"),
            ({"password": 12345678}, "password", "expected a string, got an integer"),
            ({"email": None}, "email", "expected a string, got null"),
            ({"is_admin": True}, "is_admin", "unknown field"),
            ({"balance": "1000"}, "balance", "unknown field"),
            ({"accountType": "admin"}, "accountType", "invalid enum value 'admin'"),
            ({"accountType": "company"}, "companyName", "required field is missing"),
            ({"accountType": "company", "companyName": " \u200b"}, "companyName", BAD_NAME),
            ({"accountType": "company", "companyName": "a" * 101}, "companyName", BAD_NAME),
        ],
    )
    async def test_names_the_field_that_does_not_fit(
        self, rest: Rest, change: dict[str, object], field: str, message: str
    ) -> None:
        answer = await rest.http.post(PATH, json={**VALID, **change})
        assert answer.status_code == 400
        assert body(answer)["details"] == [{"field": field, "message": message}]
        assert await rest.rows("SELECT 1 FROM users") == []

    async def test_wants_a_body(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH)
        assert answer.status_code == 400
        assert body(answer) == error("invalid_request", "A JSON body is required", ("", "A JSON body is required"))

    async def test_limits_an_address_to_ten_in_fifteen_minutes(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            for _ in range(10):
                assert (await rest.http.post(PATH, json={"email": "no", "password": "secret123"})).status_code == 400
            answer = await rest.http.post(PATH, json=VALID)
            assert answer.status_code == 429
            assert body(answer) == error("rate_limited", "Too many requests, please slow down")
            assert answer.headers["retry-after"] == "900"
            rest.clock.advance(900)
            assert (await rest.http.post(PATH, json=VALID)).status_code == 201


COMPANY = {**VALID, "email": "owner@acme.com", "accountType": "company", "companyName": " Acme\u200b  Corp "}


class TestRegisterCompany:
    async def test_answers_with_key_and_invite_code(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json=COMPANY)
        found = answer.json()
        assert answer.status_code == 201
        assert found == {
            "message": "Account created",
            "email": "owner@acme.com",
            "apiKey": found["apiKey"],
            "inviteCode": found["inviteCode"],
            "accountType": "company",
        }
        assert re.fullmatch("[A-Za-z]{12}", found["inviteCode"])

    async def test_opens_the_company_with_its_owner_its_credit_and_a_hashed_code(self, rest: Rest) -> None:
        invite_code = (await rest.http.post(PATH, json=COMPANY)).json()["inviteCode"]
        [company] = await rest.rows("SELECT id, name, owner_id, invite_code_hash FROM companies")
        [user] = await rest.rows("SELECT id, account_type, company_id FROM users")
        assert user == {"id": company["owner_id"], "account_type": "company", "company_id": company["id"]}
        assert (company["name"], company["invite_code_hash"]) == ("Acme Corp", secret_hash(invite_code))
        assert await rest.rows("SELECT user_id, company_id, amount FROM ledger_entries") == [
            {"user_id": None, "company_id": company["id"], "amount": Decimal(1)}
        ]

    async def test_twenty_at_once_give_one_account_and_one_company(self, rest: Rest) -> None:
        answers = await asyncio.gather(*(rest.http.post(PATH, json=COMPANY) for _ in range(20)))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
        assert await rest.rows("SELECT count(*) FROM companies") == [{"count": 1}]

    async def test_a_personal_account_ignores_the_name(self, rest: Rest) -> None:
        answer = await rest.http.post(PATH, json={**VALID, "companyName": ""})
        assert answer.status_code == 201
        assert "inviteCode" not in answer.json()
        assert await rest.rows("SELECT 1 FROM companies") == []
