"""The waiting room and the recording notice over real sockets (API §11, CONTRACT 1.15, 1.19)."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from onepizza.core.ids import secret_hash
from onepizza.rooms.commands import AddHostToken
from onepizza.rooms.errors import WaitingRoomFull
from tests.realtime.stage import MEETING, OTHER, Person, Stage, stage

TOLD = "waiting-room:participant-waiting"


async def hosted(house: Stage) -> Person:
    """Ada hosts a meeting whose waiting room is on."""
    ada = await house.joined("Ada", host=True)
    await ada.ask("host:settings", {"waitingRoom": True})
    ada.clear()
    return ada


async def waiting(house: Stage, name: str = "Bob", **fields: Any) -> Person:
    """Somebody in the queue."""
    person = await house.person()
    answer = await person.ask("join-meeting", {"meetingId": MEETING, "name": name} | fields)
    assert answer == {"ok": True, "isWaiting": True}
    return person


async def admit(ada: Person, waiter: dict[str, Any]) -> Any:
    return await ada.ask("waiting-room:admit", {"meetingId": MEETING, "socketId": waiter["socketId"]})


class TestWaiting:
    async def test_as_the_document_has_it(self) -> None:
        """`waiting-room:join`, the host admits, `join-meeting`: API §11."""
        async with stage() as house:
            ada = await hosted(house)
            bob = await house.person()
            await bob.emit("waiting-room:join", {"meetingId": MEETING, "name": "Bob"})
            assert await bob.next("waiting-room:waiting") == {"message": "Please wait, a host will let you in soon"}
            waiter = await ada.next(TOLD)
            assert waiter == {
                "socketId": waiter["socketId"],
                "name": "Bob",
                "count": 1,
                "waitingSince": int(house.clock.now() * 1000),
            }
            assert re.fullmatch(r"[0-9a-f]{24}", waiter["socketId"])
            assert await admit(ada, waiter) == {"ok": True}
            assert await bob.next("waiting-room:admitted") == {}
            gone = {"socketId": waiter["socketId"], "name": "Bob", "count": 0, "removed": True}
            assert await ada.next(TOLD) == gone
            assert bob.names() == ["waiting-room:waiting", "waiting-room:admitted"]
            await bob.join("Bob")
            assert house.names() == ["Ada", "Bob"]

    async def test_join_meeting_waits_by_itself(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await waiting(house)
            await admit(ada, await ada.next(TOLD))
            await bob.join("Bob")

    async def test_without_a_waiting_room_one_is_told_to_come_in(self) -> None:
        async with stage() as house:
            await house.joined("Ada", host=True)
            bob = await house.person()
            answer = await bob.ask("waiting-room:join", {"meetingId": MEETING, "name": "Bob"})
            assert answer == {"ok": True, "isWaiting": False}
            assert await bob.settle() == [("waiting-room:admitted", {})]
            await bob.join("Bob")

    async def test_a_host_denies(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await waiting(house)
            waiter = await ada.next(TOLD)
            answer = await ada.ask("waiting-room:deny", {"meetingId": MEETING, "socketId": waiter["socketId"]})
            assert answer == {"ok": True}
            denied = {"message": "The host declined your entry", "retryAfter": 60}
            assert await bob.next("waiting-room:denied") == denied
            refused = {"error": "The host declined your entry", "code": "entry_denied", "retryAfter": 60}
            assert await bob.ask("waiting-room:join", {"meetingId": MEETING, "name": "Bob"}) == refused

    async def test_a_host_who_comes_later_hears_who_waits(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            await ada.leave()
            await waiting(house)
            again = await house.person()
            await again.join("Ada", host=True)
            assert (await again.next(TOLD))["name"] == "Bob"

    async def test_whoever_goes_is_gone_at_once(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await waiting(house)
            await ada.next(TOLD)
            await bob.cut()
            assert (await ada.next(TOLD))["removed"] is True

    async def test_a_kept_seat_is_free_when_the_admitted_socket_dies(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            await ada.ask("host:settings", {"maxParticipants": 2})
            bob = await waiting(house)
            await admit(ada, await ada.next(TOLD))
            cyd = await house.person()
            host = {"isAdmin": True, "adminToken": "d4" * 32}
            assert (await cyd.ask("join-meeting", {"meetingId": MEETING, **host}))["code"] == "room_full"
            await bob.cut()
            while house.realtime._server.get(bob.client.sid) is not None:
                await asyncio.sleep(0.001)
            await cyd.join("Cyd", host=True)

    async def test_a_socket_that_waits_is_not_closed_for_having_no_seat(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await waiting(house)
            waiter = await ada.next(TOLD)
            house.advance(120)
            assert "isWaiting" in await bob.ask("join-meeting", {"meetingId": MEETING, "name": "Bob"})
            await ada.ask("waiting-room:deny", {"meetingId": MEETING, "socketId": waiter["socketId"]})
            house.advance(59)
            assert not bob.gone.is_set()
            house.advance(1)
            await asyncio.wait_for(bob.gone.wait(), 5)

    async def test_the_end_reaches_those_who_wait(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await waiting(house)
            await ada.ask("host:end")
            assert await bob.next("meeting:ended") == {"reason": "host"}
            await asyncio.wait_for(bob.gone.wait(), 5)

    async def test_who_sits_elsewhere_keeps_that_seat_while_waiting_and_when_it_is_over(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await house.person()
            await bob.join("Bob", meetingId=OTHER)
            assert (await bob.ask("join-meeting", {"meetingId": MEETING, "name": "Bob"}))["isWaiting"] is True
            assert (await bob.ask("chat:message", {"text": "over there"}))["ok"] is True
            await ada.ask("host:end")
            await bob.next("meeting:ended")
            assert (await bob.ask("chat:message", {"text": "still there"}))["ok"] is True

    async def test_waiting_for_another_meeting_ends_the_first_wait(self) -> None:
        async with stage() as house:
            ada = await hosted(house)
            bob = await waiting(house)
            await ada.next(TOLD)
            await bob.join("Bob", meetingId=OTHER)
            assert (await ada.next(TOLD))["removed"] is True

    @pytest.mark.parametrize("event", ["waiting-room:admit", "waiting-room:deny"])
    @pytest.mark.parametrize(
        ("payload", "code"),
        [
            ({"meetingId": OTHER, "socketId": "x"}, "not_host"),
            ({"meetingId": MEETING, "socketId": "x"}, "waiter_not_found"),
            ({"meetingId": MEETING}, "invalid_request"),
            ({"meetingId": MEETING, "socketId": 5}, "invalid_request"),
        ],
    )
    async def test_what_names_nobody_is_refused(self, event: str, payload: Any, code: str) -> None:
        async with stage() as house:
            ada = await hosted(house)
            assert (await ada.ask(event, payload))["code"] == code

    async def test_a_guest_decides_nothing(self) -> None:
        async with stage() as house:
            bob = await house.joined("Bob")
            for event in ("waiting-room:admit", "waiting-room:deny", "waiting-room:admit-all"):
                assert (await bob.ask(event, {"meetingId": MEETING, "socketId": "x"}))["code"] == "not_host"

    async def test_three_of_one_address_wait(self) -> None:
        async with stage() as house:
            await hosted(house)
            for name in ("Bob", "Cyd", "Dan"):
                await waiting(house, name)
            eve = await house.person()
            answer = await eve.ask("join-meeting", {"meetingId": MEETING, "name": "Eve"})
            assert answer["code"] == WaitingRoomFull.code


class TestRecording:
    async def test_everybody_hears_the_roster_name_whatever_was_sent(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada", host=True)
            bob = await house.joined("Bob")
            assert await ada.ask("recording:broadcast-started", {"hostName": "<Mallory>"}) == {"ok": True}
            assert await bob.next("recording:started") == {"hostName": "Ada"}
            cyd = await house.person()
            assert (await cyd.join("Cyd"))["isRecording"] is True
            assert await cyd.next("recording:started") == {"hostName": "Ada"}
            await ada.ask("recording:broadcast-stopped")
            assert await bob.next("recording:stopped") == {}

    async def test_a_guest_starts_none(self) -> None:
        async with stage() as house:
            bob = await house.joined("Bob")
            assert (await bob.ask("recording:broadcast-started", {"hostName": "Bob"}))["code"] == "not_host"

    async def test_it_ends_when_the_host_is_not_back_in_time(self) -> None:
        async with stage() as house:
            ada = await house.joined("Ada", host=True)
            bob = await house.joined("Bob")
            await ada.ask("recording:broadcast-started", {})
            await ada.cut()
            await bob.next("participant:updated")
            house.advance(15)
            assert await bob.next("recording:stopped") == {}


class TestHostLink:
    async def test_its_token_is_taken_as_the_admin_token_once(self) -> None:
        async with stage() as house:
            await house.meetings.open(MEETING)
            await house.directory.call(MEETING, AddHostToken(secret_hash("link"), house.clock.now() + 600))
            ada = await house.person()
            assert (await ada.join("Ada", isAdmin=True, adminToken="link"))["isAdmin"] is True
            eve = await house.person()
            payload = {"meetingId": MEETING, "isAdmin": True, "adminToken": "link"}
            assert (await eve.ask("join-meeting", payload))["code"] == "bad_admin_token"
