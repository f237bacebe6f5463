"""Forgotten, reset and changed passwords; the mails and limits of each step."""

from __future__ import annotations

import asyncio
import re

import pytest

from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits
from tests.support.rest import Account, Rest, body, cookie, error, open_rest

FORGOT, RESET, CHANGE = "/api/auth/forgot-password", "/api/auth/reset-password", "/api/auth/change-password"
SENT = {"message": "If an account has this address, a reset link is on its way"}
DEAD_LINK = error("invalid_reset_token", "This link is not valid any more, please ask for a new one")


async def ask(rest: Rest, email: str) -> None:
    answer = await rest.http.post(FORGOT, json={"email": email})
    assert answer.status_code == 200, answer.text
    assert answer.json() == SENT


async def mailed_tokens(rest: Rest) -> list[str]:
    """Return the tokens of all reset links that were mailed."""
    found = [re.search(r"/reset-password#token=(\S+)", mail.text) for mail in await rest.mails()]
    return [match[1] for match in found if match]


async def mailed_token(rest: Rest, account: Account) -> str:
    await ask(rest, account.email)
    return (await mailed_tokens(rest))[-1]


async def logs_in(rest: Rest, password: str) -> bool:
    answer = await rest.http.post("/api/auth/login", json={"email": "you@example.com", "password": password})
    return answer.status_code == 200


async def is_signed_in(rest: Rest, token: str) -> bool:
    return (await rest.http.get("/api/auth/me", headers=cookie(token))).status_code == 200


