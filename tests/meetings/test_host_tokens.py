"""Host links and the replacement of the admin token (CONTRACT 4): for the owner of the meeting alone."""

from __future__ import annotations

import re
from typing import Any

import pytest

from onepizza.core.ids import secret_hash
from onepizza.rooms.commands import Join
from onepizza.rooms.errors import BadAdminToken
from tests.support.rest import Rest, body, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")


async def host(rest: Rest, meeting_id: str, connection: str, token: str) -> Any:
    """Join as host with this token."""
    await rest.meetings.open(meeting_id)
    join = Join(
        connection=connection, participant_id=f"p-{connection}", new_resume_token=connection, wants_admin=True,
        admin_token_hash=secret_hash(token),
    )  # fmt: skip
    return await rest.directory.call(meeting_id, join)


@pytest.mark.parametrize("call", ["host-link", "admin-token"])
class TestWhoMay:
    async def test_only_the_owner(self, rest: Rest, call: str) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        cases = [
            (meeting_id, {"x-admin-token": admin_token}, 401, error("unauthenticated", "Missing or invalid API key")),
            (meeting_id, other.host(admin_token), 404, NOT_FOUND),
            ("aaa-bbbb-ccc", you.key, 404, NOT_FOUND),
        ]
        for target, headers, status, expected in cases:
            answer = await rest.http.post(f"/api/meetings/{target}/{call}", headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected)
        assert (await rest.http.post(f"/api/meetings/{meeting_id}/{call}", headers=you.key)).status_code == 200

    async def test_after_the_end_it_is_not_found(self, rest: Rest, call: str) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        await rest.meetings.end(meeting_id, "host")
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/{call}", headers=you.key)
        assert (answer.status_code, body(answer)) == (404, NOT_FOUND)

    async def test_a_guest_meetings_token_stands_for_its_owner(self, rest: Rest, call: str) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        url = f"/api/meetings/{meeting_id}/{call}"
        assert (await rest.http.post(url)).status_code == 403
        assert (await rest.http.post(url, headers={"x-admin-token": admin_token})).status_code == 200


class TestHostLink:
    async def test_makes_one_host_within_ten_minutes(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        urls = []
        for _ in range(2):
            answer = await rest.http.post(f"/api/meetings/{meeting_id}/host-link", headers=you.key)
            assert set(answer.json()) == {"hostUrl"}
            assert answer.headers["cache-control"] == "no-store"
            urls.append(answer.json()["hostUrl"])
        first, second = (re.fullmatch(rf"/join/{meeting_id}#host=([\w-]{{43}})", url)[1] for url in urls)  # type: ignore[index]
        assert (await host(rest, meeting_id, "ada", first)).is_admin is True
        with pytest.raises(BadAdminToken):
            await host(rest, meeting_id, "eve", first)
        rest.clock.advance(600)
        with pytest.raises(BadAdminToken):
            await host(rest, meeting_id, "eve", second)

    async def test_is_no_admin_token_over_rest(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/host-link", headers=you.key)
        token = answer.json()["hostUrl"].partition("#host=")[2]
        refused = await rest.http.post(f"/api/meetings/{meeting_id}/lock", headers=you.host(token))
        assert refused.status_code == 403

    async def test_waits_for_the_meetings_time(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you, scheduledAt="2027-02-01T12:00:00Z")
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/host-link", headers=you.key)
        assert answer.status_code == 409
        assert body(answer) == error("meeting_scheduled", "This meeting is scheduled for 2027-02-01T12:00:00.000Z")


class TestAdminToken:
    async def test_the_old_one_dies_at_once_everywhere(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, old = await rest.meeting(you)
        await host(rest, meeting_id, "ada", old)
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/admin-token", headers=you.key)
        new = answer.json()["adminToken"]
        assert answer.json() == {"adminToken": new}
        assert re.fullmatch(r"[0-9a-f]{64}", new)
        with pytest.raises(BadAdminToken):
            await host(rest, meeting_id, "eve", old)
        assert (await host(rest, meeting_id, "cyd", new)).is_admin is True
        lock = f"/api/meetings/{meeting_id}/lock"
        assert (await rest.http.post(lock, headers=you.host(old))).status_code == 403
        assert (await rest.http.post(lock, headers=you.host(new))).status_code == 200

    async def test_a_room_that_opens_later_knows_only_the_new_one(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, old = await rest.meeting(you)
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/admin-token", headers=you.key)
        with pytest.raises(BadAdminToken):
            await host(rest, meeting_id, "eve", old)
        assert (await host(rest, meeting_id, "ada", answer.json()["adminToken"])).is_admin is True

    async def test_of_a_guest_meeting_is_a_uuid_again(self, rest: Rest) -> None:
        meeting_id, old = await rest.guest_meeting()
        url = f"/api/meetings/{meeting_id}/admin-token"
        new = (await rest.http.post(url, headers={"x-admin-token": old})).json()["adminToken"]
        assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", new)
        assert (await rest.http.post(url, headers={"x-admin-token": old})).status_code == 403
        assert (await host(rest, meeting_id, "ada", new)).is_admin is True

    async def test_is_stored_as_a_hash(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, _ = await rest.meeting(you)
        new = (await rest.http.post(f"/api/meetings/{meeting_id}/admin-token", headers=you.key)).json()["adminToken"]
        async with rest.db.transaction() as tx:
            row = await tx.conn.fetchrow("SELECT * FROM meetings WHERE meeting_id = $1", meeting_id)
        assert secret_hash(new) in row.values()
        assert new not in str(dict(row))
