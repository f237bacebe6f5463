"""What a cookie opens beside the dashboard, and which pages may use it."""

from __future__ import annotations

import pytest

from onepizza.core.settings import Limits
from tests.support.rest import Rest, body, cookie, error, open_rest

PATH = "/api/meetings"
OURS = "http://localhost:3000"


class TestOwnerSession:
    async def test_does_what_a_key_does(self, rest: Rest) -> None:
        you = await rest.register()
        created = await rest.http.post(PATH, json={"title": "Standup"}, headers=you.session)
        assert created.status_code == 201
        meeting_id = created.json()["meetingId"]
        host = {**you.session, "x-admin-token": created.json()["adminToken"]}
        not_the_host = {**you.session, "x-admin-token": "0" * 64}
        assert [found["meetingId"] for found in (await rest.http.get(PATH, headers=you.key)).json()["meetings"]] == [
            meeting_id
        ]
        assert (await rest.http.get(f"{PATH}/{meeting_id}", headers=you.session)).status_code == 200
        assert (await rest.http.post(f"{PATH}/{meeting_id}/mute-all", headers=host)).status_code == 200
        assert (await rest.http.delete(f"{PATH}/{meeting_id}", headers=not_the_host)).status_code == 403
        assert (await rest.http.delete(f"{PATH}/{meeting_id}", headers=host)).status_code == 200

    async def test_of_somebody_else_finds_nothing(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        host = {**other.session, "x-admin-token": admin_token}
        assert (await rest.http.get(f"{PATH}/{meeting_id}", headers=other.session)).status_code == 404
        assert (await rest.http.delete(f"{PATH}/{meeting_id}", headers=host)).status_code == 404
        assert (await rest.http.get(PATH, headers=other.session)).json()["meetings"] == []

    async def test_does_not_stand_in_the_way_of_an_admin_token(self, rest: Rest) -> None:
        """§6 needs the token alone; a cookie comes along unasked."""
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        for token in (other.token, "A" * 43):
            headers = {**cookie(token), "x-admin-token": admin_token}
            assert (await rest.http.post(f"{PATH}/{meeting_id}/lock", headers=headers)).status_code == 200

    async def test_a_key_that_is_sent_decides_alone(self, rest: Rest) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        await rest.meeting(you)
        answer = await rest.http.get(PATH, headers={**you.session, **other.key})
        assert answer.json()["meetings"] == []
        wrong = await rest.http.get(PATH, headers={**you.session, "x-api-key": "mk_wrong"})
        assert wrong.status_code == 401

    async def test_that_is_over_is_no_session(self, rest: Rest) -> None:
        answer = await rest.http.get(PATH, headers=cookie("A" * 43))
        assert answer.status_code == 401
        assert body(answer) == error("unauthenticated", "You are not logged in")


class TestOriginGuard:
    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Origin": OURS},
            {"Origin": OURS, "Sec-Fetch-Site": "same-origin"},
            {"Origin": "http://partner.example", "Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "none"},
        ],
    )
    async def test_lets_our_pages_and_programs_through(self, database_url: str, headers: dict[str, str]) -> None:
        async with open_rest(database_url, allowed_origins=(OURS, "http://partner.example")) as rest:
            you = await rest.register()
            sent = {**you.session, **headers}
            created = await rest.http.post("/api/user/keys", json={}, headers=sent)
            assert created.status_code == 201
            deleted = await rest.http.delete(f"/api/user/keys/{created.json()['id']}", headers=sent)
            assert deleted.status_code == 200
            assert (await rest.http.post("/api/auth/logout", headers=sent)).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "https://evil.example"},
            {"Origin": "null"},
            {"Origin": f"{OURS}.evil.example"},
            {"Origin": "https://localhost:3000"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
            {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
        ],
    )
    @pytest.mark.parametrize("path", ["/api/user/keys", "/api/company/leave", PATH])
    async def test_refuses_pages_of_strangers(self, rest: Rest, path: str, headers: dict[str, str]) -> None:
        you = await rest.register()
        answer = await rest.http.post(path, json={}, headers={**you.session, **headers})
        assert answer.status_code == 403
        assert body(answer) == error("foreign_origin", "This page may not act for you")

    @pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
    @pytest.mark.parametrize("path", ["/api/user/keys", "/api/company/leave", "/api/company/invite-code"])
    async def test_refuses_what_a_form_can_send(self, rest: Rest, path: str, media_type: str) -> None:
        you = await rest.register()
        answer = await rest.http.post(path, content=b"{}", headers={**you.session, "content-type": media_type})
        assert answer.status_code == 415

    async def test_a_page_of_a_stranger_may_read_nothing_but_changes_nothing_by_asking(self, rest: Rest) -> None:
        you = await rest.register()
        answer = await rest.http.get("/api/auth/me", headers={**you.session, "Origin": "https://evil.example"})
        assert answer.status_code == 200
        assert "access-control-allow-origin" not in answer.headers

    async def test_a_key_needs_no_origin(self, rest: Rest) -> None:
        you = await rest.register()
        headers = {**you.key, "Origin": "https://their-own.example"}
        assert (await rest.http.post(PATH, json={}, headers=headers)).status_code == 201

    async def test_a_wildcard_lists_everybody(self, database_url: str) -> None:
        async with open_rest(database_url, allowed_origins=("*",)) as rest:
            you = await rest.register()
            headers = {**you.session, "Origin": "http://192.168.0.7:3000"}
            assert (await rest.http.post(PATH, json={}, headers=headers)).status_code == 201

    async def test_refused_calls_are_not_counted(self, database_url: str) -> None:
        async with open_rest(database_url, Limits()) as rest:
            you = await rest.register()
            for _ in range(101):
                await rest.http.post(PATH, json={}, headers={**you.session, "Origin": "https://evil.example"})
            assert (await rest.http.get("/api/auth/me", headers=you.session)).status_code == 200
