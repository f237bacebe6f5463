from __future__ import annotations

import asyncio

import pytest
from argon2 import PasswordHasher

from onepizza.accounts import session_store, store
from onepizza.accounts.passwords import Passwords
from onepizza.core.settings import Limits
from tests.support.rest import Rest, body, cookie, error, open_rest, session_token

PATH = "/api/auth/login"
ME = "/api/auth/me"
RIGHT = {"email": "you@example.com", "password": "secret123"}
REFUSED = error("wrong_credentials", "Wrong email or password")


class TestLogIn:
    async def test_begins_a_session(self, rest: Rest) -> None:
        await rest.register()
        answer = await rest.http.post(PATH, json={**RIGHT, "email": " You@Example.com"})
        assert answer.status_code == 200
        assert answer.json() == {"message": "Logged in"}
        assert answer.headers["cache-control"] == "no-store"
        me = await rest.http.get(ME, headers=cookie(session_token(answer)))
        assert me.json()["email"] == "you@example.com"

    @pytest.mark.parametrize(
        ("email", "password"),
        [
            ("you@example.com", "secret124"),
            ("you@example.com", "Secret123"),
            ("nobody@example.com", "secret123"),
            ("no address", "secret123"),
            ("you@example.com\u0000", "secret123"),
            ("", "secret123"),
        ],
    )
    async def test_refuses_wrong_and_unknown_alike(self, rest: Rest, email: str, password: str) -> None:
        await rest.register()
        answer = await rest.http.post(PATH, json={"email": email, "password": password})
        assert answer.status_code == 401
        assert body(answer) == REFUSED
        assert "set-cookie" not in answer.headers

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"email": None}, "email"),
            ({"email": "a" * 255}, "email"),
            ({"password": ""}, "password"),
            ({"password": "a" * 1025}, "password"),
            ({"password": ["secret123"]}, "password"),
            ({"remember": True}, "remember"),
        ],
    )
    async def test_names_the_field_that_does_not_fit(self, rest: Rest, change: dict[str, object], field: str) -> None:
        answer = await rest.http.post(PATH, json={**RIGHT, **change})
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == field

    async def test_a_new_login_ends_the_session_the_browser_came_with_and_no_other(self, rest: Rest) -> None:
        you = await rest.register()
        elsewhere = await rest.login(you)
        token = await rest.login(you, headers=you.session)
        assert token != you.token
        assert (await rest.http.get(ME, headers=you.session)).status_code == 401
        assert (await rest.http.get(ME, headers=cookie(token))).status_code == 200
        assert (await rest.http.get(ME, headers=cookie(elsewhere))).status_code == 200

    async def test_an_id_that_somebody_planted_is_never_taken_over(self, rest: Rest) -> None:
        you = await rest.register()
        planted = "A" * 43
        assert await rest.login(you, headers=cookie(planted)) != planted
        assert (await rest.http.get(ME, headers=cookie(planted))).status_code == 401

    async def test_a_password_is_the_same_in_both_spellings_of_unicode(self, rest: Rest) -> None:
        body = {"email": "you@example.com", "password": "schlüssel"}
        assert (await rest.http.post("/api/auth/register", json=body)).status_code == 201
        answer = await rest.http.post(PATH, json={**body, "password": "schlu\u0308ssel"})
        assert answer.status_code == 200

    async def test_renews_a_hash_made_with_older_parameters(self, database_url: str) -> None:
        async with open_rest(database_url, passwords=Passwords()) as rest:
            await rest.register()
            old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash("secret123")
            async with rest.db.transaction() as tx:
                await tx.conn.execute("UPDATE users SET password_hash = $1", old)
            assert (await rest.http.post(PATH, json=RIGHT)).status_code == 200
            [user] = await rest.rows("SELECT password_hash FROM users")
            assert user["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")
            assert (await rest.http.post(PATH, json=RIGHT)).status_code == 200

    async def test_never_waits_in_a_circle_with_a_change_of_the_password(self, rest: Rest) -> None:
        """The change holds the account and wants the session; the log-in must not hold the session and want both."""
        you = await rest.register()
        async with rest.db.transaction() as change:
            assert await store.lock_user(change, 1)
            login = asyncio.create_task(rest.http.post(PATH, json=RIGHT, headers=you.session))
            waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            async with asyncio.timeout(4):
                while await change.conn.fetchval(waiting) == 0:
                    await asyncio.sleep(0.01)
            await session_store.delete_sessions(change, 1)
        assert (await login).status_code == 200

    async def test_a_strange_page_cannot_log_somebody_in(self, rest: Rest) -> None:
        await rest.register()
        answer = await rest.http.post(PATH, json=RIGHT, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403

    async def test_sign_ups_and_log_ins_share_ten_in_fifteen_minutes(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            await rest.register()
            for _ in range(9):
                assert (await rest.http.post(PATH, json={**RIGHT, "password": "wrong"})).status_code == 401
            answer = await rest.http.post(PATH, json=RIGHT)
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "900"
            rest.clock.advance(900)
            assert (await rest.http.post(PATH, json=RIGHT)).status_code == 200
