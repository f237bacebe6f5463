"""The dashboard leads a meeting with its owner's session; it never saw the admin token (CONTRACT 4)."""

from __future__ import annotations

import pytest

from tests.support.rest import Rest, body, cookie, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")
BAD_TOKEN = error("bad_admin_token", "Missing or invalid admin token")
ORIGIN = {"origin": "http://localhost:3000"}
CALLS = [
    ("PATCH", "/settings"),
    ("POST", "/lock"),
    ("POST", "/unlock"),
    ("POST", "/invite"),
    ("POST", "/mute-all"),
    ("POST", "/participants/p1/mute"),
    ("POST", "/participants/p1/unmute"),
    ("POST", "/participants/p1/kick"),
    ("GET", "/waiting"),
    ("POST", "/waiting/admit-all"),
    ("POST", "/host-link"),
    ("DELETE", ""),
]


def status_of(method: str, path: str) -> int:
    return 201 if path == "/invite" else 200


@pytest.mark.parametrize(("method", "path"), CALLS)
class TestOwnerSession:
    async def test_the_owner_may(self, rest: Rest, method: str, path: str) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "p1")
        url = f"/api/meetings/{meeting_id}{path}"
        content = {} if method == "PATCH" else None
        answer = await rest.http.request(method, url, json=content, headers=you.session | ORIGIN)
        assert answer.status_code == status_of(method, path), answer.text

    async def test_nobody_else_may(self, rest: Rest, method: str, path: str) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, _ = await rest.meeting(you)
        guest_id, _ = await rest.guest_meeting()
        await rest.join(meeting_id, "c1", "p1")
        cases = [
            (meeting_id, other.session, 404, NOT_FOUND),
            (meeting_id, cookie("x" * 43), 401, error("unauthenticated", "You are not logged in")),
            ("aaa-bbbb-ccc", you.session, 404, NOT_FOUND),
            (guest_id, you.session, 403, BAD_TOKEN),
        ]
        if method != "GET":
            strange = you.session | {"origin": "https://evil.example"}
            cases.append((meeting_id, strange, 403, error("foreign_origin", "This page may not act for you")))
        if path != "/host-link":
            cases += [
                (meeting_id, you.session | {"x-admin-token": "0" * 64}, 403, BAD_TOKEN),
                (meeting_id, you.session | you.key, 403, BAD_TOKEN),
                (meeting_id, you.key, 403, BAD_TOKEN),
            ]
        content = {} if method == "PATCH" else None
        for target, headers, status, expected in cases:
            url = f"/api/meetings/{target}{path}"
            answer = await rest.http.request(method, url, json=content, headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected), headers

    async def test_a_cookie_changes_nothing_for_who_has_the_token(self, rest: Rest, method: str, path: str) -> None:
        you = await rest.register()
        guest_id, admin_token = await rest.guest_meeting()
        await rest.join(guest_id, "c1", "p1")
        content = {} if method == "PATCH" else None
        answer = await rest.http.request(
            method, f"/api/meetings/{guest_id}{path}", json=content,
            headers=you.session | {"x-admin-token": admin_token},
        )  # fmt: skip
        assert answer.status_code == status_of(method, path), answer.text
