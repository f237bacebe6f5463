"""What a joined socket may do: everything relayed is rebuilt, strictly typed, and reaches only whom it is for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.realtime.stage import MEETING, OTHER, Person, Stage, stage


async def pair(house: Stage) -> tuple[Person, Person, str, str]:
    """A host and a guest, with their ids, who have heard of each other."""
    ada = await house.person()
    ada_id = (await ada.join("Ada", host=True))["participantId"]
    bob = await house.person()
    bob_id = (await bob.join("Bob"))["participantId"]
    await ada.next("participant:joined")
    ada.clear()
    bob.clear()
    return ada, bob, ada_id, bob_id


class TestSignals:
    async def test_everything_is_rebuilt_from_known_fields(self) -> None:
        async with stage() as house:
            ada, bob, ada_id, bob_id = await pair(house)
            forged = {"to": bob_id, "from": bob_id, "name": "Host", "isAdmin": True, "timestamp": 1, "extra": {"a": 1}}
            offer = {"type": "offer", "sdp": "v=0\r\n", "extra": "x"}
            answer = {"type": "answer", "sdp": "v=0\r\n", "extra": "x"}
            candidate = {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0, "extra": "x"}
            for event, key, value in (
                ("signal:offer", "offer", offer),
                ("signal:answer", "answer", answer),
                ("signal:ice-candidate", "candidate", candidate),
            ):
                assert await ada.ask(event, forged | {key: value}) == {"ok": True}
                kept = {name: field for name, field in value.items() if name != "extra"}
                assert await bob.next(event) == {"from": ada_id, key: kept}
            assert await ada.settle() == []

    @pytest.mark.parametrize(
        "candidate",
        [
            None,
            {"candidate": ""},
            {"candidate": "", "sdpMid": "0", "sdpMLineIndex": 0, "usernameFragment": "abcd"},
            {"candidate": "candidate:1 1 udp 1 10.0.0.1 9 typ host", "sdpMid": None, "sdpMLineIndex": None},
        ],
    )
    async def test_candidates_as_browsers_send_them_pass_unchanged(self, candidate: Any) -> None:
        async with stage() as house:
            ada, bob, ada_id, bob_id = await pair(house)
            await ada.ask("signal:ice-candidate", {"to": bob_id, "candidate": candidate})
            assert await bob.next("signal:ice-candidate") == {"from": ada_id, "candidate": candidate}

    async def test_to_is_a_participant_of_my_meeting_other_than_me(self) -> None:
        async with stage() as house:
            ada, bob, ada_id, _ = await pair(house)
            eve = await house.person()
            eve_id = (await eve.join("Eve", meetingId=OTHER))["participantId"]
            unseated = await house.person()
            eve.clear()
            for to in (
                ada_id,
                eve_id,
                "",
                MEETING,
                "/",
                bob.client.sid,
                unseated.client.sid,
                "ffffffffffffffffffffffff",
            ):
                answer = await ada.ask("signal:offer", {"to": to, "offer": {"type": "offer", "sdp": "v=0"}})
                assert (to, answer["code"]) == (to, "participant_not_found")
            assert [await person.settle() for person in (bob, eve, unseated)] == [[], [], []]
            assert {name for name, _ in await ada.settle()} == {"error"}

    @pytest.mark.parametrize(
        ("event", "payload"),
        [
            ("signal:offer", {"offer": "v=0"}),
            ("signal:offer", {"offer": {"type": "offer"}}),
            ("signal:offer", {"offer": {"type": "answer", "sdp": "v=0"}}),
            ("signal:offer", {"offer": {"type": "rollback", "sdp": ""}}),
            ("signal:offer", {"offer": {"type": "offer", "sdp": "x" * (64 * 1024 + 1)}}),
            ("signal:offer", {"offer": None}),
            ("signal:answer", {"answer": {"type": "offer", "sdp": "v=0"}}),
            ("signal:answer", {"answer": {"type": "answer", "sdp": 5}}),
            ("signal:ice-candidate", {}),
            ("signal:ice-candidate", {"candidate": "candidate:1"}),
            ("signal:ice-candidate", {"candidate": {"candidate": "x" * 2049}}),
            ("signal:ice-candidate", {"candidate": {"candidate": "x", "sdpMLineIndex": "0"}}),
            ("signal:ice-candidate", {"candidate": {"candidate": "x", "sdpMLineIndex": 0.5}}),
        ],
    )
    async def test_what_is_no_signal_reaches_nobody(self, event: str, payload: dict[str, Any]) -> None:
        async with stage() as house:
            ada, bob, _, bob_id = await pair(house)
            assert (await ada.ask(event, {"to": bob_id} | payload))["code"] == "invalid_request"
            assert await bob.settle() == []


class TestStrictness:
    @pytest.mark.parametrize(
        ("event", "payload"),
        [
            ("media:toggle-audio", {"isMuted": "1"}),
            ("media:toggle-audio", {"isMuted": 1}),
            ("media:toggle-video", {"isVideoOff": None}),
            ("media:screen-share", {}),
            ("raise-hand", {"isHandRaised": "true"}),
            ("raise-hand", []),
            ("raise-hand", "yes"),
            ("react", {"emoji": "🍕"}),
            ("react", {"emoji": "❤"}),
            ("react", {"emoji": "👍👍"}),
            ("react", {"emoji": ""}),
            ("chat:message", {"text": ""}),
            ("chat:message", {"text": " \n\t"}),
            ("chat:message", {"text": "x" * 2001}),
            ("chat:message", {"text": ["x"]}),
            ("chat:react", {"messageId": "x" * 65, "emoji": "👍"}),
            ("caption:publish", {"text": "x", "isFinal": "yes"}),
            ("caption:publish", {"text": "x", "lang": "<en>"}),
            ("host:mute", {"participantId": 5}),
            ("host:spotlight", {"participantId": 5}),
            ("host:spotlight", {}),
            ("host:settings", {"maxParticipants": "50"}),
            ("host:settings", {"maxParticipants": 0}),
            ("host:settings", {"maxParticipants": 501}),
            ("host:settings", {"maxParticipants": True}),
            ("host:settings", {"locked": "false"}),
            ("host:settings", {"title": "x" * 201}),
            ("host:settings", {"title": "\u200b"}),
            ("host:kick", {"participantId": "x", "reason": "x" * 201}),
        ],
    )
    async def test_wrong_types_and_bounds_change_nothing_and_are_not_echoed(self, event: str, payload: Any) -> None:
        async with stage() as house:
            ada, bob, _, _ = await pair(house)
            before = house.describe()
            answer = await ada.ask(event, payload)
            assert answer["code"] == "invalid_request"
            assert await bob.settle() == []
            assert house.describe() == before
            heard = await ada.settle()
            assert [name for name, _ in heard] == ["error"]
            assert set(heard[0][1]) == {"message", "code"}
            assert "x" * 20 not in str(heard) and "🍕" not in str(heard)

    @pytest.mark.parametrize(
        ("event", "payload", "field"),
        [
            ("raise-hand", {}, "isHandRaised"),
            ("raise-hand", {"isHandRaised": "🍕"}, "isHandRaised"),
            ("signal:offer", {"to": "x", "offer": {"type": "offer"}}, "offer.sdp"),
            ("signal:ice-candidate", {"to": "x", "candidate": {"candidate": "c", "sdpMLineIndex": -1}},
             "candidate.sdpMLineIndex"),
        ],
    )  # fmt: skip
    async def test_the_refusal_names_the_field(self, event: str, payload: Any, field: str) -> None:
        async with stage() as house:
            ada, _, _, _ = await pair(house)
            assert (await ada.ask(event, payload))["error"] == f"The payload of {event} is not valid: {field}"

    @pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060\ufeff", "\u3164", "\u0301"])
    async def test_a_line_that_nobody_would_see_is_nothing_to_say(self, text: str) -> None:
        async with stage() as house:
            ada, bob, _, _ = await pair(house)
            assert (await ada.ask("chat:message", {"text": text}))["error"] == "text is empty"
            assert await bob.settle() == []

    async def test_binary_is_refused(self) -> None:
        async with stage() as house:
            ada, bob, _, _ = await pair(house)
            assert (await ada.ask("chat:message", {"text": b"bytes"}))["code"] == "invalid_request"
            assert await bob.settle() == []


class TestTalk:
    async def test_chat_counts_code_points_and_keeps_text_as_it_is(self) -> None:
        async with stage() as house:
            ada, bob, ada_id, _ = await pair(house)
            text = "<script>🍕</script>\n" + "é" * 1980
            answer = await ada.ask("chat:message", {"text": text, "name": "Forged", "from": "x", "timestamp": 5})
            line = await bob.next("chat:message")
            assert line == {
                "from": ada_id,
                "name": "Ada",
                "text": text,
                "timestamp": int(house.clock.now() * 1000),
                "messageId": answer["messageId"],
            }
            assert await ada.next("chat:message") == line

    async def test_a_reaction_to_a_line_and_a_floating_one(self) -> None:
        async with stage() as house:
            ada, bob, _, bob_id = await pair(house)
            message_id = (await ada.ask("chat:message", {"text": "hi"}))["messageId"]
            await bob.ask("chat:react", {"messageId": message_id, "emoji": "❤️"})
            reaction = {"messageId": message_id, "participantId": bob_id, "emoji": "❤️"}
            assert await ada.next("chat:reaction") == reaction
            for emoji in ("👍", "❤️", "😂", "🎉", "👏"):
                await bob.ask("react", {"emoji": emoji})
                assert await ada.next("react") == {"participantId": bob_id, "emoji": emoji}
            assert (await bob.ask("chat:react", {"messageId": "none", "emoji": "👍"}))["code"] == "message_not_found"

    async def test_captions(self) -> None:
        async with stage() as house:
            ada, bob, _, bob_id = await pair(house)
            await bob.ask("caption:publish", {"text": "hello", "isFinal": False, "lang": "en-GB"})
            piece = {"participantId": bob_id, "name": "Bob", "text": "hello", "isFinal": False, "lang": "en-GB"}
            assert await ada.next("caption") == piece


class TestHostOverSocket:
    @pytest.mark.parametrize(
        ("event", "payload"),
        [
            ("host:mute", {"participantId": "?"}),
            ("host:spotlight", {"participantId": "?"}),
            ("host:unmute", {"participantId": "?"}),
            ("host:kick", {"participantId": "?"}),
            ("host:mute-all", {}),
            ("host:settings", {"locked": True}),
            ("host:invite", {}),
            ("host:end", {}),
        ],
    )
    async def test_a_guest_may_nothing_of_it(self, event: str, payload: dict[str, Any]) -> None:
        async with stage() as house:
            ada, bob, ada_id, _ = await pair(house)
            before = house.describe()
            values = {key: ada_id for key in payload if key == "participantId"}
            assert (await bob.ask(event, payload | values | {"isAdmin": True}))["code"] == "not_host"
            assert await ada.settle() == []
            assert (house.describe(), house.meetings.ended) == (before, [])

    async def test_mute_and_ask_to_unmute(self) -> None:
        async with stage() as house:
            ada, bob, _, bob_id = await pair(house)
            assert await ada.ask("host:mute", {"participantId": bob_id}) == {"ok": True}
            assert await bob.next("admin:mute") == {}
            update = {"participantId": bob_id, "isMuted": True, "isMutedByHost": True}
            assert await ada.next("participant:updated") == update
            await ada.ask("host:unmute", {"participantId": bob_id})
            assert await bob.next("admin:unmute") == {}
            assert house.describe().participants[1].is_muted is True

    async def test_the_spotlight_reaches_all_and_who_comes_later(self) -> None:
        async with stage() as house:
            ada, bob, _, bob_id = await pair(house)
            assert await ada.ask("host:spotlight", {"participantId": bob_id}) == {"ok": True}
            assert await bob.next("meeting:spotlight") == {"participantId": bob_id}
            cyd = await house.person()
            assert (await cyd.join("Cyd"))["spotlight"] == bob_id
            await bob.ask("leave-meeting")
            assert await cyd.next("meeting:spotlight") == {"participantId": None}

    async def test_mute_all(self) -> None:
        async with stage() as house:
            ada, bob, _, _ = await pair(house)
            await ada.ask("host:mute-all")
            assert await bob.next("meeting:all-muted") == {}
            assert [person.is_muted for person in house.describe().participants] == [False, True]

    async def test_kick_closes_and_holds(self) -> None:
        async with stage() as house:
            ada, bob, _, bob_id = await pair(house)
            await ada.ask("host:kick", {"participantId": bob_id, "reason": "Too\u202e loud"})
            assert await bob.next("admin:kick") == {"reason": "Too loud"}
            await asyncio.wait_for(bob.gone.wait(), 5)
            again = await house.person()
            answer = await again.ask("join-meeting", {"meetingId": MEETING, "name": "Somebody Else"})
            assert answer == {"ok": True, "isWaiting": True}
            assert house.names() == ["Ada"]

    async def test_a_kick_holds_for_the_address_and_the_device_and_for_nobody_else(self) -> None:
        async with stage(trusted_proxies=("127.0.0.0/8",)) as house:
            ada = await house.joined("Ada", host=True)
            eve = await house.person(**{"X-Forwarded-For": "203.0.113.5"})
            eve_id = (await eve.join("Eve", clientId="eves-browser"))["participantId"]
            await ada.ask("host:kick", {"participantId": eve_id})
            ways = [("203.0.113.5", None), ("198.51.100.7, 203.0.113.5", "x"), ("203.0.113.9", "eves-browser")]
            for address, device in ways:
                again = await house.person(**{"X-Forwarded-For": address})
                answer = await again.ask("join-meeting", {"meetingId": MEETING, "clientId": device})
                assert (address, answer) == (address, {"ok": True, "isWaiting": True})
            bob = await house.person(**{"X-Forwarded-For": "203.0.113.6"})
            await bob.join("Bob", clientId="bobs-browser")
            assert house.names() == ["Ada", "Bob"]

    async def test_a_forwarded_address_counts_only_from_a_trusted_proxy(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada", host=True)
            eve = await house.person(**{"X-Forwarded-For": "203.0.113.5"})
            await ada.ask("host:kick", {"participantId": (await eve.join("Eve"))["participantId"]})
            again = await house.person(**{"X-Forwarded-For": "203.0.113.6"})
            assert (await again.ask("join-meeting", {"meetingId": MEETING}))["isWaiting"] is True

    async def test_a_host_who_removes_itself_is_answered_and_then_closed(self) -> None:
        async with stage() as house:
            ada = await house.person()
            joined = await ada.join("Ada", host=True)
            assert await ada.ask("host:kick", {"participantId": joined["participantId"]}) == {"ok": True}
            await asyncio.wait_for(ada.gone.wait(), 5)
            assert ada.names()[-1] == "admin:kick"

    async def test_settings_are_broadcast_once(self) -> None:
        async with stage() as house:
            ada, bob, _, _ = await pair(house)
            await ada.ask("host:settings", {"title": "Retro", "locked": True})
            told = {
                "muteOnJoin": False,
                "videoOffOnJoin": False,
                "maxParticipants": 50,
                "locked": True,
                "waitingRoom": False,
                "title": "Retro",
            }
            assert await bob.settle() == [("meeting:settings-updated", told)]
            eve = await house.person()
            assert (await eve.ask("join-meeting", {"meetingId": MEETING}))["code"] == "room_locked"

    async def test_an_invite_raced_by_ten_lets_one_in(self) -> None:
        async with stage() as house:
            ada, _, _, _ = await pair(house)
            answer = await ada.ask("host:invite", {"name": "Cyd"})
            assert answer == {"ok": True, "inviteToken": "invite", "joinUrl": f"/join/{MEETING}?invite=invite"}
            crowd = [await house.person() for _ in range(10)]
            payload = {"meetingId": MEETING, "name": "Cyd", "inviteToken": "invite"}
            answers = await asyncio.gather(*(person.ask("join-meeting", payload) for person in crowd))
            codes = [answer.get("code") for answer in answers]
            assert sorted(codes, key=str) == [None, *["bad_invite"] * 9]

    async def test_an_invite_for_a_name_that_shows_nothing_is_for_anybody_as_over_rest(self) -> None:
        async with stage() as house:
            ada, _, _, _ = await pair(house)
            assert (await ada.ask("host:invite", {"name": " \u200b"}))["ok"] is True
            assert (await ada.ask("host:invite", {"name": "x" * 65}))["code"] == "invalid_request"

    async def test_the_end_reaches_all_and_its_acknowledgement_comes_before_the_close(self) -> None:
        async with stage() as house:
            ada, bob, _, _ = await pair(house)
            assert await ada.ask("host:end") == {"ok": True}
            assert await bob.next("meeting:ended") == {"reason": "host"}
            await asyncio.wait_for(asyncio.gather(ada.gone.wait(), bob.gone.wait()), 5)
            assert house.directory.live_ids() == ()
            assert house.meetings.ended == [(MEETING, "host")]
