"""The session cookie, what it opens, and when it ends; `me` and log-out."""

from __future__ import annotations

import asyncio

import pytest

from onepizza.core.ids import keyed_hash
from onepizza.core.settings import Limits
from tests.support.rest import Rest, body, cookie, error, open_rest

ME = "/api/auth/me"
DAY_S = 86_400
NOT_LOGGED_IN = error("unauthenticated", "You are not logged in")


async def status(rest: Rest, token: str) -> int:
    return (await rest.http.get(ME, headers=cookie(token))).status_code


class TestCookie:
    @pytest.mark.parametrize(
        ("app_url", "flags"),
        [
            ("http://localhost:3000", "HttpOnly; Max-Age=34560000; Path=/; SameSite=lax"),
            ("https://meet.example.com", "HttpOnly; Max-Age=34560000; Path=/; SameSite=lax; Secure"),
        ],
    )
    async def test_is_out_of_reach_of_scripts_and_strangers(self, database_url: str, app_url: str, flags: str) -> None:
        async with open_rest(database_url, app_url=app_url) as rest:
            you = await rest.register()
            answer = await rest.http.post("/api/auth/login", json={"email": you.email, "password": you.password})
            value, _, rest_of_it = answer.headers["set-cookie"].partition("; ")
            assert value.startswith("onepizza_session=")
            assert rest_of_it == flags

    async def test_another_session_secret_ends_every_session(self, database_url: str) -> None:
        async with open_rest(database_url, session_secret="a" * 32) as rest:
            you = await rest.register()
            assert await rest.rows("SELECT token_hash FROM sessions") == [
                {"token_hash": keyed_hash("a" * 32, you.token)}
            ]
            assert await status(rest, you.token) == 200
        async with open_rest(database_url, session_secret="b" * 32) as rest:
            assert await status(rest, you.token) == 401

    async def test_stands_among_other_cookies(self, rest: Rest) -> None:
        you = await rest.register()
        headers = {"cookie": f"theme=dark; onepizza_session={you.token}; x_onepizza_session=y"}
        assert (await rest.http.get(ME, headers=headers)).status_code == 200


class TestStranger:
    @pytest.mark.parametrize("path", ["/api/auth/change-password", "/api/company/join", "/api/user/keys"])
    @pytest.mark.parametrize("sent", [b"", b"{}", b'{"what":1}', b"{not json"])
    async def test_learns_that_he_is_one_before_what_is_wrong_with_his_body(
        self, rest: Rest, path: str, sent: bytes
    ) -> None:
        answer = await rest.http.post(path, content=sent, headers={"content-type": "application/json"})
        assert answer.status_code == 401
        assert body(answer) == NOT_LOGGED_IN


class TestMe:
    async def test_is_the_account(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.get(ME, headers=you.session)
        [user] = await rest.rows('SELECT id, to_char(created_at, \'YYYY-MM-DD"T"HH24:MI:SS"Z"\') AS at FROM users')
        assert answer.status_code == 200
        assert answer.json() == {
            "id": user["id"],
            "email": "you@example.com",
            "accountType": "personal",
            "balance": "1.0000",
            "company_id": None,
            "is_admin": False,
            "created_at": user["at"],
        }
        assert answer.headers["cache-control"] == "no-store"

    async def test_shows_the_company_and_its_balance(self, rest: Rest) -> None:
        owner = await rest.register("owner@acme.com", "Acme Corp")
        [company] = await rest.rows("SELECT id FROM companies")
        found = (await rest.http.get(ME, headers=owner.session)).json()
        assert (found["accountType"], found["company_id"], found["balance"]) == ("company", company["id"], "1.0000")

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"cookie": ""},
            {"cookie": "onepizza_session="},
            {"cookie": "onepizza_session=" + "A" * 43},
            {"cookie": "onepizza_session=" + "A" * 44},
            {"cookie": "onepizza_session"},
            {"cookie": "session=" + "A" * 43},
        ],
    )
    async def test_refuses_who_is_not_logged_in(self, rest: Rest, headers: dict[str, str]) -> None:
        answer = await rest.http.get(ME, headers=headers)
        assert answer.status_code == 401
        assert body(answer) == NOT_LOGGED_IN

    async def test_an_api_key_is_no_session(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.get(ME, headers=you.key)).status_code == 401

    async def test_calls_with_a_session_have_a_limit_apart_from_those_with_a_key(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            you = await rest.register()
            for _ in range(100):
                last = await rest.http.get(ME, headers=you.session)
            assert last.headers["ratelimit"] == '"session";r=0;t=900'
            assert (await rest.http.get(ME, headers=you.session)).status_code == 429
            assert (await rest.http.get("/api/meetings", headers=you.key)).status_code == 200

    async def test_dead_cookies_are_limited_by_address(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            for _ in range(100):
                assert await status(rest, "A" * 43) == 401
            assert await status(rest, "A" * 43) == 429
            assert (await rest.http.get(ME)).status_code == 401


class TestExpiry:
    async def test_a_session_lives_thirty_days_from_its_last_use(self, rest: Rest) -> None:
        you = await rest.register()
        rest.clock.advance(29 * DAY_S)
        assert await status(rest, you.token) == 200
        rest.clock.advance(29 * DAY_S)
        assert await status(rest, you.token) == 200
        rest.clock.advance(30 * DAY_S)
        assert await status(rest, you.token) == 401

    async def test_use_is_written_down_once_a_minute(self, rest: Rest) -> None:
        you = await rest.register()
        seen = "SELECT last_seen_at, xmin::text FROM sessions"
        before = await rest.rows(seen)
        rest.clock.advance(59)
        assert await status(rest, you.token) == 200
        assert await rest.rows(seen) == before
        rest.clock.advance(1)
        assert await asyncio.gather(*(status(rest, you.token) for _ in range(10))) == [200] * 10
        [row] = await rest.rows(seen)
        assert row["last_seen_at"].timestamp() == rest.clock.now()

    async def test_what_is_over_is_forgotten(self, database_url: str) -> None:
        async with open_rest(database_url) as rest:
            you = await rest.register()
            await rest.http.post("/api/auth/forgot-password", json={"email": you.email})
            await rest.mails()
            rest.clock.advance(29 * DAY_S)
            young = await rest.login(you)
            rest.clock.advance(DAY_S)
            await rest.accounts.forget_expired()
            assert await rest.rows("SELECT count(*) FROM sessions") == [{"count": 1}]
            assert await rest.rows("SELECT 1 FROM password_resets") == []
            assert await status(rest, young) == 200


class TestLogOut:
    PATH = "/api/auth/logout"

    async def test_ends_the_session_and_clears_the_cookie(self, rest: Rest) -> None:
        you = await rest.register()
        other = await rest.login(you)
        answer = await rest.http.post(self.PATH, headers=you.session)
        assert answer.status_code == 200
        assert answer.json() == {"message": "Logged out"}
        assert answer.headers["set-cookie"].startswith('onepizza_session=""; HttpOnly; Max-Age=0; Path=/')
        assert await status(rest, you.token) == 401
        assert await status(rest, other) == 200

    async def test_twice_or_without_a_session_is_no_error(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.post(self.PATH)).status_code == 200
        for _ in range(2):
            assert (await rest.http.post(self.PATH, headers=you.session)).status_code == 200

    async def test_a_strange_page_cannot_log_somebody_out(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.post(self.PATH, headers={**you.session, "Origin": "https://evil.example"})
        assert answer.status_code == 403
        assert await status(rest, you.token) == 200
