from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any

import pytest

from tests.support.rest import Rest, open_rest

PATH = "/api/config/ice-servers"
STUN = {"urls": "stun:stun.l.google.com:19302"}


class TestIceServers:
    async def test_without_turn_there_is_stun(self, rest: Rest) -> None:
        answer = await rest.http.get(PATH)
        assert answer.status_code == 200
        assert answer.json() == {"iceServers": [STUN, {"urls": "stun:stun1.l.google.com:19302"}]}
        assert answer.headers["cache-control"] == "no-store"

    @pytest.mark.parametrize(
        ("urls", "shown"),
        [
            (("turn:turn.example.com:3478",), "turn:turn.example.com:3478"),
            (("turn:a.example.com", "turns:b.example.com"), ["turn:a.example.com", "turns:b.example.com"]),
        ],
    )
    async def test_static_credentials_are_passed_on(
        self, database_url: str, urls: tuple[str, ...], shown: str | list[str]
    ) -> None:
        settings: dict[str, Any] = {"turn_urls": urls, "turn_username": "me", "turn_credential": "pw"}
        async with open_rest(database_url, **settings) as rest:
            answer = await rest.http.get(PATH)
            assert answer.json() == {"iceServers": [STUN, {"urls": shown, "username": "me", "credential": "pw"}]}
            assert answer.headers["cache-control"] == "no-store"

    async def test_a_secret_makes_credentials_for_a_day(self, database_url: str) -> None:
        settings: dict[str, Any] = {"turn_urls": ("turn:turn.example.com",), "turn_secret": "s3cret"}
        async with open_rest(database_url, **settings) as rest:
            turn = (await rest.http.get(PATH)).json()["iceServers"][1]
        username = "1800086400:guest"
        mac = hmac.new(b"s3cret", username.encode(), hashlib.sha1).digest()
        assert turn == {
            "urls": "turn:turn.example.com",
            "username": username,
            "credential": base64.b64encode(mac).decode(),
        }