class TestForgotPassword:
    async def test_mails_a_link_to_the_stored_address_from_app_url(self, database_url: str) -> None:
        async with open_rest(database_url, app_url="https://meet.example.com") as rest:
            await rest.register()
            answer = await rest.http.post(
                FORGOT, json={"email": " YOU@example.com"}, headers={"Host": "evil.example", "X-Forwarded-Host": "evil"}
            )
            assert answer.json() == SENT
            [mail] = [mail for mail in await rest.mails() if "/reset-password#" in mail.text]
            assert mail.to == "you@example.com"
            assert "https://meet.example.com/reset-password#token=" in mail.text
            assert "evil" not in mail.text + mail.html

    @pytest.mark.parametrize("email", ["nobody@example.com", "no@such@address", "@", "you@example.com\u0000"])
    async def test_answers_alike_where_there_is_no_account(self, rest: Rest, email: str) -> None:
        await rest.register()
        await ask(rest, email)
        assert await mailed_tokens(rest) == []
        assert await rest.rows("SELECT 1 FROM jobs") == []

    @pytest.mark.parametrize(
        ("sent", "field"),
        [({}, "email"), ({"email": 1}, "email"), ({"email": "you"}, "email"), ({"email": "a@b.de", "x": 1}, "x")],
    )
    async def test_names_the_field_that_does_not_fit(self, rest: Rest, sent: dict[str, object], field: str) -> None:
        answer = await rest.http.post(FORGOT, json=sent)
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == field

    async def test_stores_the_token_as_a_hash_for_an_hour(self, rest: Rest) -> None:
        token = await mailed_token(rest, await rest.register())
        [row] = await rest.rows("SELECT token_hash, expires_at, used_at FROM password_resets")
        assert (row["token_hash"], row["used_at"]) == (secret_hash(token), None)
        assert row["expires_at"].timestamp() == pytest.approx(rest.clock.now() + 3600, abs=0.001)

    async def test_limits_an_address_to_three_in_fifteen_minutes(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            for number in range(3):
                await ask(rest, f"nobody{number}@example.com")
            answer = await rest.http.post(FORGOT, json={"email": "you@example.com"})
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "900"

    async def test_mails_an_account_three_times_an_hour_and_says_nothing_about_it(self, database_url: str) -> None:
        limits = Limits(forgot_requests_per_15_minutes=100)
        async with open_rest(database_url, limits) as rest:
            await rest.register()
            for email in ("you@example.com", "YOU@example.com", " you@example.com", "You@Example.com"):
                await ask(rest, email)
            assert len(await mailed_tokens(rest)) == 3
            rest.clock.advance(3600)
            await ask(rest, "you@example.com")
            assert len(await mailed_tokens(rest)) == 4


class TestCheckResetToken:
    async def test_a_fresh_token_is_valid_for_an_hour(self, rest: Rest) -> None:
        token = await mailed_token(rest, await rest.register())
        rest.clock.advance(3599)
        answer = await rest.http.get(RESET, params={"token": token})
        assert answer.status_code == 200
        assert answer.json() == {"message": "The reset token is valid"}
        rest.clock.advance(1)
        answer = await rest.http.get(RESET, params={"token": token})
        assert answer.status_code == 400
        assert body(answer) == DEAD_LINK

    @pytest.mark.parametrize("token", ["", "nonsense", "A" * 43, "a\u0000b", "ä"])
    async def test_anything_else_is_not(self, rest: Rest, token: str) -> None:
        answer = await rest.http.get(RESET, params={"token": token})
        assert answer.status_code == 400
        assert body(answer) == DEAD_LINK

    @pytest.mark.parametrize(
        ("params", "message"),
        [({}, "required parameter is missing"), ({"token": "A" * 201}, "expected a string of length <= 200")],
    )
    async def test_wants_a_token_of_sensible_length(self, rest: Rest, params: dict[str, str], message: str) -> None:
        answer = await rest.http.get(RESET, params=params)
        assert answer.status_code == 400
        assert body(answer) == error("invalid_request", f"token: {message}", ("token", message))

    async def test_has_ten_tries_of_its_own(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            for _ in range(10):
                assert (await rest.http.get(RESET, params={"token": "no"})).status_code == 400
            assert (await rest.http.get(RESET, params={"token": "no"})).status_code == 429
            assert (await rest.http.post(RESET, json={"token": "no", "password": "12345678"})).status_code == 400


class TestResetPassword:
    async def test_sets_the_password_and_ends_every_session(self, rest: Rest) -> None:
        you = await rest.register()
        elsewhere = await rest.login(you)
        token = await mailed_token(rest, you)
        answer = await rest.http.post(RESET, json={"token": token, "password": "another-secret"}, headers=you.session)
        assert answer.status_code == 200
        assert answer.json() == {"message": "Password changed, please log in"}
        assert await logs_in(rest, "another-secret")
        assert not await logs_in(rest, "secret123")
        assert [await is_signed_in(rest, token) for token in (you.token, elsewhere)] == [False, False]
        assert (await rest.http.get("/api/meetings", headers=you.key)).status_code == 200
        assert (await rest.mail("Your onepizza password was changed")).to == "you@example.com"

    async def test_a_token_works_once_and_takes_the_others_with_it(self, rest: Rest) -> None:
        you = await rest.register()
        first, second = await mailed_token(rest, you), await mailed_token(rest, you)
        for token, status in ((first, 200), (first, 400), (second, 400)):
            answer = await rest.http.post(RESET, json={"token": token, "password": "another-secret"})
            assert answer.status_code == status

    async def test_twenty_parallel_uses_of_one_token_give_one_success(self, rest: Rest) -> None:
        you = await rest.register()
        token = await mailed_token(rest, you)
        answers = await asyncio.gather(
            *(rest.http.post(RESET, json={"token": token, "password": f"secret-{n:03}"}) for n in range(20))
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19
        winner = next(n for n, answer in enumerate(answers) if answer.status_code == 200)
        assert await logs_in(rest, f"secret-{winner:03}")
        changed = [mail for mail in await rest.mails() if mail.subject == "Your onepizza password was changed"]
        assert len(changed) == 1

    async def test_two_tokens_of_one_account_in_parallel_give_one_success(self, rest: Rest) -> None:
        you = await rest.register()
        tokens = [await mailed_token(rest, you) for _ in range(10)]
        answers = await asyncio.gather(
            *(rest.http.post(RESET, json={"token": token, "password": "another-secret"}) for token in tokens)
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 9

    @pytest.mark.parametrize("password", ["1234567", "1" * 201])
    async def test_a_password_that_does_not_fit_leaves_the_token_alone(self, rest: Rest, password: str) -> None:
        token = await mailed_token(rest, await rest.register())
        answer = await rest.http.post(RESET, json={"token": token, "password": password})
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == "password"
        assert (await rest.http.get(RESET, params={"token": token})).status_code == 200

    async def test_refuses_an_expired_and_an_unknown_token_alike(self, rest: Rest) -> None:
        token = await mailed_token(rest, await rest.register())
        rest.clock.advance(3600)
        for sent in (token, "A" * 43):
            answer = await rest.http.post(RESET, json={"token": sent, "password": "another-secret"})
            assert answer.status_code == 400
            assert body(answer) == DEAD_LINK

    async def test_three_failures_lock_an_address_out_for_fifteen_minutes(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            token = await mailed_token(rest, await rest.register())
            for _ in range(3):
                assert (await rest.http.post(RESET, json={"token": "no", "password": "12345678"})).status_code == 400
            right = {"token": token, "password": "another-secret"}
            answer = await rest.http.post(RESET, json=right)
            assert answer.status_code == 429
            assert answer.headers["retry-after"] == "900"
            assert (await rest.http.get(RESET, params={"token": token})).status_code == 200
            rest.clock.advance(900)
            assert (await rest.http.post(RESET, json=right)).status_code == 200

    async def test_ten_tries_in_all_even_if_they_succeed(self, database_url: str) -> None:
        limits = Limits(forgot_requests_per_15_minutes=100, forgot_per_account_per_hour=100)
        async with open_rest(database_url, limits) as rest:
            you = await rest.register()
            for _ in range(10):
                right = {"token": await mailed_token(rest, you), "password": "another-secret"}
                assert (await rest.http.post(RESET, json=right)).status_code == 200
            right = {"token": await mailed_token(rest, you), "password": "another-secret"}
            assert (await rest.http.post(RESET, json=right)).status_code == 429


class TestChangePassword:
    RIGHT = (("currentPassword", "secret123"), ("newPassword", "another-secret"))

    async def test_sets_the_password_keeps_this_session_and_ends_the_others(self, rest: Rest) -> None:
        you = await rest.register()
        elsewhere = await rest.login(you)
        link = await mailed_token(rest, you)
        answer = await rest.http.post(CHANGE, json=dict(self.RIGHT), headers=you.session)
        assert answer.status_code == 200
        assert answer.json() == {"message": "Password changed"}
        assert await logs_in(rest, "another-secret")
        assert not await logs_in(rest, "secret123")
        assert await is_signed_in(rest, you.token)
        assert not await is_signed_in(rest, elsewhere)
        assert (await rest.http.get(RESET, params={"token": link})).status_code == 400
        assert (await rest.mail("Your onepizza password was changed")).to == "you@example.com"

    async def test_a_wrong_current_password_changes_nothing_and_logs_nobody_out(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.post(
            CHANGE, json={"currentPassword": "secret124", "newPassword": "another-secret"}, headers=you.session
        )
        assert answer.status_code == 400
        assert body(answer) == error("wrong_password", "The current password is wrong")
        assert await logs_in(rest, "secret123")
        assert await is_signed_in(rest, you.token)

    async def test_anonymous_and_key_are_refused(self, rest: Rest) -> None:
        you = await rest.register()
        for headers in ({}, you.key, cookie("A" * 43)):
            assert (await rest.http.post(CHANGE, json=dict(self.RIGHT), headers=headers)).status_code == 401

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"newPassword": "1234567"}, "newPassword"),
            ({"newPassword": "1" * 201}, "newPassword"),
            ({"currentPassword": ""}, "currentPassword"),
            ({"currentPassword": None}, "currentPassword"),
            ({"is_admin": True}, "is_admin"),
        ],
    )
    async def test_names_the_field_that_does_not_fit(self, rest: Rest, change: dict[str, object], field: str) -> None:
        you = await rest.register()
        answer = await rest.http.post(CHANGE, json={**dict(self.RIGHT), **change}, headers=you.session)
        assert answer.status_code == 400
        assert body(answer)["details"][0]["field"] == field

    async def test_ten_guesses_in_fifteen_minutes(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            you = await rest.register()
            wrong = {"currentPassword": "wrong", "newPassword": "another-secret"}
            for _ in range(10):
                assert (await rest.http.post(CHANGE, json=wrong, headers=you.session)).status_code == 400
            assert (await rest.http.post(CHANGE, json=dict(self.RIGHT), headers=you.session)).status_code == 429

    async def test_of_two_at_once_one_wins(self, rest: Rest) -> None:
        you = await rest.register()
        answers = await asyncio.gather(
            *(
                rest.http.post(
                    CHANGE, json={"currentPassword": "secret123", "newPassword": f"secret-{n}x"}, headers=you.session
                )
                for n in range(5)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [400] * 4

    async def test_a_login_that_began_with_the_old_password_leaves_no_session(self, rest: Rest) -> None:
        """However they interleave, who knows only the old password is not signed in afterwards; and nobody deadlocks.

        The browsers that log in come with sessions, which both the log-in and the change want to end.
        """
        you = await rest.register()
        for turn in range(5):
            browsers = [await rest.login(you) for _ in range(6)]
            right = {"currentPassword": you.password, "newPassword": f"another-{turn}"}
            old = {"email": you.email, "password": you.password}
            *logins, change = await asyncio.gather(
                *(rest.http.post("/api/auth/login", json=old, headers=cookie(token)) for token in browsers),
                rest.http.post(CHANGE, json=right, headers=you.session),
            )
            assert change.status_code == 200
            assert {answer.status_code for answer in logins} <= {200, 401}
            assert await rest.rows("SELECT count(*) FROM sessions") == [{"count": 1}]
            assert await is_signed_in(rest, you.token)
            you.password = right["newPassword"]
