"""The waiting room: who is queued, admitted or denied, and who hears of it (API §11, CONTRACT 1.15)."""

from __future__ import annotations

import math
from typing import Any

import msgspec
import pytest

from onepizza.core.facts import FeatureUsed
from onepizza.rooms import errors
from onepizza.rooms.commands import (
    AddInvite,
    Disconnected,
    End,
    Kick,
    Leave,
    Queued,
    RoomRules,
    RoomSettings,
    UpdateSettings,
)
from onepizza.rooms.denials import Denial, DenyList
from onepizza.rooms.waiting_commands import AdmitAll, AdmitWaiter, DenyWaiter, StopWaiting, WaiterView, WaitingList
from tests.rooms.table import MEETING, START, Table

WAITING = "waiting-room:waiting"
TOLD = "waiting-room:participant-waiting"
NOTICE = {"message": "Please wait, a host will let you in soon"}
DENIED = {"message": "The host declined your entry", "retryAfter": 60}
MS = int(START * 1000)


def room(*, host: bool = True, cap: int = 50, rules: RoomRules = RoomRules()) -> Table:  # noqa: B008 (frozen)
    """A room whose waiting room is on; `ada` hosts it."""
    table = Table(settings=RoomSettings(waiting_room=True, max_participants=cap), rules=rules)
    if host:
        table.join("ada", host=True)
    table.clear()
    return table


def waits(table: Table, connection: str, **fields: Any) -> str:
    """Queue somebody and return its waiter id."""
    assert table.join(connection, **fields) == Queued(True)
    return table.tell(WaitingList())[-1].waiter_id


def told(table: Table, connection: str = "ada") -> list[tuple[str, int, bool]]:
    """What a host heard of the queue: name, count, removed."""
    return [(told["name"], told["count"], told.get("removed", False)) for told in table.events(connection, TOLD)]


class TestQueue:
    def test_tells_the_waiter_nothing_and_the_hosts_who_it_is(self) -> None:
        table = room()
        table.join("cyd", host=True)
        table.clear()
        assert table.join("bob", waiter_id="random") == Queued(True)
        shown = {"socketId": "random", "name": "Bob", "count": 1, "waitingSince": MS}
        assert table.sent == [("bob", WAITING, NOTICE), ("ada", TOLD, shown), ("cyd", TOLD, shown)]
        assert table.roster() == ["p-ada", "p-cyd"]
        assert table.facts == []

    def test_only_hosts_hear_of_it(self) -> None:
        table = room()
        table.join("gus", invite_token_hash=invite(table))
        table.clear()
        waits(table, "bob")
        assert table.names("gus") == []

    def test_hosts_and_resumed_and_invited_people_do_not_wait(self) -> None:
        table = room()
        table.join("cyd", host=True)
        table.join("gus", invite_token_hash=invite(table))
        token = table.token_of("gus")
        table.tell(Disconnected("gus"))
        table.advance(20)
        table.join("gus2", resume_token=token)
        assert table.roster() == ["p-ada", "p-cyd", "p-gus"]

    def test_asking_again_keeps_the_place_and_the_id(self) -> None:
        table = room()
        first = waits(table, "bob")
        waits(table, "cyd")
        table.clear()
        table.join("bob")
        assert table.sent == [("bob", WAITING, NOTICE)]
        assert [waiter.name for waiter in table.tell(WaitingList())] == ["Bob", "Cyd"]
        assert table.tell(WaitingList())[0].waiter_id == first

    def test_another_name_is_another_place_and_another_id(self) -> None:
        table = room()
        old = waits(table, "bob")
        waits(table, "cyd")
        table.clear()
        table.join("bob", name="Boss")
        assert table.queue() == ["Cyd", "Boss"]
        assert told(table) == [("Bob", 1, True), ("Boss", 2, False)]
        with pytest.raises(errors.WaiterNotFound):
            table.tell(AdmitWaiter(old))

    def test_a_full_meeting_does_not_keep_anybody_from_waiting(self) -> None:
        table = room(cap=1)
        waits(table, "bob")

    def test_a_locked_meeting_does(self) -> None:
        table = room()
        table.tell(UpdateSettings(locked=True))
        with pytest.raises(errors.RoomLocked):
            table.join("bob")

    def test_a_bad_invite_is_refused_before(self) -> None:
        with pytest.raises(errors.BadInvite):
            room().join("bob", invite_token_hash=b"bad")

    def test_a_hundred_may_wait(self) -> None:
        table = room()
        for number in range(100):
            waits(table, f"c{number}")
        with pytest.raises(errors.WaitingRoomFull):
            table.join("bob")
        table.tell(StopWaiting("c5"))
        waits(table, "bob")

    def test_three_of_one_address_may_wait(self) -> None:
        table = room()
        for number in range(3):
            waits(table, f"c{number}", origins=("address:1", f"device:{number}"))
        with pytest.raises(errors.WaitingRoomFull):
            table.join("bob", origins=("address:1", "device:9"))
        waits(table, "cyd", origins=("address:2", "device:1"))

    def test_a_host_who_comes_in_hears_of_everybody(self) -> None:
        table = room(host=False)
        waits(table, "bob")
        waits(table, "cyd")
        table.clear()
        table.join("ada", host=True)
        assert table.names("ada") == ["joined", TOLD, TOLD]
        assert told(table) == [("Bob", 2, False), ("Cyd", 2, False)]
        table.clear()
        table.join("ada2", resume_token="token-3")
        assert told(table, "ada2") == [("Bob", 2, False), ("Cyd", 2, False)]

    def test_the_list_is_for_hosts(self) -> None:
        table = room()
        waits(table, "bob", waiter_id="w")
        table.join("gus", invite_token_hash=invite(table))
        assert table.tell(WaitingList(by="ada")) == (WaiterView("w", "Bob", MS, False),)
        with pytest.raises(errors.NotHost):
            table.tell(WaitingList(by="gus"))

    def test_whoever_only_asks_and_need_not_wait_is_told_to_come_in(self) -> None:
        table = Table()
        assert table.join("bob", only_waits=True) == Queued(False)
        assert table.sent == [("bob", "waiting-room:admitted", {})]
        assert table.roster() == []

    def test_asking_with_an_invite_does_not_use_it_up(self) -> None:
        table = room()
        token = invite(table)
        for connection in ("bob", "cyd"):
            assert table.join(connection, only_waits=True, invite_token_hash=token) == Queued(False)
        table.join("bob", invite_token_hash=token)
        with pytest.raises(errors.BadInvite):
            table.join("cyd", invite_token_hash=token)


