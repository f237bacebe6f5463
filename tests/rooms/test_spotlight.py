"""The spotlight: hosts only, one at a time, and its end whatever takes its participant away."""

from __future__ import annotations

import pytest

from onepizza.rooms import errors
from onepizza.rooms.commands import Disconnected, Kick, Leave, SetSpotlight
from tests.rooms.table import Table


def on(participant_id: str | None) -> tuple[str, dict[str, str | None]]:
    return ("meeting:spotlight", {"participantId": participant_id})


def shown() -> Table:
    """`ada` hosts and shows the guest `bob` to everybody; `cyd` is a guest."""
    table = Table()
    table.join("ada", host=True)
    table.join("bob")
    table.join("cyd")
    table.clear()
    table.tell(SetSpotlight("p-bob", by="ada"))
    return table


def of_late_joiner(table: Table) -> str | None:
    table.join("dee")
    spotlight: str | None = table.events("dee", "joined")[0]["spotlight"]
    return spotlight


class TestSetSpotlight:
    def test_everybody_hears_it_and_who_comes_later_finds_it(self) -> None:
        table = shown()
        assert table.sent == [("ada", *on("p-bob")), ("bob", *on("p-bob")), ("cyd", *on("p-bob"))]
        assert of_late_joiner(table) == "p-bob"

    def test_another_one_takes_its_place(self) -> None:
        table = shown()
        table.clear()
        table.tell(SetSpotlight("p-ada", by="ada"))
        assert [(event, payload) for to, event, payload in table.sent if to == "cyd"] == [on("p-ada")]
        assert of_late_joiner(table) == "p-ada"

    def test_nobody_ends_it(self) -> None:
        table = shown()
        table.clear()
        table.tell(SetSpotlight(None, by="ada"))
        assert table.events("cyd") == [{"participantId": None}]
        assert of_late_joiner(table) is None

    @pytest.mark.parametrize("again", ["p-bob", None])
    def test_as_it_is_already_it_is_silent(self, again: str | None) -> None:
        table = shown()
        table.tell(SetSpotlight(again, by="ada"))
        table.clear()
        table.tell(SetSpotlight(again, by="ada"))
        assert table.sent == []

    @pytest.mark.parametrize(
        ("by", "who", "expected"),
        [
            ("bob", "p-cyd", errors.NotHost),
            ("bob", None, errors.NotHost),
            ("eve", "p-cyd", errors.NotJoined),
            ("ada", "p-eve", errors.ParticipantNotFound),
            ("ada", "", errors.ParticipantNotFound),
        ],
    )
    def test_a_refusal_changes_nothing(self, by: str, who: str | None, expected: type[Exception]) -> None:
        table = shown()
        table.clear()
        with pytest.raises(expected):
            table.tell(SetSpotlight(who, by=by))
        assert table.sent == []
        assert of_late_joiner(table) == "p-bob"


class TestTheParticipantIsGone:
    @pytest.mark.parametrize("command", [Leave("bob"), Kick("p-bob")], ids=["left", "removed"])
    def test_at_once(self, command: Leave | Kick) -> None:
        table = shown()
        table.clear()
        table.tell(command)
        assert table.names("cyd") == ["participant:left", "meeting:spotlight"]
        assert table.events("cyd", "meeting:spotlight") == [{"participantId": None}]
        assert of_late_joiner(table) is None

    def test_when_the_hold_is_over_and_not_before(self) -> None:
        table = shown()
        table.clear()
        table.tell(Disconnected("bob"))
        table.advance(14)
        assert table.events("cyd", "meeting:spotlight") == []
        table.advance(1)
        assert table.names("cyd")[-2:] == ["participant:left", "meeting:spotlight"]

    def test_a_return_in_time_keeps_it(self) -> None:
        table = shown()
        token = "token-2"
        table.tell(Disconnected("bob"))
        table.clear()
        table.join("bob2", resume_token=token)
        assert table.events("bob2", "joined")[0]["spotlight"] == "p-bob"
        table.advance(20)
        assert table.events("cyd", "meeting:spotlight") == []

    def test_somebody_else_leaving_changes_nothing(self) -> None:
        table = shown()
        table.tell(Leave("cyd"))
        assert of_late_joiner(table) == "p-bob"

    def test_the_host_leaving_changes_nothing(self) -> None:
        table = shown()
        table.tell(Leave("ada"))
        assert of_late_joiner(table) == "p-bob"
