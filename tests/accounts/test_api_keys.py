"""Every way of saying who calls, on a route that wants to know."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from onepizza.core.settings import Limits
from tests.support.rest import Rest, body, error, open_rest

PATH = "/api/meetings"
REFUSED = error("unauthenticated", "Missing or invalid API key")


class TestApiKey:
    async def test_the_header_lets_in(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.get(PATH, headers=you.key)).status_code == 200

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
    async def test_a_bearer_token_lets_in(self, rest: Rest, scheme: str) -> None:
        you = await rest.register()
        answer = await rest.http.get(PATH, headers={"Authorization": f"{scheme} {you.api_key}"})
        assert answer.status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"x-api-key": ""},
            {"x-api-key": "mk_" + "0" * 48},
            {"x-api-key": "mk_wrong"},
            {"x-api-key": "mk_" + "ä" * 48},
            {"Authorization": "Bearer mk_" + "0" * 48},
            {"Authorization": "Basic bWs6eA=="},
            {"Authorization": "Bearer"},
        ],
    )
    async def test_anything_else_is_refused(self, rest: Rest, headers: dict[str, str]) -> None:
        encoded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await rest.http.get(PATH, headers=encoded)
        assert answer.status_code == 401
        assert body(answer) == REFUSED
        assert answer.headers["www-authenticate"] == 'Bearer realm="onepizza"'

    async def test_the_same_key_in_both_headers_lets_in(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.get(PATH, headers={**you.key, "Authorization": f"Bearer {you.api_key}"})
        assert answer.status_code == 200

    async def test_two_different_keys_are_none(self, rest: Rest) -> None:
        """Whatever stands before us and looks at the other one would let in somebody else than we do."""
        you, other = await rest.register(), await rest.register("other@example.com")
        for second in (other.api_key, "mk_wrong", ""):
            for pair in (
                [("x-api-key", you.api_key), ("x-api-key", second)],
                [("x-api-key", second), ("x-api-key", you.api_key)],
                [("x-api-key", second), ("Authorization", f"Bearer {you.api_key}")],
            ):
                answer = await rest.http.get(PATH, headers=pair)
                assert answer.status_code == 401
                assert body(answer) == REFUSED

    async def test_a_deleted_key_is_dead_at_once(self, rest: Rest) -> None:
        you = await rest.register()
        assert (await rest.http.get(PATH, headers=you.key)).status_code == 200
        async with rest.db.transaction() as tx:
            await tx.conn.execute("DELETE FROM api_keys")
        assert (await rest.http.get(PATH, headers=you.key)).status_code == 401

    async def test_an_inactive_key_is_refused(self, rest: Rest) -> None:
        you = await rest.register()
        async with rest.db.transaction() as tx:
            await tx.conn.execute("UPDATE api_keys SET is_active = false")
        assert (await rest.http.get(PATH, headers=you.key)).status_code == 401


class TestApiLimit:
    async def test_an_address_has_a_hundred_calls_in_fifteen_minutes_whatever_its_keys(self, database_url: str) -> None:
        async with open_rest(database_url, Limits(), trusted_proxies=(ip_network("127.0.0.0/8"),)) as rest:
            you, other = await rest.register(), await rest.register("other@example.com")
            first = await rest.http.get(PATH, headers=you.key)
            assert first.headers["ratelimit-policy"] == '"api";q=100;w=900'
            assert first.headers["ratelimit"] == '"api";r=99;t=900'
            head = await rest.http.head(PATH, headers=you.key)
            assert head.headers["ratelimit"] == '"api";r=98;t=900'
            for _ in range(98):
                last = await rest.http.get(PATH, headers=other.key)
            assert last.headers["ratelimit"] == '"api";r=0;t=900'
            for account in (you, other):
                refused = await rest.http.get(PATH, headers=account.key)
                assert refused.status_code == 429
                assert body(refused) == error("rate_limited", "Too many requests, please slow down")
                assert refused.headers["retry-after"] == "900"
            elsewhere = {**you.key, "x-forwarded-for": "198.51.100.7"}
            assert (await rest.http.get(PATH, headers=elsewhere)).status_code == 200
            rest.clock.advance(900)
            assert (await rest.http.get(PATH, headers=you.key)).status_code == 200

    async def test_guessing_keys_is_limited_by_address(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            for _ in range(100):
                assert (await rest.http.get(PATH, headers={"x-api-key": "mk_no"})).status_code == 401
            assert (await rest.http.get(PATH, headers={"x-api-key": "mk_no"})).status_code == 429
