from __future__ import annotations

import asyncio

import pytest

from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits
from tests.support.rest import Rest, body, error, open_rest

PATH = "/api/auth/register"
BAD_NAME = "must have 1 to 100 visible characters"
VALID = {"email": "you@example.com", "password": "secret123"}


async def rows(rest: Rest, sql: str) -> list[dict[str, object]]:
    async with rest.db.transaction() as tx:
        return [dict(row) for row in await tx.conn.fetch(sql)]


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
        [key] = await rows(rest, "SELECT key_hash, key_prefix, label, is_active FROM api_keys")
        [user] = await rows(rest, "SELECT * FROM users")
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
        assert len(await rows(rest, "SELECT 1 FROM users")) == 1
        assert len(await rows(rest, "SELECT 1 FROM api_keys")) == 1

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
        assert await rows(rest, "SELECT 1 FROM users") == []

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
