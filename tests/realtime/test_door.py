"""The one door: what works before it, who gets through, and what a lost or polite goodbye means."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from onepizza.core.errors import InsufficientCredits, ServiceUnavailable
from onepizza.core.settings import Limits
from onepizza.realtime.table import TABLE, WORKS_BEFORE_JOINING
from tests.realtime.stage import ADMIN_TOKEN, ICE, MEETING, OTHER, ids_of, stage

NOT_JOINED = {"message": "Join the meeting first", "code": "not_joined"}
SAMPLES: dict[str, Any] = {
    "signal:offer": {"to": "x", "offer": {"type": "offer", "sdp": "v=0"}},
    "signal:answer": {"to": "x", "answer": {"type": "answer", "sdp": "v=0"}},
    "signal:ice-candidate": {"to": "x", "candidate": {"candidate": ""}},
    "media:toggle-audio": {"isMuted": True},
    "media:toggle-video": {"isVideoOff": True},
    "media:screen-share": {"isScreenSharing": True},
    "raise-hand": {"isHandRaised": True},
    "react": {"emoji": "👍"},
    "chat:message": {"text": "hi"},
    "chat:react": {"messageId": "m", "emoji": "👍"},
    "caption:publish": {"text": "hi", "isFinal": True, "lang": "en"},
    "waiting-room:admit": {"meetingId": MEETING, "socketId": "x"},
    "waiting-room:admit-all": {"meetingId": MEETING},
    "waiting-room:deny": {"meetingId": MEETING, "socketId": "x"},
    "host:mute": {"participantId": "x"},
    "host:unmute": {"participantId": "x"},
    "host:kick": {"participantId": "x"},
    "host:spotlight": {"participantId": "x"},
    "host:settings": {"locked": True},
    "host:invite": {"name": "Bob"},
}


class TestBeforeJoining:
    async def test_nothing_but_the_door_works(self) -> None:
        async with stage() as house:
            await house.joined("Ada", host=True)
            eve = await house.person()
            events = [row.event for row in TABLE if row.event not in WORKS_BEFORE_JOINING]
            before = house.describe()
            for event in [*events, "made-up"]:
                eve.clear()
                answer = await eve.ask(event, SAMPLES.get(event, {}))
                assert (event, answer) == (event, {"error": NOT_JOINED["message"], "code": "not_joined"})
                assert (event, await eve.settle()) == (event, [("error", NOT_JOINED)])
            assert house.describe() == before

    async def test_an_unreadable_payload_says_not_joined_too(self) -> None:
        async with stage() as house:
            eve = await house.person()
            assert (await eve.ask("chat:message", {"text": 5}))["code"] == "not_joined"

    @pytest.mark.parametrize("event", ["connect", "disconnect", "connect_error", "disconnecting", "newListener"])
    async def test_reserved_names_run_nothing(self, event: str) -> None:
        async with stage() as house, house.served.joined() as raw:
            await raw.send(f'42["{event}",{{"meetingId":"{MEETING}"}}]')
            await raw.send('42["chat:message",{"text":"hi"}]')
            assert await raw.recv() == '42["error",{"message":"Join the meeting first","code":"not_joined"}]'
            assert house.directory.live_ids() == ()

    async def test_a_report_is_checked_and_acknowledged(self) -> None:
        async with stage() as house:
            eve = await house.person()
            report = {"type": "error.webrtc", "message": "ICE connection failed", "route": "/join"}
            assert await eve.ask("client:report", report) == {"ok": True}
            for bad in ({"type": "webrtc"}, {}, {"type": "error.x", "message": 5}, {"type": "error.x" * 40}):
                assert (await eve.ask("client:report", bad))["code"] == "invalid_request"

    async def test_a_stranger_hears_nothing(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            eve = await house.person()
            await ada.ask("chat:message", {"text": "secret"})
            assert await eve.settle() == []


class TestJoinMeeting:
    async def test_answers_joined_and_tells_the_others(self) -> None:
        async with stage() as house:
            ada = await house.person()
            first = await ada.join("Ada", host=True)
            bob = await house.person()
            second = await bob.join("Bob")
            assert re.fullmatch(r"[0-9a-f]{24}", second["participantId"])
            assert second["participantId"] not in (bob.client.sid, bob.client.eio.sid)
            assert second == {
                "participantId": second["participantId"],
                "participants": [first["self"]],
                "settings": {
                    "muteOnJoin": False,
                    "videoOffOnJoin": False,
                    "maxParticipants": 50,
                    "locked": False,
                    "waitingRoom": False,
                },
                "title": "Standup",
                "isAdmin": False,
                "resumeToken": second["resumeToken"],
                "isResumed": False,
                "isRecording": False,
                "spotlight": None,
                "self": second["self"],
                "iceServers": ICE,
            }
            assert set(first["self"]) == {
                "participantId", "name", "isMuted", "isVideoOff", "isScreenSharing", "isHandRaised", "isAdmin",
                "joinedAt",
            }  # fmt: skip
            assert first["isAdmin"] is True
            assert await ada.next("participant:joined") == second["self"]

    async def test_the_quick_start_emits_without_waiting(self) -> None:
        """API §19.5: the events after `join-meeting` wait for it, however long the database takes."""
        async with stage() as house:
            house.meetings.gate = asyncio.Event()
            bot = await house.person()
            await bot.emit("join-meeting", {"meetingId": MEETING, "name": "Bot", "isAdmin": False, "adminToken": None})
            await bot.emit("chat:message", {"text": "Hello from the bot!"})
            await bot.emit("raise-hand", {"isHandRaised": True})
            await bot.emit("react", {"emoji": "👍"})
            await asyncio.wait_for(house.meetings.opening.wait(), 5)
            house.meetings.gate.set()
            await bot.next("react")
            assert bot.names() == ["joined", "chat:message", "participant:updated", "react"]

    @pytest.mark.parametrize(
        ("meeting_id", "error"),
        [
            ("nob-odyk-now", {"message": "Meeting not found", "code": "meeting_not_found"}),
            ("ABC\u0000'; --", {"message": "Meeting not found", "code": "meeting_not_found"}),
            ("", {"message": "Meeting not found", "code": "meeting_not_found"}),
            ("old-meet-ing", {"message": "This meeting has ended", "code": "meeting_ended"}),
            (
                "sch-edul-edd",
                {
                    "message": "This meeting is scheduled for 2026-04-01T14:00:00.000Z",
                    "code": "meeting_scheduled",
                    "scheduledAt": "2026-04-01T14:00:00.000Z",
                },
            ),
        ],
    )
    async def test_a_meeting_one_cannot_join(self, meeting_id: str, error: dict[str, Any]) -> None:
        async with stage() as house:
            eve = await house.person()
            answer = await eve.ask("join-meeting", {"meetingId": meeting_id, "name": "Eve"})
            assert answer == {"error" if key == "message" else key: value for key, value in error.items()}
            assert await eve.settle() == [("error", error)]

    @pytest.mark.parametrize(
        ("failure", "code"),
        [
            (InsufficientCredits(), "insufficient_credits"),
            (ServiceUnavailable(), "service_unavailable"),
            (RuntimeError("secret detail"), "internal_error"),
        ],
    )
    async def test_what_fails_behind_the_door_is_an_answer(self, failure: Exception, code: str) -> None:
        async with stage() as house:
            house.meetings.failure = failure
            eve = await house.person()
            answer = await eve.ask("join-meeting", {"meetingId": MEETING, "name": "Eve"})
            assert answer["code"] == code
            assert "secret" not in str(answer)
            house.meetings.failure = None
            await eve.join("Eve")

    @pytest.mark.parametrize("token", [None, "", "wrong", "d4" * 31, ADMIN_TOKEN.upper()])
    async def test_a_bad_admin_token_lets_nobody_in(self, token: str | None) -> None:
        async with stage() as house:
            eve = await house.person()
            payload = {"meetingId": MEETING, "name": "Eve", "isAdmin": True, "adminToken": token}
            assert (await eve.ask("join-meeting", payload))["code"] == "bad_admin_token"
            assert house.names() == []

    @pytest.mark.parametrize(
        ("name", "shown"),
        [
            ("Zoë", "Zoë"),
            ("Zoe\u0308", "Zoë"),
            ("  A\u202e\u200bda\n ", "Ada"),
            ("<b>Bob</b>", "<b>Bob</b>"),
            ("", "Guest"),
            ("\u200b\u202e \u3164", "Guest"),
            (None, "Guest"),
        ],
    )
    async def test_names_are_made_visible(self, name: str | None, shown: str) -> None:
        async with stage() as house:
            ada = await house.person()
            assert (await ada.ask("join-meeting", {"meetingId": MEETING, "name": name}))["ok"] is True
            assert house.names() == [shown]

    @pytest.mark.parametrize(
        "payload",
        [
            {},
            {"meetingId": 5},
            {"meetingId": MEETING, "isAdmin": "true"},
            {"meetingId": MEETING, "isAdmin": 1},
            {"meetingId": MEETING, "name": "x" * 65},
            {"meetingId": MEETING, "name": ["Eve"]},
            {"meetingId": MEETING, "adminToken": 5},
            {"meetingId": MEETING, "adminToken": "x" * 300},
            [],
            "abc",
            5,
        ],
    )
    async def test_a_payload_that_does_not_fit_is_refused(self, payload: Any) -> None:
        async with stage() as house:
            eve = await house.person()
            assert (await eve.ask("join-meeting", payload))["code"] == "invalid_request"
            assert house.names() == []

    async def test_unknown_fields_are_ignored(self) -> None:
        async with stage() as house:
            ada = await house.person()
            await ada.join("Ada", colour="red", participantId="mine", isHost=True)
            assert house.describe().participants[0].participant_id != "mine"

    async def test_the_same_meeting_twice_is_refused_and_keeps_the_seat(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            answer = await ada.ask("join-meeting", {"meetingId": MEETING, "name": "Again"})
            assert answer["code"] == "already_joined"
            assert house.names() == ["Ada"]

    async def test_a_second_meeting_leaves_the_first(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.joined("Bob")
            await ada.join("Ada", meetingId=OTHER)
            assert (await bob.next("participant:left"))["name"] == "Ada"
            await ada.ask("chat:message", {"text": "over here"})
            assert "chat:message" in ada.names()
            assert "chat:message" not in [name for name, _ in await bob.settle()]

    async def test_a_second_meeting_that_refuses_leaves_the_first_alone(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            assert (await ada.ask("join-meeting", {"meetingId": "nob-odyk-now"}))["code"] == "meeting_not_found"
            assert (await ada.ask("chat:message", {"text": "still here"}))["ok"] is True

    async def test_who_goes_while_the_door_asks_the_database_gets_no_seat(self) -> None:
        async with stage() as house:
            house.meetings.gate = asyncio.Event()
            eve = await house.person()
            await eve.emit("join-meeting", {"meetingId": MEETING, "name": "Eve"})
            await asyncio.wait_for(house.meetings.opening.wait(), 5)
            await eve.cut()
            await asyncio.wait_for(eve.gone.wait(), 5)
            house.meetings.gate.set()
            ada = await house.person()
            assert (await ada.join("Ada"))["participants"] == []


class TestGoodbye:
    async def test_a_polite_disconnect_is_immediate(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.joined("Bob")
            await bob.leave()
            assert (await ada.next("participant:left"))["name"] == "Bob"
            assert house.names() == ["Ada"]

    async def test_the_stock_python_client_leaves_politely(self) -> None:
        """It closes its WebSocket with code 1000 before its disconnect packet is written."""
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.joined("Bob")
            await bob.client.disconnect()
            assert (await ada.next("participant:left"))["name"] == "Bob"
            assert "participant:updated" not in ada.names()

    async def test_leave_meeting_is_immediate_and_the_socket_may_join_again(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.joined("Bob")
            assert await bob.ask("leave-meeting") == {"ok": True}
            assert (await ada.next("participant:left"))["name"] == "Bob"
            assert (await bob.ask("chat:message", {"text": "hi"}))["code"] == "not_joined"
            assert ids_of(await bob.join("Bob")) == [house.describe().participants[0].participant_id]

    async def test_a_lost_connection_holds_the_seat_and_a_resume_takes_it_over(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.person()
            first = await bob.join("Bob")
            await bob.ask("raise-hand", {"isHandRaised": True})
            await bob.cut()
            away = {"participantId": first["participantId"], "isReconnecting": True}
            assert await ada.next("participant:updated") == {
                "participantId": first["participantId"],
                "isHandRaised": True,
            }
            assert await ada.next("participant:updated") == away
            ada.clear()
            again = await house.person()
            second = await again.join("Bob", resumeToken=first["resumeToken"])
            assert (second["participantId"], second["isResumed"]) == (first["participantId"], True)
            assert second["self"] == first["self"] | {"isHandRaised": True}
            assert await ada.settle() == [("participant:updated", away | {"isReconnecting": False})]

    async def test_a_lost_connection_is_gone_after_the_hold(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.joined("Bob")
            await bob.cut()
            await ada.next("participant:updated")
            house.advance(15)
            assert (await ada.next("participant:left"))["name"] == "Bob"

    async def test_a_silent_one_is_gone_25_seconds_after_the_last_sign_of_life_at_the_latest(self) -> None:
        """Ping after 10 s, no answer for 10 s, and of the hold only what is left of it then."""
        limits = Limits(ping_interval_seconds=0.05, ping_timeout_seconds=1.0)
        async with stage(limits=limits) as house:
            ada = await house.joined("Ada")
            ws = await house.served.ws()
            await ws.send("40")
            await ws.send(f'42["join-meeting",{{"meetingId":"{MEETING}","name":"Bob"}}]')
            assert (await ada.next("participant:updated"))["isReconnecting"] is True
            house.advance(13.9)
            assert house.names() == ["Ada", "Bob"]
            house.advance(0.1)
            assert (await ada.next("participant:left"))["name"] == "Bob"

    async def test_an_unreachable_participant_gets_no_signals(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.person()
            joined = await bob.join("Bob")
            await bob.cut()
            await ada.next("participant:updated")
            offer = {"to": joined["participantId"], "offer": {"type": "offer", "sdp": "v=0"}}
            assert (await ada.ask("signal:offer", offer))["code"] == "participant_unreachable"

    async def test_of_two_tabs_the_newer_wins_and_the_older_is_told_and_closed(self) -> None:
        async with stage() as house:
            old = await house.person()
            first = await old.join("Ada")
            new = await house.person()
            await new.join("Ada", resumeToken=first["resumeToken"])
            assert (await old.next("error"))["code"] == "replaced"
            await asyncio.wait_for(old.gone.wait(), 5)
            assert house.names() == ["Ada"]
            assert (await new.ask("chat:message", {"text": "hi"}))["ok"] is True

    async def test_a_socket_without_a_seat_is_closed_after_a_minute(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            eve = await house.person()
            house.advance(59)
            assert await eve.settle() == []
            house.advance(1)
            await asyncio.wait_for(eve.gone.wait(), 5)
            assert (await ada.ask("chat:message", {"text": "hi"}))["ok"] is True

    async def test_a_restart_is_announced(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            house.realtime.announce_restart(1500)
            assert await ada.next("server:restarting") == {"retryAfterMs": 1500}
