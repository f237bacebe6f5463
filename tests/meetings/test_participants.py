"""Participant controls (API §7): key first, then owner, then admin token."""

from __future__ import annotations

import pytest

from tests.support.rest import Rest, body, error

NOT_FOUND = error("meeting_not_found", "Meeting not found")
NOBODY = error("participant_not_found", "Participant not found")
BAD_TOKEN = error("bad_admin_token", "Missing or invalid admin token")
NO_KEY = error("unauthenticated", "Missing or invalid API key")
CONTROLS = ["participants/a1/mute", "participants/a1/unmute", "participants/a1/kick", "mute-all"]


@pytest.mark.parametrize("control", CONTROLS)
class TestWhoMay:
    async def test_checks_key_then_owner_then_token(self, rest: Rest, control: str) -> None:
        you, other = await rest.register(), await rest.register("other@example.com")
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        rest.outbox.clear()
        cases = [
            (meeting_id, {}, 401, NO_KEY),
            (meeting_id, {"x-admin-token": admin_token}, 401, NO_KEY),
            (meeting_id, other.host(admin_token), 404, NOT_FOUND),
            (meeting_id, you.key, 403, BAD_TOKEN),
            (meeting_id, you.host("0" * 64), 403, BAD_TOKEN),
            ("aaa-bbbb-ccc", you.host(admin_token), 404, NOT_FOUND),
        ]
        for target, headers, status, expected in cases:
            answer = await rest.http.post(f"/api/meetings/{target}/{control}", headers=headers)
            assert (answer.status_code, body(answer)) == (status, expected)
        assert rest.outbox.events_for("c1") == []

    async def test_a_guest_meeting_wants_the_token_alone(self, rest: Rest, control: str) -> None:
        meeting_id, admin_token = await rest.guest_meeting()
        await rest.join(meeting_id, "c1", "a1")
        path = f"/api/meetings/{meeting_id}/{control}"
        assert (await rest.http.post(path)).status_code == 403
        assert (await rest.http.post(path, headers={"x-admin-token": admin_token})).status_code == 200


@pytest.mark.parametrize("control", ["mute", "unmute", "kick"])
class TestWhom:
    async def test_an_unknown_participant_is_not_found(self, rest: Rest, control: str) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        elsewhere, _ = await rest.meeting(you)
        await rest.join(elsewhere, "c1", "a1")
        path = f"/api/meetings/{meeting_id}/participants/a1/{control}"
        for _ in ("before anybody opened it", "with the room open"):
            answer = await rest.http.post(path, headers=you.host(admin_token))
            assert (answer.status_code, body(answer)) == (404, NOBODY)
            await rest.meetings.open(meeting_id)


class TestMute:
    async def test_mutes_and_tells_everybody(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        await rest.join(meeting_id, "c2", "b2")
        rest.outbox.clear()
        answer = await rest.http.post(f"/api/meetings/{meeting_id}/participants/a1/mute", headers=you.host(admin_token))
        assert (answer.status_code, answer.json()) == (200, {"message": "Participant muted"})
        assert [event for event, _ in rest.outbox.events_for("c1")] == ["admin:mute", "participant:updated"]
        assert [event for event, _ in rest.outbox.events_for("c2")] == ["participant:updated"]
        shown = (await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)).json()
        assert [participant["isMuted"] for participant in shown["participants"]] == [True, False]


class TestUnmute:
    async def test_asks_only_that_participant(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        await rest.join(meeting_id, "c2", "b2")
        rest.outbox.clear()
        answer = await rest.http.post(
            f"/api/meetings/{meeting_id}/participants/a1/unmute", headers=you.host(admin_token)
        )
        assert (answer.status_code, answer.json()) == (200, {"message": "Unmute request sent"})
        assert rest.outbox.events_for("c1") == [("admin:unmute", {})]
        assert rest.outbox.events_for("c2") == []


class TestKick:
    async def test_tells_the_reason_and_frees_the_seat(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        await rest.join(meeting_id, "c1", "a1")
        await rest.join(meeting_id, "c2", "b2")
        rest.outbox.clear()
        answer = await rest.http.post(
            f"/api/meetings/{meeting_id}/participants/a1/kick",
            json={"reason": " Be\u200b kind "},
            headers=you.host(admin_token),
        )
        assert (answer.status_code, answer.json()) == (200, {"message": "Participant removed"})
        assert ("admin:kick", {"reason": "Be kind"}) in rest.outbox.events_for("c1")
        shown = (await rest.http.get(f"/api/meetings/{meeting_id}", headers=you.key)).json()
        assert [participant["participantId"] for participant in shown["participants"]] == ["b2"]

    @pytest.mark.parametrize(
        ("wish", "field", "message"),
        [
            ({"reason": "x" * 201}, "reason", "must have 1 to 200 visible characters"),
            ({"reason": 5}, "reason", "expected a string, got an integer"),
            ({"ban": True}, "ban", "unknown field"),
        ],
    )
    async def test_names_what_does_not_fit(self, rest: Rest, wish: dict[str, object], field: str, message: str) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        answer = await rest.http.post(
            f"/api/meetings/{meeting_id}/participants/a1/kick", json=wish, headers=you.host(admin_token)
        )
        assert answer.status_code == 400
        assert body(answer)["details"] == [{"field": field, "message": message}]


class TestMuteAll:
    async def test_tells_the_room_once(self, rest: Rest) -> None:
        you = await rest.register()
        meeting_id, admin_token = await rest.meeting(you)
        path, headers = f"/api/meetings/{meeting_id}/mute-all", you.host(admin_token)
        assert (await rest.http.post(path, headers=headers)).json() == {"message": "All participants muted"}
        await rest.join(meeting_id, "c1", "a1")
        rest.outbox.clear()
        answer = await rest.http.post(path, headers=headers)
        assert (answer.status_code, answer.json()) == (200, {"message": "All participants muted"})
        assert rest.outbox.events_for("c1") == [("meeting:all-muted", {})]
