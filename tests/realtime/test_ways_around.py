"""Ways around lock, kick, waiting room and cap. Each is tried with real sockets, and none lets anybody in.

A row is a short script in a prepared house: Ada hosts, Bob is a guest, both inside; Eve's address is known. After the
script the roster is what it was, nobody who came by `scene.socket()` is inside, none of them was sent anything of the
meeting, and what Ada says reaches none of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from onepizza.core.ids import secret_hash
from onepizza.core.settings import Limits
from onepizza.rooms.commands import (
    AddHostToken,
    AddInvite,
    Command,
    Disconnected,
    Kick,
    Leave,
    RoomRules,
    SetAdminToken,
    UpdateSettings,
)
from onepizza.rooms.waiting_commands import AdmitAll, AdmitWaiter, DenyWaiter, WaitingList
from tests.realtime.lean import Lean, gone
from tests.realtime.stage import ADMIN_TOKEN, MEETING, OTHER, Stage, stage

EVES = "203.0.113.66"
ELSEWHERE = "198.51.100.7"
ALLOWED_OUTSIDE = {
    "waiting-room:waiting", "waiting-room:admitted", "waiting-room:denied", "error", "admin:kick", "meeting:ended",
}  # fmt: skip
MANY = 1_000_000
LIMITS = Limits(
    joins_per_socket_per_minute=MANY, joins_per_address_per_minute=MANY, failed_lookups_per_10_minutes=MANY,
    unjoined_socket_seconds=10_000.0,
)  # fmt: skip


class Scene:
    """A house with Ada (host) and Bob inside, and whoever tries to get in."""

    def __init__(self, house: Stage) -> None:
        self.house = house
        self.intruders: list[Lean] = []
        self.ada: Lean
        self.bob: Lean

    async def socket(self, address: str = EVES) -> Lean:
        """Connect somebody who is to stay outside."""
        intruder = await Lean.connect(self.house, **{"X-Forwarded-For": address})
        self.intruders.append(intruder)
        return intruder

    async def insider(self, name: str, address: str = ELSEWHERE, **fields: Any) -> Lean:
        """Let somebody in the ordinary way; it counts as no intruder."""
        person = await Lean.connect(self.house, **{"X-Forwarded-For": address})
        answer = await person.join(name, **fields)
        assert answer.get("ok") is True, answer
        return person

    async def order(self, command: Command[Any]) -> Any:
        return await self.house.directory.call(MEETING, command)

    async def invite(self, token: str = "invite", lasts_s: float = 3600) -> str:
        await self.order(AddInvite(secret_hash(token), None, self.house.clock.now() + lasts_s))
        return token

    async def waiter(self) -> str:
        """The id of whoever came last to the queue."""
        return (await self.order(WaitingList()))[-1].waiter_id

    async def admitted(self, name: str = "Eve", address: str = EVES) -> Lean:
        """Somebody who waited and was just admitted."""
        eve = await self.socket(address)
        assert (await eve.join(name))["isWaiting"] is True
        await self.order(AdmitWaiter(await self.waiter()))
        return eve

    async def kicked_eve(self, **fields: Any) -> Lean:
        """Eve was inside, from her address and with her device, and was removed."""
        eve = await self.socket()
        answer = await eve.join("Eve", clientId="eves", **fields)
        await self.order(Kick(answer["participantId"]))
        await gone(self.house, eve)
        eve.heard.clear()
        eve.outside.clear()
        return eve


Script = Callable[[Scene], Awaitable[None]]
WAYS: list[Any] = []


def way(topic: str) -> Callable[[Script], Script]:
    """Enter a script into the table, under what it tries to get around."""

    def enter(script: Script) -> Script:
        WAYS.append(pytest.param(topic, script, id=f"{topic}-{script.__name__}"))
        return script

    return enter


SETTINGS = {
    "lock": UpdateSettings(),
    "kick": UpdateSettings(),
    "wait": UpdateSettings(waiting_room=True),
    "cap": UpdateSettings(max_participants=2),
}
LOCK = UpdateSettings(locked=True)


@pytest.mark.parametrize(("topic", "script"), WAYS)
async def lets_nobody_in(topic: str, script: Script) -> None:
    """Run below as a test, once the table is full."""
    async with stage(limits=LIMITS, trusted_proxies=("127.0.0.0/8",)) as house:
        house.meetings.rules = RoomRules(max_waiting_per_address=100)
        scene = Scene(house)
        scene.ada = await scene.insider("Ada", "192.0.2.1", host=True)
        scene.bob = await scene.insider("Bob", "192.0.2.2")
        await scene.order(SETTINGS[topic])
        await script(scene)
        for intruder in scene.intruders:
            await intruder.settle()
        names = house.names()
        assert not [name for name in names if name not in ("Ada", "Bob", "Guest-inside")], names
        before = [len(intruder.heard) for intruder in scene.intruders]
        assert (await scene.ada.ask("chat:message", {"text": "just us"}))["ok"] is True
        for intruder, heard in zip(scene.intruders, before, strict=True):
            await intruder.settle()
            assert not intruder.is_in
            assert [event for event, _ in intruder.heard[heard:]] == []
            assert set(intruder.outside) <= ALLOWED_OUTSIDE
            assert {event for event, _ in intruder.heard} <= ALLOWED_OUTSIDE | getattr(intruder, "was_in", set())
        for client in (scene.ada, scene.bob, *scene.intruders):
            client.ws.transport.abort()


# Around the lock


@way("lock")
async def plainly(scene: Scene) -> None:
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve"))["code"] == "room_locked"


@way("lock")
async def with_an_invite_from_before(scene: Scene) -> None:
    token = await scene.invite()
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", inviteToken=token))["code"] == "room_locked"


@way("lock")
async def with_an_invite_from_during_it(scene: Scene) -> None:
    await scene.order(LOCK)
    token = await scene.invite()
    assert (await (await scene.socket()).join("Eve", inviteToken=token))["code"] == "room_locked"


@way("lock")
async def as_host_without_or_with_a_guessed_token(scene: Scene) -> None:
    await scene.order(LOCK)
    eve = await scene.socket()
    for token in (None, "", "0" * 64, ADMIN_TOKEN.upper(), ADMIN_TOKEN + " ", ADMIN_TOKEN[:-1]):
        assert (await eve.join("Eve", isAdmin=True, adminToken=token))["code"] == "bad_admin_token"


@way("lock")
async def with_the_token_but_not_as_host(scene: Scene) -> None:
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", adminToken=ADMIN_TOKEN))["code"] == "room_locked"


@way("lock")
async def with_the_hash_of_the_token(scene: Scene) -> None:
    await scene.order(LOCK)
    token = secret_hash(ADMIN_TOKEN).hex()
    assert (await (await scene.socket()).join("Eve", isAdmin=True, adminToken=token))["code"] == "bad_admin_token"


@way("lock")
async def with_a_replaced_admin_token(scene: Scene) -> None:
    await scene.order(LOCK)
    await scene.order(SetAdminToken(secret_hash("new")))
    assert (await (await scene.socket()).join("Eve", host=True))["code"] == "bad_admin_token"


@way("lock")
async def with_a_used_host_link(scene: Scene) -> None:
    await scene.order(AddHostToken(secret_hash("link"), scene.house.clock.now() + 600))
    host = await scene.insider("Guest-inside", isAdmin=True, adminToken="link")
    await host.leave()
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", isAdmin=True, adminToken="link"))["code"] == "bad_admin_token"


@way("lock")
async def with_a_made_up_resume_token(scene: Scene) -> None:
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", resumeToken="x" * 43))["code"] == "room_locked"


@way("lock")
async def with_a_participant_id_as_resume_token(scene: Scene) -> None:
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", resumeToken=scene.ada.own_id))["code"] == "room_locked"


@way("lock")
async def with_the_resume_token_of_a_seat_that_was_given_up(scene: Scene) -> None:
    guest = await scene.insider("Guest-inside")
    await guest.leave()
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", resumeToken=guest.token))["code"] == "room_locked"


@way("lock")
async def with_the_resume_token_of_a_seat_whose_time_is_over(scene: Scene) -> None:
    guest = await scene.insider("Guest-inside")
    await guest.cut()
    await gone(scene.house, guest)
    scene.house.advance(15)
    scene.house.advance(45)
    await scene.order(LOCK)
    assert (await (await scene.socket()).join("Eve", resumeToken=guest.token))["code"] == "room_locked"


@way("lock")
async def with_a_ticket_from_before(scene: Scene) -> None:
    await scene.order(UpdateSettings(waiting_room=True))
    eve = await scene.admitted()
    await scene.order(LOCK)
    assert (await eve.join("Eve"))["code"] == "room_locked"


@way("lock")
async def by_waiting_until_the_waiting_room_is_switched_off(scene: Scene) -> None:
    await scene.order(UpdateSettings(waiting_room=True))
    eve = await scene.socket()
    await eve.join("Eve")
    await scene.order(LOCK)
    await scene.order(UpdateSettings(waiting_room=False))
    assert (await eve.join("Eve"))["code"] == "room_locked"


@way("lock")
async def by_asking_for_the_waiting_room(scene: Scene) -> None:
    await scene.order(LOCK)
    answer = await (await scene.socket()).ask("waiting-room:join", {"meetingId": MEETING, "name": "Eve"})
    assert answer["code"] == "room_locked"


@way("lock")
async def from_a_seat_in_another_meeting(scene: Scene) -> None:
    await scene.order(LOCK)
    eve = await scene.socket()
    eve.was_in = {"joined"}  # type: ignore[attr-defined]
    assert (await eve.join("Eve", meetingId=OTHER))["ok"] is True
    assert (await eve.join("Eve"))["code"] == "room_locked"
    await eve.leave()
    eve.outside.clear()


@way("lock")
async def by_unlocking_it_from_outside(scene: Scene) -> None:
    await scene.order(LOCK)
    eve = await scene.socket()
    for event, payload in (
        ("host:settings", {"locked": False}),
        ("host:invite", {}),
        ("host:settings", {"meetingId": MEETING, "locked": False, "adminToken": "x"}),
    ):
        assert (await eve.ask(event, payload))["code"] == "not_joined"
    assert (await eve.join("Eve"))["code"] == "room_locked"


@way("lock")
async def by_unlocking_it_as_a_guest(scene: Scene) -> None:
    await scene.order(LOCK)
    assert (await scene.bob.ask("host:settings", {"locked": False}))["code"] == "not_host"
    assert (await (await scene.socket()).join("Eve"))["code"] == "room_locked"


@way("lock")
async def by_unlocking_it_as_host_of_another_meeting(scene: Scene) -> None:
    await scene.order(LOCK)
    eve = await scene.socket()
    eve.was_in = {"joined", "meeting:settings-updated"}  # type: ignore[attr-defined]
    assert (await eve.join("Eve", meetingId=OTHER, host=True))["ok"] is True
    assert (await eve.ask("host:settings", {"meetingId": MEETING, "locked": False}))["ok"] is True
    assert (await eve.join("Eve"))["code"] == "room_locked"
    await eve.leave()
    eve.outside.clear()


@way("lock")
async def under_other_spellings_of_the_meeting(scene: Scene) -> None:
    await scene.order(LOCK)
    eve = await scene.socket()
    for meeting_id in (MEETING.upper(), f" {MEETING}", f"{MEETING}\u0000", f"{MEETING}/", [MEETING], {"id": MEETING}):
        assert (await eve.join("Eve", meetingId=meeting_id))["code"] in ("meeting_not_found", "invalid_request")


@way("lock")
async def with_types_that_read_as_true(scene: Scene) -> None:
    await scene.order(LOCK)
    eve = await scene.socket()
    for is_admin in ("true", 1, [], {}):
        assert (await eve.join("Eve", isAdmin=is_admin, adminToken=ADMIN_TOKEN))["code"] == "invalid_request"


# Around a kick


@way("kick")
async def with_the_resume_token_of_the_seat(scene: Scene) -> None:
    eve = await scene.kicked_eve()
    again = await scene.socket(ELSEWHERE)
    assert (await again.join("Eve", resumeToken=eve.token))["isWaiting"] is True


@way("kick")
async def under_another_name(scene: Scene) -> None:
    await scene.kicked_eve()
    assert (await (await scene.socket()).join("Mallory", clientId="new"))["isWaiting"] is True


@way("kick")
async def from_another_address_with_the_same_browser(scene: Scene) -> None:
    await scene.kicked_eve()
    assert (await (await scene.socket(ELSEWHERE)).join("Eve", clientId="eves"))["isWaiting"] is True


@way("kick")
async def behind_a_forged_forwarding(scene: Scene) -> None:
    await scene.kicked_eve()
    assert (await (await scene.socket(f"{ELSEWHERE}, {EVES}")).join("Eve"))["isWaiting"] is True


@way("kick")
async def with_a_fresh_invite(scene: Scene) -> None:
    await scene.kicked_eve()
    assert (await (await scene.socket()).join("Eve", inviteToken=await scene.invite()))["isWaiting"] is True


@way("kick")
async def by_asking_for_the_waiting_room_when_it_is_off(scene: Scene) -> None:
    await scene.kicked_eve()
    eve = await scene.socket()
    assert (await eve.ask("waiting-room:join", {"meetingId": MEETING, "name": "Eve"}))["isWaiting"] is True


@way("kick")
async def by_switching_the_waiting_room_on_and_off(scene: Scene) -> None:
    await scene.kicked_eve()
    eve = await scene.socket()
    await eve.join("Eve")
    await scene.order(UpdateSettings(waiting_room=True))
    await scene.order(UpdateSettings(waiting_room=False))
    assert (await eve.join("Eve"))["isWaiting"] is True


@way("kick")
async def among_all_who_are_admitted(scene: Scene) -> None:
    await scene.kicked_eve()
    eve = await scene.socket()
    await eve.join("Eve")
    assert await scene.order(AdmitAll()) == 0
    assert (await eve.join("Eve"))["isWaiting"] is True


@way("kick")
async def by_a_second_window_that_was_admitted_before(scene: Scene) -> None:
    eve = await scene.socket()
    first = await eve.join("Eve")
    await scene.order(UpdateSettings(waiting_room=True))
    second = await scene.admitted("Eve2")
    await scene.order(Kick(first["participantId"]))
    await scene.order(UpdateSettings(waiting_room=False))
    assert (await second.join("Eve2"))["isWaiting"] is True
    await gone(scene.house, eve)
    scene.intruders.remove(eve)


@way("kick")
async def by_a_second_seat_that_lapsed(scene: Scene) -> None:
    eve = await scene.insider("Eve", EVES)
    tab = await scene.insider("Eve", EVES)
    await scene.order(Disconnected(tab.sid))
    scene.house.advance(16)
    await scene.order(Kick(eve.own_id or ""))
    assert (await (await scene.socket()).join("Eve", resumeToken=tab.token))["isWaiting"] is True
    tab.ws.transport.abort()


@way("kick")
async def as_a_removed_host_with_the_token(scene: Scene) -> None:
    await scene.kicked_eve(host=True)
    assert (await (await scene.socket()).join("Eve", host=True))["isWaiting"] is True


@way("kick")
async def over_the_old_socket_in_the_same_breath(scene: Scene) -> None:
    eve = await scene.socket()
    answer = await eve.join("Eve")
    scene.ada.send("host:kick", {"participantId": answer["participantId"]})
    await scene.ada.settle()
    eve.heard.clear()
    eve.outside.clear()
    for event, payload in (("join-meeting", {"meetingId": MEETING}), ("chat:message", {"text": "still here"})):
        await eve.ask(event, payload)
    assert "still here" not in str(scene.bob.heard)


# Around the waiting room


@way("wait")
async def by_joining_straight_away(scene: Scene) -> None:
    eve = await scene.socket()
    assert (await eve.join("Eve"))["isWaiting"] is True
    assert (await eve.join("Eve"))["isWaiting"] is True


@way("wait")
async def by_speaking_from_the_queue(scene: Scene) -> None:
    eve = await scene.socket()
    await eve.join("Eve")
    offer = {"to": scene.ada.own_id, "offer": {"type": "offer", "sdp": "v=0"}}
    for event, payload in (("signal:offer", offer), ("chat:message", {"text": "hi"}), ("leave-meeting", {})):
        assert (await eve.ask(event, payload))["code"] == "not_joined"


@way("wait")
async def by_admitting_oneself(scene: Scene) -> None:
    eve = await scene.socket()
    await eve.join("Eve")
    for waiter in (eve.sid, await scene.waiter()):
        answer = await eve.ask("waiting-room:admit", {"meetingId": MEETING, "socketId": waiter})
        assert answer["code"] == "not_joined"


@way("wait")
async def by_a_guest_inside_who_admits(scene: Scene) -> None:
    eve = await scene.socket()
    await eve.join("Eve")
    for event in ("waiting-room:admit", "waiting-room:admit-all"):
        answer = await scene.bob.ask(event, {"meetingId": MEETING, "socketId": await scene.waiter()})
        assert answer["code"] == "not_host"


@way("wait")
async def by_the_host_of_another_meeting_who_admits(scene: Scene) -> None:
    eve = await scene.socket()
    await eve.join("Eve")
    other = await scene.insider("Oscar", meetingId=OTHER, host=True)
    waiter = await scene.waiter()
    answers = [
        await other.ask("waiting-room:admit", {"meetingId": meeting_id, "socketId": waiter})
        for meeting_id in (MEETING, OTHER)
    ]
    assert [answer["code"] for answer in answers] == ["not_host", "waiter_not_found"]
    other.ws.transport.abort()


@way("wait")
async def by_the_name_of_somebody_admitted(scene: Scene) -> None:
    await scene.admitted("Bob's friend", ELSEWHERE)
    assert (await (await scene.socket()).join("Bob's friend"))["isWaiting"] is True


@way("wait")
async def under_another_name_than_the_admitted_one(scene: Scene) -> None:
    eve = await scene.admitted("Trent")
    assert (await eve.join("Eve"))["isWaiting"] is True
    assert (await eve.join("Trent"))["isWaiting"] is True


@way("wait")
async def by_taking_another_name_while_the_host_decides(scene: Scene) -> None:
    eve = await scene.socket()
    await eve.join("Trent")
    waiter = await scene.waiter()
    await eve.join("Eve")
    answer = await scene.ada.ask("waiting-room:admit", {"meetingId": MEETING, "socketId": waiter})
    assert answer["code"] == "waiter_not_found"


@way("wait")
async def with_a_ticket_that_is_a_minute_old(scene: Scene) -> None:
    eve = await scene.admitted()
    scene.house.advance(60)
    assert (await eve.join("Eve"))["isWaiting"] is True


@way("wait")
async def with_the_same_ticket_twice(scene: Scene) -> None:
    eve = await scene.admitted()
    eve.was_in = {"joined"}  # type: ignore[attr-defined]
    assert "participantId" in await eve.join("Eve")
    await eve.leave()
    assert (await eve.join("Eve"))["isWaiting"] is True
    eve.outside.clear()


@way("wait")
async def over_a_new_socket_with_the_ticket_of_the_old(scene: Scene) -> None:
    eve = await scene.admitted()
    await eve.cut()
    await gone(scene.house, eve)
    assert (await (await scene.socket()).join("Eve"))["isWaiting"] is True


@way("wait")
async def with_a_used_expired_or_foreign_invite(scene: Scene) -> None:
    guest = await scene.insider("Guest-inside", inviteToken=await scene.invite("used"))
    await guest.leave()
    await scene.invite("old", lasts_s=1)
    scene.house.clock.advance(1)
    await scene.house.meetings.open(OTHER)
    await scene.house.directory.call(OTHER, AddInvite(secret_hash("foreign"), None, scene.house.clock.now() + 99))
    eve = await scene.socket()
    for token in ("used", "old", "foreign", "made up"):
        assert (await eve.join("Eve", inviteToken=token))["code"] == "bad_invite"
        answer = await eve.ask("waiting-room:join", {"meetingId": MEETING, "name": "Eve", "inviteToken": token})
        assert answer["code"] == "bad_invite"


@way("wait")
async def by_asking_again_after_a_denial(scene: Scene) -> None:
    eve = await scene.socket()
    await eve.join("Eve", clientId="eves")
    await scene.order(DenyWaiter(await scene.waiter()))
    for again, device in ((eve, "eves"), (await scene.socket(), "new"), (await scene.socket(ELSEWHERE), "eves")):
        answer = await again.join("Other", clientId=device)
        assert (answer["code"], answer["retryAfter"]) == ("entry_denied", 60)


@way("wait")
async def after_the_third_denial_when_nobody_has_to_wait(scene: Scene) -> None:
    eve = await scene.socket()
    for _ in range(3):
        await eve.join("Eve")
        await scene.order(DenyWaiter(await scene.waiter()))
        scene.house.advance(60)
    await scene.order(UpdateSettings(waiting_room=False))
    answer = await eve.join("Eve")
    assert (answer["code"], "retryAfter" in answer) == ("entry_denied", False)


# Around the cap


@way("cap")
async def in_any_role_and_with_any_paper(scene: Scene) -> None:
    eve = await scene.socket()
    token = await scene.invite()
    for fields in ({}, {"host": True}, {"inviteToken": token}, {"resumeToken": "x"}):
        assert (await eve.join("Eve", **fields))["code"] == "room_full"
    assert (await eve.ask("waiting-room:join", {"meetingId": MEETING, "name": "Eve"}))["code"] == "room_full"


@way("cap")
async def into_a_seat_that_is_held(scene: Scene) -> None:
    await scene.bob.cut()
    await gone(scene.house, scene.bob)
    assert (await (await scene.socket()).join("Eve"))["code"] == "room_full"


@way("cap")
async def into_a_seat_that_is_kept(scene: Scene) -> None:
    await scene.order(UpdateSettings(max_participants=3, waiting_room=True))
    await scene.admitted("Carol", ELSEWHERE)
    assert (await (await scene.socket()).join("Eve", host=True))["code"] == "room_full"
    assert (await (await scene.socket()).join("Eve", inviteToken=await scene.invite()))["code"] == "room_full"


@way("cap")
async def by_coming_back_after_somebody_took_the_seat(scene: Scene) -> None:
    await scene.order(Leave(scene.bob.sid))
    eve = await scene.insider("Eve", EVES)
    await eve.cut()
    await gone(scene.house, eve)
    scene.house.advance(16)
    await scene.insider("Guest-inside")
    assert (await (await scene.socket()).join("Eve", resumeToken=eve.token))["code"] == "room_full"


@way("cap")
async def by_being_admitted_into_a_full_meeting(scene: Scene) -> None:
    await scene.order(UpdateSettings(waiting_room=True))
    eve = await scene.socket()
    await eve.join("Eve")
    answer = await scene.ada.ask("waiting-room:admit", {"meetingId": MEETING, "socketId": await scene.waiter()})
    assert answer["code"] == "room_full"
    assert await scene.ada.ask("waiting-room:admit-all", {"meetingId": MEETING}) == {"ok": True, "admitted": 0}
    assert (await eve.join("Eve"))["isWaiting"] is True


@way("cap")
async def when_the_waiting_room_is_switched_off(scene: Scene) -> None:
    await scene.order(UpdateSettings(waiting_room=True))
    people = [await scene.socket() for _ in range(5)]
    for number, person in enumerate(people):
        await person.join(f"Eve{number}")
    await scene.order(UpdateSettings(waiting_room=False))
    for number, person in enumerate(people):
        assert (await person.join(f"Eve{number}"))["code"] == "room_full"


@way("cap")
async def by_raising_it_from_outside_or_as_a_guest(scene: Scene) -> None:
    eve = await scene.socket()
    assert (await eve.ask("host:settings", {"maxParticipants": 500}))["code"] == "not_joined"
    assert (await scene.bob.ask("host:settings", {"maxParticipants": 500}))["code"] == "not_host"
    assert (await scene.ada.ask("host:settings", {"maxParticipants": 501}))["code"] == "invalid_request"
    assert (await eve.join("Eve"))["code"] == "room_full"


class TestWaysAround:
    test_lets_nobody_in = staticmethod(lets_nobody_in)

    def test_the_table_is_long_enough(self) -> None:
        assert len(WAYS) >= 30