def invite(table: Table) -> bytes:
    """Make an invite and return its hash."""
    table.tell(AddInvite(b"i" * 32, None, table.now + 1000))
    return b"i" * 32


class TestAdmit:
    def test_gives_a_ticket_and_tells_the_hosts(self) -> None:
        table = room()
        waiter = waits(table, "bob")
        table.clear()
        table.tell(AdmitWaiter(waiter, by="ada"))
        gone = {"socketId": waiter, "name": "Bob", "count": 0, "removed": True}
        assert table.sent == [("bob", "waiting-room:admitted", {}), ("ada", TOLD, gone)]
        assert table.facts == [
            FeatureUsed(
                at=START, meeting_id=MEETING, owner_id=7, feature="waiting_room", participant_id="p-ada",
                meta={"action": "admit"},
            )
        ]  # fmt: skip
        assert table.join("bob").participant_id == "p-bob"
        assert table.names("bob")[-1] == "joined"

    def test_over_rest_there_is_no_acting_participant(self) -> None:
        table = room()
        table.tell(AdmitWaiter(waits(table, "bob")))
        assert isinstance(table.facts[0], FeatureUsed)
        assert table.facts[0].participant_id == ""

    def test_the_ticket_is_for_that_socket_and_that_name_and_for_a_minute(self) -> None:
        table = room()
        table.tell(AdmitWaiter(waits(table, "bob")))
        assert table.join("eve", name="Bob") == Queued(True)
        assert table.join("bob", name="Boss") == Queued(True)
        assert table.join("bob") == Queued(True)
        table.tell(AdmitWaiter(table.tell(WaitingList())[-1].waiter_id))
        table.advance(60)
        assert table.join("bob") == Queued(True)
        assert table.roster() == ["p-ada"]

    def test_the_ticket_works_once(self) -> None:
        table = room()
        table.tell(AdmitWaiter(waits(table, "bob")))
        table.join("bob")
        table.tell(Leave("bob"))
        assert table.join("bob") == Queued(True)

    def test_the_seat_is_kept(self) -> None:
        table = room(cap=2)
        table.tell(AdmitWaiter(waits(table, "bob")))
        with pytest.raises(errors.RoomFull):
            table.join("cyd", host=True)
        assert table.join("bob").participant_id == "p-bob"

    def test_a_seat_that_nobody_takes_is_free_after_a_minute(self) -> None:
        table = room(cap=2)
        table.tell(AdmitWaiter(waits(table, "bob")))
        table.clear()
        table.advance(60)
        assert table.dismissed == [("bob", False)]
        assert table.join("cyd", host=True).participant_id == "p-cyd"

    def test_a_seat_kept_for_a_socket_that_died_is_free_at_once(self) -> None:
        table = room(cap=2)
        table.tell(AdmitWaiter(waits(table, "bob")))
        table.clear()
        table.tell(StopWaiting("bob"))
        assert table.sent == []
        assert table.join("cyd", host=True).participant_id == "p-cyd"

    def test_a_kept_seat_outlives_a_lower_cap(self) -> None:
        table = room(cap=3)
        table.tell(AdmitWaiter(waits(table, "bob")))
        table.tell(UpdateSettings(max_participants=1))
        assert table.join("bob").participant_id == "p-bob"

    def test_nobody_is_admitted_into_a_full_or_locked_meeting(self) -> None:
        table = room(cap=1)
        waiter = waits(table, "bob")
        with pytest.raises(errors.RoomFull):
            table.tell(AdmitWaiter(waiter))
        table.tell(UpdateSettings(locked=True))
        with pytest.raises(errors.RoomLocked):
            table.tell(AdmitWaiter(waiter))
        with pytest.raises(errors.RoomLocked):
            table.tell(AdmitAll())
        assert table.queue() == ["Bob"]

    def test_the_lock_stops_a_ticket_that_is_out(self) -> None:
        table = room()
        table.tell(AdmitWaiter(waits(table, "bob")))
        table.tell(UpdateSettings(locked=True))
        with pytest.raises(errors.RoomLocked):
            table.join("bob")
        table.tell(UpdateSettings(locked=False))
        assert table.join("bob").participant_id == "p-bob"

    def test_an_admitted_one_may_be_host_with_the_token_and_only_with_it(self) -> None:
        table = room()
        table.tell(AdmitWaiter(waits(table, "bob")))
        with pytest.raises(errors.BadAdminToken):
            table.join("bob", wants_admin=True, admin_token_hash=b"x" * 32)
        assert table.join("bob").is_admin is False

    def test_an_invite_of_an_admitted_one_is_not_used_up(self) -> None:
        table = room()
        token = invite(table)
        table.tell(AdmitWaiter(waits(table, "bob")))
        table.join("bob", invite_token_hash=token)
        assert table.join("cyd", invite_token_hash=token).participant_id == "p-cyd"

    def test_who_gets_in_another_way_leaves_the_queue(self) -> None:
        table = room()
        waits(table, "bob")
        table.clear()
        table.join("bob", invite_token_hash=invite(table))
        assert told(table) == [("Bob", 0, True)]

    @pytest.mark.parametrize("command", [AdmitWaiter, DenyWaiter])
    @pytest.mark.parametrize(
        ("by", "waiter_id", "expected"),
        [
            ("gus", "w", errors.NotHost),
            ("bob", "w", errors.NotJoined),
            ("ada", "no", errors.WaiterNotFound),
            ("ada", "bob", errors.WaiterNotFound),
            (None, "", errors.WaiterNotFound),
        ],
    )
    def test_only_a_host_decides_and_only_on_who_waits(
        self, command: Any, by: str | None, waiter_id: str, expected: type[Exception]
    ) -> None:
        table = room()
        table.join("gus", invite_token_hash=invite(table))
        waits(table, "bob", waiter_id="w")
        with pytest.raises(expected):
            table.tell(command(waiter_id, by=by))
        assert table.queue() == ["Bob"]


