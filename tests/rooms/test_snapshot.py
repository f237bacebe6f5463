from __future__ import annotations

import msgspec
import pytest

from onepizza.core.facts import FeatureUsed, ParticipantLeft, RoomExpired, RoomResumed
from onepizza.rooms import errors
from onepizza.rooms.commands import (
    AddHostToken,
    AddInvite,
    Disconnected,
    End,
    Kick,
    Leave,
    RoomRules,
    RoomSettings,
    RoomSpec,
    SetHand,
    SetMuted,
    SetSpotlight,
    StartRecording,
)
from onepizza.rooms.snapshot import RoomSnapshot, Snapshot
from onepizza.rooms.waiting_commands import DenyWaiter
from tests.rooms.table import ADMIN, MEETING, START, Table


def stored(table: Table) -> RoomSnapshot:
    """Return the snapshot after the way through the database."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(table.tell(Snapshot())), type=RoomSnapshot)


def reborn(table: Table, *, down_s: float, settings: RoomSettings | None = None) -> Table:
    """Kill the program now, start it `down_s` later, and return the room in it."""
    fresh = Table()
    fresh.now = table.now + down_s
    fresh._joins = table._joins
    fresh.directory._rooms.clear()
    spec = RoomSpec(MEETING, "Standup", 7, False, ADMIN, settings or RoomSettings(), RoomRules(), START)
    fresh.directory.reopen(spec, stored(table), table.now)
    fresh.directory.tick()
    return fresh


class TestSnapshot:
    def test_a_room_in_which_nothing_happens_has_the_same_one(self) -> None:
        table = Table()
        table.join("ada", host=True)
        table.join("bob")
        table.now += 10
        before = msgspec.msgpack.encode(table.tell(Snapshot()))
        table.advance(100)
        assert msgspec.msgpack.encode(table.tell(Snapshot())) == before

    def test_is_not_changed_by_what_happens_later(self) -> None:
        table = Table()
        table.join("ada")
        snapshot = table.tell(Snapshot())
        before = msgspec.msgpack.encode(snapshot)
        table.tell(SetMuted("ada", True))
        table.tell(AddInvite(b"i" * 32, None, START + 100))
        assert msgspec.msgpack.encode(snapshot) == before

    def test_holds_no_connection_and_no_token_in_clear(self) -> None:
        table = Table()
        table.join("connection-of-ada", origins=("address-hash",))
        encoded = msgspec.msgpack.encode(table.tell(Snapshot()))
        assert b"connection-of-ada" not in encoded.replace(b"p-connection-of-ada", b"")
        assert table.token_of("connection-of-ada").encode() not in encoded

    def test_one_of_another_version_is_read(self) -> None:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode({"later": 1}), type=RoomSnapshot) == RoomSnapshot()


class TestReopen:
    def test_a_participant_resumes_with_id_and_state(self) -> None:
        table = Table()
        table.join("ada", host=True)
        table.join("bob")
        table.tell(SetMuted("ada", True))
        table.tell(SetHand("ada", True))
        token = table.token_of("ada")
        fresh = reborn(table, down_s=30, settings=RoomSettings(locked=True))
        assert fresh.roster() == ["p-ada", "p-bob"]
        answer = fresh.join("ada2", resume_token=token)
        assert (answer.participant_id, answer.is_admin, answer.is_resumed) == ("p-ada", True, True)
        you = fresh.describe().participants[0]
        assert (you.is_muted, you.is_hand_raised, you.joined_at_ms) == (True, True, int(START * 1000))
        fresh.join("bob2", resume_token=table.token_of("bob"))
        assert fresh.facts == [RoomResumed(at=fresh.now, meeting_id=MEETING, owner_id=7)]

    def test_others_see_who_is_not_back_yet(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        fresh = reborn(table, down_s=5)
        fresh.join("ada2", resume_token=table.token_of("ada"))
        assert fresh.events("ada2", "participant:updated") == [{"participantId": "p-bob", "isReconnecting": True}]

    def test_seats_are_held_from_the_start_on(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        fresh = reborn(table, down_s=3600)
        fresh.advance(14.5)
        assert fresh.roster() == ["p-ada", "p-bob"]
        fresh.advance(0.5)
        assert fresh.roster() == []
        left = [fact for fact in fresh.facts if isinstance(fact, ParticipantLeft)]
        assert [fact.present_until for fact in left] == [START, START]
        fresh.advance(44)
        assert fresh.join("ada2", resume_token=table.token_of("ada")).is_resumed is True

    def test_nobody_returns_and_it_ends_as_of_the_last_sign_of_life(self) -> None:
        table = Table()
        table.join("ada")
        table.now += 100
        fresh = reborn(table, down_s=3600)
        fresh.advance(15 + 60)
        assert [fact.reason for fact in fresh.facts if isinstance(fact, RoomExpired)] == ["empty"]
        summary = fresh.tell(End("x"))
        assert (summary.started_at, summary.ended_at, summary.empty_s) == (START, START + 100, 0.0)
        assert summary.peak_participants == 1

    @pytest.mark.parametrize("is_resumed", [True, False])
    def test_the_time_away_is_free_if_somebody_returns(self, is_resumed: bool) -> None:
        table = Table()
        table.join("ada")
        table.now += 100
        fresh = reborn(table, down_s=300)
        fresh.now += 5
        fresh.join("ada2", **({"resume_token": table.token_of("ada")} if is_resumed else {}))
        fresh.now += 10
        summary = fresh.tell(End("x"))
        assert (summary.ended_at - START, summary.empty_s) == (415, 305)

    def test_the_time_away_is_counted_once_however_often_it_dies(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        table.now += 100
        token = table.token_of("ada")
        again = reborn(reborn(table, down_s=50), down_s=50)
        again.join("ada2", resume_token=token)
        again.advance(20)
        assert again.roster() == ["p-ada"]
        assert again.tell(End("x")).empty_s == 100

    def test_a_room_that_was_empty_gets_its_grace_again(self) -> None:
        table = Table()
        table.join("ada")
        table.now += 10
        table.tell(Leave("ada"))
        table.now += 50
        fresh = reborn(table, down_s=600)
        fresh.advance(59)
        assert fresh.facts == []
        fresh.advance(1)
        assert fresh.fact_names() == ["RoomExpired"]
        assert fresh.tell(End("x")).ended_at == START + 10

    def test_what_was_refused_and_promised_still_holds(self) -> None:
        table = Table(settings=RoomSettings(waiting_room=True))
        table.join("host", host=True)
        table.join("eve", host=True, origins=("evil",))
        table.tell(Kick("p-eve"))
        table.join("mal", origins=("denied",))
        table.tell(DenyWaiter(table.events("host", "waiting-room:participant-waiting")[-1]["socketId"]))
        table.tell(AddInvite(b"i" * 32, "Bob", START + 86_400))
        table.tell(AddHostToken(b"h" * 32, START + 600))
        fresh = reborn(table, down_s=5, settings=RoomSettings(waiting_room=True))
        assert fresh.join("eve2", origins=("evil",)).has_to_wait is True
        with pytest.raises(errors.EntryDenied):
            fresh.join("mal2", origins=("denied",))
        assert fresh.join("bob", invite_token_hash=b"i" * 32).is_admin is False
        with pytest.raises(errors.BadInvite):
            fresh.join("bob2", invite_token_hash=b"i" * 32)
        assert fresh.join("co", wants_admin=True, admin_token_hash=b"h" * 32).is_admin is True

    def test_a_used_invite_stays_used(self) -> None:
        table = Table()
        table.tell(AddInvite(b"i" * 32, None, START + 86_400))
        table.join("bob", invite_token_hash=b"i" * 32)
        fresh = reborn(table, down_s=5)
        with pytest.raises(errors.BadInvite):
            fresh.join("eve", invite_token_hash=b"i" * 32)

    def test_who_had_left_within_the_window_still_comes_back(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        table.advance(20)
        fresh = reborn(table, down_s=3600)
        assert fresh.join("ada2", resume_token=token).participant_id == "p-ada"

    def test_a_recording_goes_on_until_its_host_is_gone(self) -> None:
        table = Table()
        table.join("host", host=True)
        table.tell(StartRecording("host"))
        fresh = reborn(table, down_s=5)
        assert fresh.describe().is_recording is True
        fresh.advance(15)
        assert fresh.describe().is_recording is False
        assert [fact.meta for fact in fresh.facts if isinstance(fact, FeatureUsed)] == [{"action": "stop"}]

    def test_the_spotlight_stays_until_its_participant_is_gone(self) -> None:
        table = Table()
        table.join("host", host=True)
        table.tell(SetSpotlight("p-host", by="host"))
        fresh = reborn(table, down_s=5)
        fresh.join("late")
        assert fresh.events("late", "joined")[0]["spotlight"] == "p-host"
        fresh.advance(15)
        assert fresh.names("late")[-2:] == ["participant:left", "meeting:spotlight"]

    def test_a_clock_that_went_back_bills_nothing_for_it(self) -> None:
        table = Table()
        table.join("ada")
        table.now += 100
        fresh = reborn(table, down_s=-50)
        summary = fresh.tell(End("x"))
        assert (summary.ended_at, summary.empty_s) == (START + 50, 0.0)

    def test_a_room_that_lives_keeps_its_state(self) -> None:
        table = Table()
        table.join("ada")
        spec = RoomSpec(MEETING, "Other", 8, False, b"", RoomSettings(), RoomRules(), START)
        table.directory.reopen(spec, RoomSnapshot(), START)
        assert (table.describe().title, table.roster()) == ("Standup", ["p-ada"])
