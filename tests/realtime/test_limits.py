"""How much one socket and one address may do (CONTRACT 2)."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from socketio.exceptions import ConnectionError as Refused

from onepizza.core.settings import Limits
from tests.realtime.stage import MEETING, Person, Stage, stage


def limited(heard: list[tuple[str, Any]]) -> list[Any]:
    return [payload for name, payload in heard if name == "error" and payload["code"] == "rate_limited"]


async def burst(person: Person, event: str, payloads: list[Any]) -> list[str]:
    """Send all at once and return what each was answered with: ok or the code."""
    answers = await asyncio.gather(*(person.ask(event, payload) for payload in payloads))
    return [answer.get("code", "ok") for answer in answers]


class TestBuckets:
    @pytest.mark.parametrize(
        ("event", "payload", "size", "per_s"),
        [
            ("chat:message", {"text": "hi"}, 10, 1),
            ("react", {"emoji": "👍"}, 8, 4),
            ("raise-hand", {"isHandRaised": True}, 20, 4),
            ("media:toggle-audio", {"isMuted": True}, 20, 4),
            ("host:mute-all", {}, 20, 5),
            ("client:report", {"type": "error.webrtc"}, 30, 0.5),
            ("caption:publish", {"text": "hi"}, 20, 4),
        ],
    )
    async def test_lets_the_burst_through_then_the_rate(
        self, event: str, payload: Any, size: int, per_s: float
    ) -> None:
        async with stage() as house:
            ada = await house.joined("Ada", host=True)
            assert await burst(ada, event, [payload] * (size + 3)) == ["ok"] * size + ["rate_limited"] * 3
            assert len(limited(ada.heard)) == 1
            house.clock.advance(2 / per_s)
            assert await burst(ada, event, [payload] * 3) == ["ok", "ok", "rate_limited"]

    async def test_what_is_over_the_limit_reaches_nobody(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.joined("Bob")
            await burst(ada, "chat:message", [{"text": "hi"}] * 15)
            assert [name for name, _ in await bob.settle()].count("chat:message") == 10

    async def test_it_is_told_at_most_once_in_five_seconds(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            await burst(ada, "react", [{"emoji": "👍"}] * 12)
            assert limited(ada.heard) == [
                {"message": "Too many requests, please slow down", "code": "rate_limited", "retryAfter": 1}
            ]
            house.clock.advance(5)
            await burst(ada, "react", [{"emoji": "👍"}] * 12)
            assert len(limited(ada.heard)) == 2

    async def test_unreadable_payloads_count_too(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            codes = await burst(ada, "chat:message", [{"text": 5}] * 12)
            assert codes == ["invalid_request"] * 10 + ["rate_limited"] * 2

    async def test_one_kind_does_not_eat_another(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            await burst(ada, "react", [{"emoji": "👍"}] * 12)
            assert (await ada.ask("chat:message", {"text": "hi"}))["ok"] is True

    async def test_a_joiner_in_a_mesh_of_fifty_is_not_limited(self) -> None:
        """49 offers and 12 candidates a pair in five seconds pass (CONTRACT 2)."""
        async with stage() as house:
            ada = await house.joined("Ada")
            bob = await house.person()
            to = (await bob.join("Bob"))["participantId"]
            candidate = {"to": to, "candidate": {"candidate": "candidate:1", "sdpMid": "0", "sdpMLineIndex": 0}}
            for _ in range(49 * 13):
                await ada.emit("signal:ice-candidate", candidate)
            await ada.settle()
            await bob.settle()
            assert bob.names().count("signal:ice-candidate") == 49 * 13
            assert "error" not in ada.names()


class TestUnknownEvents:
    async def test_fifty_are_refused_and_one_more_disconnects(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            assert await burst(ada, "made-up", [{}] * 50) == ["unknown_event"] * 50
            await ada.emit("made-up")
            await asyncio.wait_for(ada.gone.wait(), 5)


class TestJoins:
    async def test_ten_a_minute_for_a_socket(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada")
            again = {"meetingId": MEETING}
            assert [(await ada.ask("join-meeting", again))["code"] for _ in range(10)] == [
                *["already_joined"] * 9,
                "rate_limited",
            ]
            house.clock.advance(60)
            assert (await ada.ask("join-meeting", again))["code"] == "already_joined"

    async def test_sixty_a_minute_for_an_address(self) -> None:
        limits = msgspec.structs.replace(Limits(), joins_per_address_per_minute=3)
        async with stage(limits) as house:
            for name in ("Ada", "Bob", "Cyd"):
                await house.joined(name)
            eve = await house.person()
            answer = await eve.ask("join-meeting", {"meetingId": MEETING})
            assert (answer["code"], answer["retryAfter"]) == ("rate_limited", 60)

    @pytest.mark.parametrize(
        "guess",
        [
            {"meetingId": "nob-odyk-now"},
            {"meetingId": MEETING, "isAdmin": True, "adminToken": "guess"},
            {"meetingId": MEETING, "inviteToken": "guess"},
        ],
        ids=["meeting", "admin token", "invite"],
    )
    async def test_guessing_stops_after_twenty_failures(self, guess: dict[str, Any]) -> None:
        async with stage() as house:
            for _ in range(2):
                eve = await house.person()
                for _ in range(10):
                    assert (await eve.ask("join-meeting", guess))["code"] != "rate_limited"
            ada = await house.person()
            answer = await ada.ask("join-meeting", {"meetingId": MEETING, "name": "Ada"})
            assert (answer["code"], answer["retryAfter"]) == ("rate_limited", 600)
            house.clock.advance(600)
            await ada.join("Ada")

    async def test_the_limits_of_an_address_keep_nobody_from_a_seat_that_is_held(self) -> None:
        limits = msgspec.structs.replace(
            Limits(), joins_per_address_per_minute=3, failed_lookups_per_10_minutes=1, joined_sockets_per_address=2
        )
        async with stage(limits) as house:
            ada = await house.joined("Ada")
            bob = await house.person()
            token = (await bob.join("Bob"))["resumeToken"]
            eve = await house.person()
            assert (await eve.ask("join-meeting", {"meetingId": "nob-odyk-now"}))["code"] == "rate_limited"
            await bob.cut()
            await ada.next("participant:updated")
            for wrong in ({"resumeToken": "guess"}, {"resumeToken": token, "meetingId": "nob-odyk-now"}, {}):
                assert (await eve.ask("join-meeting", {"meetingId": MEETING} | wrong))["code"] == "rate_limited"
            back = await house.person()
            assert (await back.join("Bob", resumeToken=token))["isResumed"] is True

    async def test_an_ordinary_refusal_is_no_guess(self) -> None:
        async with stage() as house:
            await house.joined("Ada")
            host = await house.joined("Host", host=True)
            await host.ask("host:settings", {"locked": True})
            for _ in range(3):
                eve = await house.person()
                for _ in range(8):
                    assert (await eve.ask("join-meeting", {"meetingId": MEETING}))["code"] == "room_locked"


class TestSocketsOfAnAddress:
    async def crowd(self, house: Stage, count: int) -> None:
        for _ in range(count):
            await house.person()

    async def test_thirty_without_a_seat(self) -> None:
        async with stage() as house:
            await self.crowd(house, 30)
            with pytest.raises(Refused):
                await house.person()
            await house.people[0].join("Ada")
            await house.person()

    async def test_connections_without_a_socket_count_among_them(self) -> None:
        limits = msgspec.structs.replace(Limits(), unjoined_sockets_per_address=2)
        async with stage(limits) as house:
            ada = await house.person()
            await house.served.open_polling()
            with pytest.raises(Refused):
                await house.person()
            await ada.join("Ada")
            await house.person()

    async def test_who_goes_makes_room(self) -> None:
        limits = msgspec.structs.replace(Limits(), unjoined_sockets_per_address=1)
        async with stage(limits) as house:
            eve = await house.person()
            await eve.leave()
            await house.person()

    async def test_so_many_with_a_seat(self) -> None:
        limits = msgspec.structs.replace(Limits(), joined_sockets_per_address=2)
        async with stage(limits) as house:
            ada = await house.joined("Ada")
            await house.joined("Bob")
            eve = await house.person()
            assert (await eve.ask("join-meeting", {"meetingId": MEETING}))["code"] == "rate_limited"
            await ada.ask("leave-meeting")
            await eve.join("Eve")