class TestAdmitAll:
    def test_admits_in_order_while_there_are_seats(self) -> None:
        table = room(cap=3)
        for name in ("bob", "cyd", "dan"):
            waits(table, name)
        table.clear()
        assert table.tell(AdmitAll(by="ada")) == 2
        assert [to for to, event, _ in table.sent if event == "waiting-room:admitted"] == ["bob", "cyd"]
        assert table.queue() == ["Dan"]
        assert table.fact_names() == ["FeatureUsed", "FeatureUsed"]

    def test_spares_people_who_were_removed(self) -> None:
        table = room()
        kicked(table)
        waits(table, "eve2", origins=("address:1",))
        waits(table, "bob")
        assert table.tell(AdmitAll()) == 1
        assert table.queue() == ["Eve2"]


class TestDeny:
    def test_sends_away_and_tells_the_hosts(self) -> None:
        table = room()
        waiter = waits(table, "bob", origins=("address:1",))
        table.clear()
        table.tell(DenyWaiter(waiter, by="ada"))
        assert table.sent == [
            ("bob", "waiting-room:denied", DENIED),
            ("ada", TOLD, {"socketId": waiter, "name": "Bob", "count": 0, "removed": True}),
        ]
        assert table.dismissed == [("bob", False)]
        assert [fact.meta for fact in table.facts if isinstance(fact, FeatureUsed)] == [{"action": "deny"}]

    def test_cools_down_for_a_minute(self) -> None:
        table = room()
        table.tell(DenyWaiter(waits(table, "bob", origins=("address:1", "device:1"))))
        for origins in (("address:1",), ("address:2", "device:1")):
            with pytest.raises(errors.EntryDenied) as refused:
                table.join("bob2", origins=origins)
            assert refused.value.retry_after_s == 60
        table.advance(60)
        waits(table, "bob3", origins=("address:1",))

    def test_the_third_time_is_for_good_even_when_nobody_has_to_wait(self) -> None:
        table = room()
        for number in range(3):
            table.tell(DenyWaiter(waits(table, f"bob{number}", origins=("address:1",))))
            table.advance(60)
        told = [payload for _, event, payload in table.sent if event == "waiting-room:denied"]
        assert told == [DENIED, DENIED, {"message": DENIED["message"]}]
        table.tell(UpdateSettings(waiting_room=False))
        for ask in ({}, {"name": "Other"}, {"only_waits": True}):
            with pytest.raises(errors.EntryDenied) as refused:
                table.join("bob9", origins=("address:1",), **ask)
            assert refused.value.retry_after_s is None
        assert table.join("cyd", origins=("address:2",)).participant_id == "p-cyd"
        assert table.join("dan", origins=("address:1",), host=True).is_admin is True

    def test_one_denial_ends_with_the_waiting_room(self) -> None:
        table = room()
        table.tell(DenyWaiter(waits(table, "bob", origins=("address:1",))))
        table.tell(UpdateSettings(waiting_room=False))
        assert table.join("bob2", origins=("address:1",)).participant_id == "p-bob2"

    def test_an_invite_passes_it(self) -> None:
        table = room()
        table.tell(DenyWaiter(waits(table, "bob", origins=("address:1",))))
        assert table.join("bob", origins=("address:1",), invite_token_hash=invite(table)).participant_id == "p-bob"

    def test_a_neighbour_who_waits_already_stays(self) -> None:
        table = room()
        waiter = waits(table, "bob", origins=("address:1", "device:1"))
        waits(table, "cyd", origins=("address:1", "device:2"))
        table.tell(DenyWaiter(waiter))
        assert table.join("cyd", origins=("address:1", "device:2")) == Queued(True)
        assert table.queue() == ["Cyd"]


