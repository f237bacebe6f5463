"""The recording notice (CONTRACT 1.19): hosts only, the roster's name, and its end whatever ends it."""

from __future__ import annotations

import pytest

from onepizza.core.facts import FeatureUsed
from onepizza.rooms import errors
from onepizza.rooms.commands import Disconnected, End, Kick, Leave, StartRecording, StopRecording
from tests.rooms.table import Table

STARTED = ("recording:started", {"hostName": "Ada"})
STOPPED = ("recording:stopped", {})


def recording() -> Table:
    """`ada` hosts and records, `bob` is a guest."""
    table = Table()
    table.join("ada", host=True)
    table.join("bob")
    table.clear()
    table.tell(StartRecording("ada"))
    return table


def heard(table: Table, connection: str) -> list[tuple[str, object]]:
    return [(event, payload) for to, event, payload in table.sent if to == connection and event.startswith("recording")]


def actions(table: Table) -> list[object]:
    return [fact.meta["action"] for fact in table.facts if isinstance(fact, FeatureUsed)]


class TestStart:
    def test_everybody_hears_the_name_on_the_roster(self) -> None:
        table = recording()
        assert table.sent == [("ada", *STARTED), ("bob", *STARTED)]
        assert actions(table) == ["start"]
        assert table.describe().is_recording is True

    def test_again_is_silent(self) -> None:
        table = recording()
        table.clear()
        table.tell(StartRecording("ada"))
        assert (table.sent, table.facts) == ([], [])

    @pytest.mark.parametrize(("by", "expected"), [("bob", errors.NotHost), ("eve", errors.NotJoined)])
    def test_only_a_host_records(self, by: str, expected: type[Exception]) -> None:
        table = recording()
        table.clear()
        with pytest.raises(expected):
            table.tell(StartRecording(by))
        assert table.sent == []

    def test_who_comes_later_sees_it_in_joined_and_hears_it(self) -> None:
        table = recording()
        table.join("cyd")
        assert table.events("cyd", "joined")[0]["isRecording"] is True
        assert heard(table, "cyd") == [STARTED]


class TestStop:
    def test_everybody_hears_it_once(self) -> None:
        table = recording()
        table.clear()
        table.tell(StopRecording("ada"))
        table.tell(StopRecording("ada"))
        assert table.sent == [("ada", *STOPPED), ("bob", *STOPPED)]
        assert actions(table) == ["stop"]
        assert table.describe().is_recording is False
        table.join("cyd")
        assert table.events("cyd", "joined")[0]["isRecording"] is False

    def test_a_guest_stops_nobodys(self) -> None:
        table = recording()
        table.clear()
        table.tell(StopRecording("bob"))
        assert table.sent == []

    def test_of_two_the_last_one_ends_it(self) -> None:
        table = recording()
        table.join("cyd", host=True)
        table.tell(StartRecording("cyd"))
        table.clear()
        table.tell(StopRecording("ada"))
        assert table.sent == []
        table.tell(Leave("cyd"))
        assert heard(table, "bob") == [STOPPED]


class TestTheHostIsGone:
    @pytest.mark.parametrize("command", [Leave("ada"), Kick("p-ada")], ids=["left", "removed"])
    def test_at_once(self, command: Leave | Kick) -> None:
        table = recording()
        table.clear()
        table.tell(command)
        assert table.names("bob") == ["participant:left", "recording:stopped"]
        assert actions(table) == ["stop"]

    def test_when_the_hold_is_over_and_not_before(self) -> None:
        table = recording()
        table.clear()
        table.tell(Disconnected("ada"))
        table.advance(14)
        assert heard(table, "bob") == []
        table.advance(1)
        assert heard(table, "bob") == [STOPPED]

    def test_with_the_meeting(self) -> None:
        table = recording()
        table.clear()
        table.tell(End("over"))
        assert actions(table) == ["stop"]
