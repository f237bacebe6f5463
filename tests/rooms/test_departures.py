"""Leaving, losing the connection, being removed, and what time does."""

from __future__ import annotations

import pytest

from onepizza.core.facts import ParticipantLeft, RoomExpired
from onepizza.rooms import errors
from onepizza.rooms.commands import Describe, Disconnected, End, Kick, Leave, Queued, RoomRules, RoomSettings, Tick
from tests.rooms.table import MEETING, START, Table


class TestLeave:
    def test_is_immediate_and_told_once(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        table.clear()
        table.now += 3
        table.tell(Leave("ada"))
        assert table.sent == [("bob", "participant:left", {"participantId": "p-ada", "name": "Ada"})]
        assert table.released == [("ada", False)]
        assert table.facts == [
            ParticipantLeft(
                at=START + 3, meeting_id=MEETING, owner_id=7, participant_id="p-ada", name="Ada",
                is_admin=False, joined_at=START, present_until=START + 3, participant_count=1,
            )
        ]  # fmt: skip
        with pytest.raises(errors.NotJoined):
            table.tell(Leave("ada"))


class TestDisconnected:
    def test_holds_the_seat_for_15_seconds(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        table.clear()
        table.tell(Disconnected("ada"))
        assert table.sent == [("bob", "participant:updated", {"participantId": "p-ada", "isReconnecting": True})]
        table.advance(14.5)
        assert table.roster() == ["p-ada", "p-bob"]
        table.clear()
        table.advance(0.5)
        assert table.sent == [("bob", "participant:left", {"participantId": "p-ada", "name": "Ada"})]
        assert table.fact_names() == ["ParticipantLeft"]
        assert table.roster() == ["p-bob"]

    @pytest.mark.parametrize(("silent_s", "held_s"), [(10.0, 5), (4.0, 11), (30.0, 5)])
    def test_after_a_silence_the_hold_counts_from_its_beginning_but_leaves_time_to_return(
        self, silent_s: float, held_s: int
    ) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        table.tell(Disconnected("ada", silent_s=silent_s))
        table.advance(held_s - 0.5)
        assert table.roster() == ["p-ada", "p-bob"]
        table.advance(0.5)
        assert table.roster() == ["p-bob"]

    def test_of_a_stranger_is_nothing(self) -> None:
        table = Table()
        table.tell(Disconnected("nobody"))
        assert (table.sent, table.released, table.facts) == ([], [], [])


class TestKick:
    def test_tells_removes_and_closes(self) -> None:
        table = Table()
        table.join("ada", host=True)
        table.join("bob")
        table.join("cyd")
        table.clear()
        table.tell(Kick("p-bob", "Too loud", by="ada"))
        left = {"participantId": "p-bob", "name": "Bob"}
        assert table.sent == [
            ("bob", "admin:kick", {"reason": "Too loud"}),
            ("ada", "participant:left", left),
            ("cyd", "participant:left", left),
        ]
        assert table.released == [("bob", True)]
        assert table.fact_names() == ["ParticipantLeft"]

    def test_without_a_reason_gives_a_sentence(self) -> None:
        table = Table()
        table.join("bob")
        table.tell(Kick("p-bob"))
        assert table.events("bob", "admin:kick") == [{"reason": "You were removed from this meeting by the host"}]

    def test_a_held_seat_is_removed_too(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        token = table.token_of("bob")
        table.tell(Disconnected("bob"))
        table.tell(Kick("p-bob"))
        assert table.roster() == ["p-ada"]
        assert table.join("bob2", resume_token=token) == Queued(True)

    @pytest.mark.parametrize(
        ("by", "target", "expected"),
        [
            ("bob", "p-ada", errors.NotHost),
            ("nobody", "p-ada", errors.NotJoined),
            ("ada", "p-nobody", errors.ParticipantNotFound),
            (None, "p-nobody", errors.ParticipantNotFound),
        ],
    )
    def test_only_a_host_removes_and_only_who_is_there(self, by: str | None, target: str, expected: type) -> None:
        table = Table()
        table.join("ada", host=True)
        table.join("bob")
        with pytest.raises(expected):
            table.tell(Kick(target, by=by))
        assert table.roster() == ["p-ada", "p-bob"]


class TestPeak:
    def test_counts_only_who_stayed_five_seconds(self) -> None:
        table = Table()
        table.join("ada")
        table.advance(10)
        for number in range(20):
            table.join(f"c{number}")
        table.advance(4.9)
        for number in range(20):
            table.tell(Leave(f"c{number}"))
        assert table.describe().peak_participants == 1

    def test_reaches_the_number_when_they_have_stayed(self) -> None:
        table = Table()
        table.join("ada")
        table.join("bob")
        table.advance(5)
        table.tell(Leave("bob"))
        table.tell(Leave("ada"))
        assert table.describe().peak_participants == 2

    def test_time_without_a_connection_does_not_count_as_staying(self) -> None:
        table = Table()
        table.join("ada")
        table.now += 1
        table.tell(Disconnected("ada"))
        table.advance(20)
        assert table.describe().peak_participants == 0

    def test_a_resume_leaves_it_alone(self) -> None:
        table = Table()
        table.join("ada")
        table.advance(6)
        table.tell(Disconnected("ada"))
        table.join("ada2", resume_token=table.token_of("ada"))
        table.advance(6)
        assert table.describe().peak_participants == 1


class TestEnd:
    def test_tells_everyone_releases_everyone_and_sums_up(self) -> None:
        table = Table()
        table.now += 10
        table.join("ada")
        table.join("bob")
        table.now += 30
        table.clear()
        summary = table.tell(End("The host ended the meeting"))
        reason = {"reason": "The host ended the meeting"}
        assert table.sent == [("ada", "meeting:ended", reason), ("bob", "meeting:ended", reason)]
        assert table.released == [("ada", True), ("bob", True)]
        assert table.fact_names() == ["ParticipantLeft", "ParticipantLeft"]
        assert (summary.title, summary.started_at, summary.ended_at) == ("Standup", START + 10, START + 40)
        assert (summary.peak_participants, summary.empty_s) == (2, 0.0)

    def test_empty_time_is_free(self) -> None:
        table = Table()
        table.join("ada")
        table.now += 20
        table.tell(Leave("ada"))
        table.now += 30
        table.join("bob")
        table.now += 10
        table.tell(Leave("bob"))
        table.now += 50
        summary = table.tell(End("x"))
        assert (summary.ended_at, summary.empty_s) == (START + 60, 30.0)

    def test_a_lost_connection_left_when_it_was_lost(self) -> None:
        table = Table()
        table.join("ada")
        table.now += 20
        table.tell(Disconnected("ada"))
        table.advance(16)
        assert table.describe().present_until == START + 20
        assert table.tell(End("x")).ended_at == START + 20

    def test_never_joined_has_no_start(self) -> None:
        assert Table().tell(End("x")).started_at is None


class TestTick:
    @pytest.mark.parametrize(
        ("stay", "silence", "reason"),
        [(True, 60, "empty"), (False, 86_400, "never_joined")],
    )
    def test_asks_for_the_end_once(self, stay: bool, silence: float, reason: str) -> None:
        table = Table()
        if stay:
            table.join("ada")
            table.tell(Leave("ada"))
        table.clear()
        table.now += silence - 1
        table.directory.tick()
        assert table.facts == []
        table.now += 1
        table.directory.tick()
        table.directory.tick()
        assert table.facts == [RoomExpired(at=START + silence, meeting_id=MEETING, owner_id=7, reason=reason)]

    def test_asks_again_a_minute_later_if_it_still_lives(self) -> None:
        table = Table()
        table.join("ada")
        table.tell(Leave("ada"))
        table.clear()
        table.advance(60 + 59)
        assert table.fact_names() == ["RoomExpired"]
        table.advance(1)
        assert table.fact_names() == ["RoomExpired", "RoomExpired"]

    def test_somebody_who_returns_in_the_grace_saves_the_room(self) -> None:
        table = Table()
        table.join("ada")
        table.tell(Leave("ada"))
        table.advance(59)
        table.join("bob")
        table.clear()
        table.advance(600)
        assert table.facts == []

    def test_nobody_lives_longer_than_the_longest_age(self) -> None:
        table = Table(rules=RoomRules(max_age_s=100))
        table.join("ada")
        table.clear()
        table.advance(100)
        assert [fact.reason for fact in table.facts if isinstance(fact, RoomExpired)] == ["too_old"]

    def test_a_hold_longer_than_the_resume_window_still_ends(self) -> None:
        table = Table(rules=RoomRules(seat_hold_s=10, resume_window_s=5))
        table.join("ada")
        table.join("bob")
        token = table.token_of("ada")
        table.tell(Disconnected("ada"))
        table.advance(10)
        assert table.join("ada2", resume_token=token).is_resumed is False

    def test_early_is_harmless(self) -> None:
        table = Table()
        table.join("ada")
        before = table.describe()
        table.clear()
        table.tell(Tick())
        assert (table.sent, table.facts, table.tell(Describe())) == ([], [], before)


class TestDirectory:
    async def test_close_ends_once(self) -> None:
        table = Table()
        table.join("ada")
        summary = await table.directory.close(MEETING, "over")
        assert summary is not None
        assert summary.started_at == START
        assert await table.directory.close(MEETING, "over") is None
        assert table.directory.live_ids() == ()
        with pytest.raises(errors.RoomNotLive):
            await table.directory.call(MEETING, Describe())

    def test_opening_twice_keeps_the_state(self) -> None:
        table = Table(settings=RoomSettings(locked=True))
        from onepizza.rooms.commands import RoomSpec

        table.directory.open(RoomSpec(MEETING, "Other", 8, False, b"", RoomSettings(), RoomRules(), START))
        assert table.describe().title == "Standup"

    def test_what_a_delivery_causes_comes_after_it(self) -> None:
        """A reader cut for being slow loses its seat while others are still being told of it."""
        table = Table()
        table.join("ada")
        deliver = table.deliver

        def cut_bob(deliveries: object) -> None:
            for delivery in deliveries:  # type: ignore[attr-defined]
                if getattr(delivery, "to", ()) == ("bob",):
                    table.tell(Disconnected("bob"))
                deliver((delivery,))

        table.directory._deliver = cut_bob  # type: ignore[method-assign]
        table.join("bob")
        assert table.names("ada")[-2:] == ["participant:joined", "participant:updated"]