class TestDenyList:
    def test_means_the_same_after_it_was_kept_as_json(self) -> None:
        denials = DenyList()
        for origin, count in (("once", 1), ("thrice", 3)):
            for _ in range(count):
                denials.add((origin,), START, 60)
        kept = msgspec.json.decode(msgspec.json.encode(denials.by_origin), type=dict[str, Denial])
        again = DenyList(kept)
        assert [again.wait_s((origin,), START + 20) for origin in ("once", "thrice", "never")] == [40, math.inf, 0]
        assert again.wait_s(("once", "thrice"), START + 90_000) == math.inf


class TestSwitchingOff:
    def test_admits_everybody_in_order(self) -> None:
        table = room()
        for name in ("bob", "cyd"):
            waits(table, name)
        table.clear()
        table.tell(UpdateSettings(waiting_room=False, by="ada"))
        assert [to for to, event, _ in table.sent if event == "waiting-room:admitted"] == ["bob", "cyd"]
        assert table.fact_names() == ["FeatureUsed", "FeatureUsed"]
        assert table.join("cyd").participant_id == "p-cyd"

    def test_those_without_a_seat_are_sent_to_the_door(self) -> None:
        table = room(cap=2)
        for name in ("bob", "cyd"):
            waits(table, name)
        table.clear()
        table.tell(UpdateSettings(waiting_room=False))
        assert told(table) == [("Bob", 1, True), ("Cyd", 0, True)]
        assert table.dismissed == [("cyd", False)]
        with pytest.raises(errors.RoomFull):
            table.join("cyd")
        assert table.join("bob").participant_id == "p-bob"

    def test_keeps_people_who_were_removed(self) -> None:
        table = room()
        kicked(table)
        waits(table, "eve2", origins=("address:1",))
        table.tell(UpdateSettings(waiting_room=False))
        assert table.queue() == ["Eve2"]
        assert table.join("eve2", origins=("address:1",)) == Queued(True)

    def test_waits_for_the_lock_to_open(self) -> None:
        table = room()
        waits(table, "bob")
        table.tell(UpdateSettings(locked=True))
        table.tell(UpdateSettings(waiting_room=False))
        assert table.queue() == ["Bob"]
        table.tell(UpdateSettings(locked=False))
        assert table.join("bob").participant_id == "p-bob"


def kicked(table: Table) -> None:
    """Let `eve` in and remove her."""
    table.join("eve", invite_token_hash=invite(table), origins=("address:1", "device:1"))
    table.tell(Kick("p-eve"))
    table.clear()


class TestKicked:
    def test_a_window_that_waits_is_flagged_when_the_other_is_removed(self) -> None:
        table = room()
        table.join("eve", invite_token_hash=invite(table), origins=("address:1",))
        waiter = waits(table, "eve2", origins=("address:1",))
        table.clear()
        table.tell(Kick("p-eve"))
        assert table.events("ada", TOLD) == [
            {"socketId": waiter, "name": "Eve2", "count": 1, "wasRemoved": True, "waitingSince": MS}
        ]

    def test_a_ticket_of_a_second_window_is_void(self) -> None:
        table = room()
        table.join("eve", invite_token_hash=invite(table), origins=("address:1",))
        table.tell(AdmitWaiter(waits(table, "eve2", origins=("address:1",))))
        table.tell(Kick("p-eve"))
        assert table.dismissed == [("eve2", False)]
        assert table.join("eve2", origins=("address:1",)) == Queued(True)
        assert table.tell(WaitingList())[0].was_removed is True

    def test_a_host_may_let_a_removed_person_back_in_and_it_may_then_resume(self) -> None:
        table = room()
        kicked(table)
        table.tell(AdmitWaiter(waits(table, "eve2", origins=("address:1",))))
        table.join("eve2", origins=("address:1",))
        token = table.token_of("eve2")
        table.tell(Disconnected("eve2"))
        table.advance(20)
        assert table.roster() == ["p-ada"]
        assert table.join("eve3", origins=("address:1",), resume_token=token).participant_id == "p-eve2"
        table.tell(Kick("p-eve2"))
        assert table.join("eve4", origins=("address:1",), resume_token=token) == Queued(True)


class TestTime:
    def test_without_a_host_people_wait_half_an_hour(self) -> None:
        table = room(host=False)
        waits(table, "bob")
        table.advance(60)
        waits(table, "cyd")
        table.advance(1739)
        assert table.queue() == ["Bob", "Cyd"]
        table.clear()
        table.advance(1)
        sorry = {"message": "Nobody was there to let you in, please try again later", "retryAfter": 0}
        assert table.sent == [("bob", "waiting-room:denied", sorry)]
        assert table.dismissed == [("bob", False)]
        table.advance(60)
        assert table.queue() == []
        waits(table, "bob")

    def test_with_a_host_they_wait_as_long_as_it_takes(self) -> None:
        table = room()
        waits(table, "bob")
        table.advance(4000)
        assert table.queue() == ["Bob"]

    def test_the_half_hour_begins_when_the_last_host_goes(self) -> None:
        table = room(rules=RoomRules(empty_grace_s=90_000))
        waits(table, "bob")
        table.advance(2000)
        table.tell(Leave("ada"))
        table.advance(1799)
        assert table.queue() == ["Bob"]
        table.advance(1)
        assert table.queue() == []


class TestStopWaiting:
    def test_a_waiter_who_goes_is_gone_at_once(self) -> None:
        table = room()
        waits(table, "bob")
        table.clear()
        table.tell(StopWaiting("bob"))
        assert told(table) == [("Bob", 0, True)]
        assert table.queue() == []

    def test_an_unknown_connection_is_fine(self) -> None:
        table = room()
        table.tell(StopWaiting("nobody"))
        assert table.sent == []


class TestEnd:
    def test_tells_those_at_the_door_that_it_is_over_and_closes_them(self) -> None:
        table = room()
        table.tell(AdmitWaiter(waits(table, "bob")))
        waits(table, "cyd")
        table.clear()
        table.tell(End("The host ended the meeting"))
        ended = {"reason": "The host ended the meeting"}
        assert table.events("bob") == [ended]
        assert table.events("cyd") == [ended]
        assert table.dismissed == [("cyd", True), ("bob", True)]
